import { isUnknown } from "../model";
import { selects } from "../selector";
import { type Address, IpSet, parseAddress } from "../sets/ip-set";
import { clusterDns } from "../synthesis/required-flow";
import { cniContext } from "./cni-context";
import type { LintContext } from "./rule";

/** Where names are asked for by address, and not at the pods that answer. */
export interface DnsAddresses {
  /** Rules for these open DNS: NodeLocal DNSCache, and the DNS Service where the VPC CNI looks at its own address. */
  readonly certain: readonly Address[];
  /** Rules for these open DNS if Services are looked at before they are translated, and if the Service has such an address. */
  readonly possible: readonly Address[];
}

const nodeLocal = parseAddress("169.254.20.10");
const usualOnEks = ["10.100.0.10", "172.20.0.10"].map(parseAddress);

/** The addresses of the cluster's DNS, by its Service and by the range of Services. */
export function dnsAddresses(context: LintContext): DnsAddresses {
  const cni = cniContext(context);
  const inRange = (cni?.settings.serviceCidrs ?? []).flatMap(tenthOf);
  const found = [...serviceAddresses(context), ...inRange];
  return cni === undefined
    ? { certain: [nodeLocal], possible: [...usualOnEks, ...found] }
    : { certain: [nodeLocal, ...found], possible: usualOnEks };
}

function serviceAddresses({ evaluation }: LintContext): readonly Address[] {
  const { namespace, pods } = clusterDns;
  return evaluation.cluster.services
    .filter((service) => service.namespace === namespace && service.selector !== undefined && !isUnknown(service.name))
    .filter(({ selector = {} }) => selects(selector, pods) === "yes")
    .flatMap(({ clusterIps }) => clusterIps.map(parseAddress));
}

/** EKS gives its DNS the tenth address of the range. */
function tenthOf(range: string): readonly Address[] {
  const { first } = IpSet.cidr(range);
  return first === undefined ? [] : [{ family: first.family, value: first.value + 10n }];
}
