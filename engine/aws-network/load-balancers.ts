import { isUnknown, type Service, type Unknown, unknown } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import type { AwsNetwork } from "./aws-network";
import { aclChecks, anyReplies, type Check, everything, nothing, undecided, unknownsIn } from "./checks";
import { answerOf, type Hop, type NetworkAnswer } from "./hops";
import { publicRoute } from "./internet-ingress";
import { routed } from "./route-tables";
import type { Subnet } from "./subnets";

/** What sources outside can open at a load balancer, before it forwards anything. */
export interface LoadBalancerAnswer extends NetworkAnswer {
  /** Subnets a load balancer for the internet can be placed in. */
  readonly subnets: readonly string[];
}

/**
 * Whether a Service of type LoadBalancer can be entered from outside: in the subnets tagged `kubernetes.io/role/elb` (else any public one), for its
 * source ranges, on its ports. Whether it faces the internet at all is an annotation, which a cluster's model does not hold: at best undecided.
 */
export function internetToLoadBalancer(network: AwsNetwork, service: Service, sources: IpSet): LoadBalancerAnswer {
  const placed = loadBalancerSubnets(network);
  const at = service.location;
  const location = at === undefined ? {} : { location: at };
  if (placed.length === 0) {
    const check: Check = { layer: "routes", ground: { kind: "load-balancer-subnets" }, connections: nothing, unknowns: [], ...location };
    return { ...answerOf([{ from: "the internet", to: "a load balancer", checks: [check] }]), subnets: [] };
  }
  const scheme = unknown("whether its annotations make the load balancer face the internet");
  const common: readonly Check[] = [
    { layer: "routes", ground: { kind: "load-balancer-scheme" }, connections: undecided, unknowns: [scheme], ...location },
  ];
  // Each family takes its own routes: one that no route carries must not close the other.
  const hops = [sources.ofFamily("IPv4"), sources.ofFamily("IPv6")]
    .filter((each) => !each.isEmpty)
    .flatMap((each) => placed.map((subnet) => hopInto(subnet, each, [...common, { ...rangesCheck(service, each), ...location }])));
  return { ...answerOf(hops), subnets: placed.map(({ name }) => name) };
}

const hopInto = (subnet: Subnet, sources: IpSet, others: readonly Check[]): Hop => ({
  from: "the internet",
  to: `a load balancer in ${subnet.name}`,
  checks: [...aclChecks(subnet, "server", sources, anyReplies), ...publicRoute(subnet, sources), ...others],
});

/** The group a controller makes for a load balancer lets its source ranges in on the ports of the Service. */
function rangesCheck({ sourceRanges, unknownSourceRanges, ports, unknownPorts }: Service, sources: IpSet): Check {
  const served = ports.flatMap(({ port, protocol }) => (isUnknown(port) ? [] : [ConnectionSet.of(protocol, PortSet.of(port))]));
  const open = served.reduce((all, set) => all.union(set), ConnectionSet.none);
  const allowed = sourceRanges.length === 0 ? IpSet.all : IpSet.unionOf(sourceRanges.map((each) => IpSet.cidr(each)));
  const hidden: readonly Unknown[] = [...unknownsIn(unknownSourceRanges, unknownPorts), ...ports.flatMap(({ port }) => unknownsIn(port))];
  const certain = hidden.length === 0 && sources.isSubsetOf(allowed) ? open : ConnectionSet.none;
  const possible = hidden.length > 0 ? everything.possible : sources.intersect(allowed).isEmpty ? ConnectionSet.none : open;
  return {
    layer: "security-group",
    ground: { kind: "source-ranges", ranges: sourceRanges },
    connections: { certain, possible },
    unknowns: hidden,
  };
}

const roleTag = "kubernetes.io/role/elb";

/** Public subnets where a controller places load balancers: the tagged ones, else all of the VPCs that pods run in. */
function loadBalancerSubnets(network: AwsNetwork): readonly Subnet[] {
  const vpcs = new Set(network.places.flatMap(({ subnets }) => subnets.map(({ vpc }) => vpc)));
  const open = network.subnets.filter((subnet) => vpcs.has(subnet.vpc) && mayBePublic(subnet));
  const tagged = open.filter(({ tags }) => isUnknown(tags) || tags[roleTag] !== undefined);
  return tagged.length > 0 ? tagged : open;
}

const mayBePublic = ({ routes }: Subnet): boolean =>
  isUnknown(routes) || routed(routes, IpSet.all).some(({ target }) => target?.kind === "internet-gateway" || target?.kind === "other");
