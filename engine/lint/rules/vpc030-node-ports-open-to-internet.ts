import { awsNetwork, type AwsNetwork, internetToNode, type PodPlace, typeInAddress } from "../../aws-network";
import { aboutVpcCni } from "../cni-findings";
import { internet } from "../internet";
import type { LintRule, RuleFinding } from "../rule";
import { listed, placed, portsText, quoted } from "../words";

export const vpc030NodePortsOpenToInternet: LintRule = {
  ...aboutVpcCni,
  code: "VPC030",
  name: "node-ports-open-to-internet",
  title: "The internet at large reaches ports of nodes, and with them Services and pods on the network of their node",
  severity: "error",
  check({ infrastructure = [] }) {
    const network = awsNetwork(infrastructure);
    return network === undefined ? [] : network.places.flatMap((place) => finding(network, place) ?? []);
  },
};

/** Asked for one place at a time, so that a finding names the nodes that are open. */
function finding(network: AwsNetwork, place: PodPlace): RuleFinding | undefined {
  const { onSome, hops } = internetToNode({ ...network, places: [place] }, internet.ofFamily("IPv4"));
  const overIpv6 = internetToNode({ ...network, places: [place] }, internet.ofFamily("IPv6"));
  const open = onSome.union(overIpv6.onSome);
  if (open.isEmpty) return undefined;
  const groups = [...hops, ...overIpv6.hops].flatMap(({ checks }) =>
    checks.flatMap(({ ground }) => (ground.kind === "groups" ? ground.rules : [])),
  );
  const rules = [...new Set(groups.map(({ name }) => quoted(name)))];
  return {
    subject: { kind: typeInAddress(place.name), name: place.name },
    message: `the internet reaches nodes of ${quoted(place.name)} on ${portsText(open)}: they have public addresses, and ${listed(rules)} lets everyone in`,
    advice: "run nodes in subnets without a route to an internet gateway, or let in only the addresses that must come in",
    ...placed(place),
    because: [],
    key: `internet ${open.toString()}`,
  };
}
