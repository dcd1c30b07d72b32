import type { Evaluation } from "../evaluation";
import { type Endpoint, isUnknown, type Value, type Workload } from "../model";
import type { IndexSet } from "../sets/index-set";
import { formatAddress, IpSet, parseAddress } from "../sets/ip-set";

/** An end whose connections are looked at before and after a change, for itself and all that are like it. */
export interface MeasuredEnd {
  readonly endpoint: Endpoint;
  /** How many ends it stands for: 1 for a workload, the size of the range for an address. */
  readonly count: bigint;
  /** The addresses it stands for. Absent: it is a workload, or a single address. */
  readonly addresses?: IpSet;
}

/** Ends that are listed only when they are asked for: there can be many. */
export interface MeasuredEnds {
  /** About how many there are. */
  readonly count: number;
  list(): readonly MeasuredEnd[];
}

/** Ends that are few. */
export const listed = (ends: readonly MeasuredEnd[]): MeasuredEnds => ({ count: ends.length, list: () => ends });

/** Workloads as ends, each once. */
export const workloadEnds = (workloads: Iterable<Workload>): readonly MeasuredEnd[] =>
  [...new Set(workloads)].map((workload) => ({ endpoint: { kind: "workload", workload }, count: 1n }));

/**
 * The addresses among these classes of ends: each range by its first address, since no policy tells the others from it. The nodes' own
 * addresses stand alone, because a node reaches the pods it runs whatever policies say; so does the address of a wanted flow, since what
 * its neighbours gain is not wanted.
 */
export function addressesIn({ universe, cluster }: Evaluation, classes: IndexSet, wanted: Endpoint): readonly MeasuredEnd[] {
  const nodes = IpSet.unionOf(cluster.nodes.flatMap(({ addresses }) => addresses.map((address) => IpSet.cidr(address))));
  const alone = wanted.kind === "address" ? nodes.union(IpSet.cidr(wanted.address)) : nodes;
  return [...classes.intersect(universe.allAddresses).members()].flatMap((index) => {
    const range = universe.addressesOf(index) ?? IpSet.none;
    return [range.subtract(alone), ...singleAddresses(range.intersect(alone))].flatMap(addressEnds);
  });
}

/** The addresses of a small set, each as a set of its own. */
function singleAddresses(addresses: IpSet): readonly IpSet[] {
  return (["IPv4", "IPv6"] as const).flatMap((family) =>
    addresses[family].intervals.flatMap(([from, to]) =>
      Array.from({ length: Number(to - from) + 1 }, (_, i) => IpSet.range(family, from + BigInt(i), from + BigInt(i))),
    ),
  );
}

/** A set of addresses that are alike to every policy: one end for each family. */
export function addressEnds(addresses: IpSet): readonly MeasuredEnd[] {
  return (["IPv4", "IPv6"] as const).flatMap((family): readonly MeasuredEnd[] => {
    const { intervals } = addresses[family];
    const [first] = intervals;
    if (first === undefined) return [];
    const count = intervals.reduce((sum, [from, to]) => sum + (to - from + 1n), 0n);
    return [
      { endpoint: { kind: "address", address: formatAddress({ family, value: first[0] }) }, count, addresses: addresses.ofFamily(family) },
    ];
  });
}

/** The ends with an address of a block: addresses, and pods that have one. Those on the network of a node share its address. */
export function endsAt({ cluster }: Evaluation, cidr: Value<string>): readonly MeasuredEnd[] {
  if (isUnknown(cidr)) return [...workloadEnds(cluster.workloads), ...addressEnds(IpSet.all)];
  const block = IpSet.cidr(cidr);
  const isInside = ({ pods = [] }: Workload): boolean =>
    pods.some(({ ips }) => ips.some((address) => block.contains(parseAddress(address))));
  return [...workloadEnds(cluster.workloads.filter(isInside)), ...addressEnds(block)];
}
