/** Flows drawn where answers change: at the ends of the port ranges and address blocks of the cluster at hand. */
import fc from "fast-check";
import { highestPort, lowestPort, protocols } from "../../engine/model";
import type { Cluster, Endpoint, Flow } from "../../engine/model";
import { cidrEnds, parseAddress, printAddress, shiftAddress } from "../reference/addresses";

/** What is drawn for a flow before the cluster is known; it stays meaningful while the cluster shrinks. */
export interface FlowPick {
  readonly from: EndPick;
  readonly to: EndPick;
  readonly protocol: number;
  readonly port: number;
}

interface EndPick {
  readonly kind: "pod" | "workload" | "address";
  readonly index: number;
}

const anyEnd: fc.Arbitrary<EndPick> = fc.record({
  kind: fc.constantFrom("pod" as const, "pod" as const, "workload" as const, "workload" as const, "address" as const),
  index: fc.nat(9_999),
});

export const anyFlowPick: fc.Arbitrary<FlowPick> = fc.record({ from: anyEnd, to: anyEnd, protocol: fc.nat(2), port: fc.nat(9_999) });

/** The flow a pick stands for in this cluster. */
export const flowOf = (cluster: Cluster, pick: FlowPick): Flow => flowsOf(cluster, [pick])[0] as Flow;

/** The flows that picks stand for in this cluster; where its answers change is looked up once for all of them. */
export function flowsOf(cluster: Cluster, picks: readonly FlowPick[]): readonly Flow[] {
  const ports = boundaryPorts(cluster);
  const addresses = boundaryAddresses(cluster);
  return picks.map(({ from, to, protocol, port }) => ({
    from: endOf(cluster, addresses, from),
    to: endOf(cluster, addresses, to),
    protocol: pickOf(protocols, protocol),
    port: pickOf(ports, port),
  }));
}

/** A flow in words: equal for flows with the same ends, protocol and port. */
export const flowText = ({ from, to, protocol, port }: Flow): string => `${endText(from)} → ${endText(to)} ${protocol}/${String(port)}`;

const endText = (end: Endpoint): string =>
  end.kind === "address" ? end.address : [end.workload.name, end.pod?.name ?? "any pod"].map((part) => JSON.stringify(part)).join("/");

/** One of the items by a number of any size. Throws on an empty list. */
export function pickOf<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function endOf(cluster: Cluster, addresses: readonly string[], { kind, index }: EndPick): Endpoint {
  if (kind === "address") return { kind, address: pickOf(addresses, index) };
  const workload = pickOf(cluster.workloads, index);
  const pods = workload.pods ?? [];
  return kind === "pod" && pods.length > 0 ? { kind: "workload", workload, pod: pickOf(pods, index) } : { kind: "workload", workload };
}

/** Every port number at which an answer may change: ends of ranges and container ports, and their neighbours. */
export function boundaryPorts(cluster: Cluster): readonly number[] {
  const rules = [...cluster.policies, ...cluster.clusterPolicies].flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);
  const ranges = rules.flatMap(({ ports }) => (ports === "any" ? [] : ports)).filter((match) => match.kind === "range");
  const declared = cluster.workloads.flatMap(({ ports }) => ports.map(({ port }) => port)).filter((port) => typeof port === "number");
  const edges = [
    ...ranges.flatMap(({ from, to }) => [from - 1, from, to, to + 1]),
    ...declared.flatMap((port) => [port - 1, port, port + 1]),
    80,
  ];
  return [...new Set(edges)].filter((port) => port >= lowestPort && port <= highestPort).sort((one, other) => one - other);
}

/** Addresses at which an answer may change and that no pod has: ends of blocks and their neighbours, nodes, and one far from all. */
export function boundaryAddresses(cluster: Cluster): readonly string[] {
  const taken = new Set(cluster.workloads.flatMap(({ pods = [] }) => pods.flatMap(({ ips }) => ips)).map(canonical));
  const nodes = cluster.nodes.flatMap(({ addresses }) => addresses);
  const edges = cidrsOf(cluster).flatMap((cidr) => {
    const [first, last] = cidrEnds(cidr);
    return [shiftAddress(first, -1n), first, last, shiftAddress(last, 1n)].filter((address) => address !== undefined).map(printAddress);
  });
  return ["198.51.100.7", "2001:db8:f::7", ...nodes, ...new Set(edges)].filter((address) => !taken.has(canonical(address)));
}

const canonical = (address: string): string => printAddress(parseAddress(address));

/** Every CIDR written in a policy, exceptions included. Unknown ones are left out. */
export function cidrsOf(cluster: Cluster): readonly string[] {
  const own = cluster.policies.flatMap(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].flatMap(({ peers }) =>
      peers === "any" ? [] : peers.flatMap((peer) => (peer.kind === "ipBlock" ? [peer.cidr, ...peer.except] : [])),
    ),
  );
  const wide = cluster.clusterPolicies.flatMap(({ egress }) =>
    egress.flatMap(({ peers }) => peers.flatMap((peer) => (peer.kind === "networks" ? peer.cidrs : []))),
  );
  return [...own, ...wide].filter((cidr) => typeof cidr === "string");
}
