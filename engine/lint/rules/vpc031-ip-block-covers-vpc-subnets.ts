import { awsNetwork, coveredSubnets } from "../../aws-network";
import { IpSet } from "../../sets/ip-set";
import { aboutVpcCni } from "../cni-findings";
import { grouped } from "../../grouped";
import type { LintRule, RuleFinding } from "../rule";
import { listed, quoted } from "../words";
import { addressesOf, type WrittenBlock, writtenBlocks } from "../written-blocks";

export const vpc031IpBlockCoversVpcSubnets: LintRule = {
  ...aboutVpcCni,
  code: "VPC031",
  name: "ip-block-covers-vpc-subnets",
  title: "A block of addresses covers subnets that pods and nodes run in, and so means them too, whatever their labels",
  severity: "warning",
  check(context) {
    const network = awsNetwork(context.infrastructure ?? []);
    if (network === undefined) return [];
    return wholeBlocks(writtenBlocks(context)).flatMap(({ block, addresses }): readonly RuleFinding[] => {
      const meant = coveredSubnets(network, addresses).filter((each) => isWide(each.addresses));
      const covered = meant.map(({ subnet }) => quoted(subnet.name));
      if (covered.length === 0) return [];
      return [finding(block, covered)];
    });
  },
};

/** One address is one machine, and somebody knows which. */
const isWide = ({ IPv4, IPv6 }: IpSet): boolean => [...IPv4.intervals, ...IPv6.intervals].some(([from, to]) => from !== to);

/** Blocks with their exceptions taken out. */
function wholeBlocks(written: readonly WrittenBlock[]): readonly { readonly block: WrittenBlock; readonly addresses: IpSet }[] {
  const exceptions = grouped(written.filter(isException), (each) => each.written);
  return written.flatMap((block) => {
    const outer = isException(block) ? undefined : addressesOf(block.text);
    if (outer === undefined) return [];
    const place = block.field.replace(/\.cidr$/, ".except[");
    const except = (exceptions.get(block.written) ?? []).filter(({ field }) => field.startsWith(place));
    const cut = IpSet.unionOf(except.flatMap(({ text }) => addressesOf(text) ?? []));
    return [{ block, addresses: outer.subtract(cut) }];
  });
}

const isException = ({ field }: WrittenBlock): boolean => /\.except\[\d+\]$/.test(field);

const finding = ({ written, text, field }: WrittenBlock, covered: readonly string[]): RuleFinding => ({
  subject: written.ref,
  message: `the block ${quoted(text)} covers ${listed(covered)}, where pods and nodes run: those with an address in it are meant too, whatever their labels`,
  advice: "name the addresses outside that are meant, and pods by selectors",
  location: written.location,
  field,
  because: [],
  key: JSON.stringify([text, [...covered].sort()]),
});
