import { awsNetwork, type Check, podToPod, typeInAddress } from "../../aws-network";
import { isUnknown } from "../../model";
import { ConnectionSet } from "../../sets/connection-set";
import { PortSet } from "../../sets/port-set";
import { aboutVpcCni } from "../cni-findings";
import type { LintRule, RuleFinding } from "../rule";
import { listed, placed, portsText, quoted } from "../words";

export const vpc032PodsCannotReachEachOther: LintRule = {
  ...aboutVpcCni,
  code: "VPC032",
  name: "pods-cannot-reach-each-other",
  title: "The AWS network does not let pods on different nodes reach each other, whatever policies allow",
  severity: "error",
  check({ infrastructure = [] }) {
    const network = awsNetwork(infrastructure);
    if (network === undefined) return [];
    const findings = podToPod(network).hops.flatMap(({ checks }) => checks.flatMap((check) => closedBy(check) ?? []));
    return [...new Map(findings.map((each) => [each.key, each])).values()];
  },
};

/** What pods are expected to use: TCP and UDP. */
const expected = ConnectionSet.of("TCP", PortSet.all).union(ConnectionSet.of("UDP", PortSet.all));

/** Some ports closed may be meant, and are a warning; with every port of a protocol closed, half of a cluster's Services fail by chance. */
function closedBy(check: Check): RuleFinding | undefined {
  const closed = expected.subtract(check.connections.possible);
  const closer = closed.isEmpty ? undefined : closerOf(check);
  if (closer === undefined) return undefined;
  const isWhole = closed.TCP.equals(PortSet.all) || closed.UDP.equals(PortSet.all);
  return {
    subject: { kind: typeInAddress(closer.place), name: closer.place },
    message: `pods on different nodes do not reach each other on ${portsText(closed)}: ${closer.because}`,
    advice: "let nodes reach each other on every port, and leave it to policies which pods may",
    ...placed(check),
    because: [],
    key: `${closer.because} ${closed.toString()}`,
    ...(isWhole ? {} : { severity: "warning" }),
  };
}

interface Closer {
  readonly place: string;
  readonly because: string;
}

/** What closes, in words; routes within a VPC never do. */
function closerOf({ ground }: Check): Closer | undefined {
  if (ground.kind === "groups") {
    const names = ground.groups.length === 0 ? "no security group" : listed(ground.groups.map(quoted));
    return {
      place: ground.of,
      because: `${names} of ${quoted(ground.of)} lets them not ${ground.direction === "ingress" ? "in" : "out"}`,
    };
  }
  if (ground.kind !== "acl" || isUnknown(ground.acl)) return undefined;
  const what = ground.replies === undefined ? "them" : "replies";
  const way = ground.direction === "ingress" ? "into" : "out of";
  return {
    place: ground.subnet,
    because: `${quoted(ground.acl.name)} lets ${what} not ${way} ${quoted(ground.subnet)}`,
  };
}
