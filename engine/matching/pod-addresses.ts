import type { Cluster } from "../model";
import type { Ternary } from "../selector";
import type { IndexSet } from "../sets/index-set";
import { type Family, IpSet } from "../sets/ip-set";
import type { Universe } from "./universe";

/** Finds the ends whose address is in a set of addresses. */
export class PodAddresses {
  private readonly sorted: Readonly<Record<Family, readonly Entry[]>>;
  /** Groups of which no address is known: placed by the ranges pods draw theirs from, where those are known. */
  readonly withoutAddress: IndexSet;
  private readonly podRanges: IpSet | undefined;

  /** With a family, pods have only their addresses of that family. */
  constructor(
    cluster: Cluster,
    private readonly universe: Universe,
    family: Family | undefined,
  ) {
    const entries: Record<Family, Entry[]> = { IPv4: [], IPv6: [] };
    for (const { index, addresses } of universe.groups.all) {
      for (const address of addresses) {
        if (family === undefined || address.family === family) entries[address.family].push({ value: address.value, index });
      }
    }
    this.sorted = { IPv4: entries.IPv4.sort(byValue), IPv6: entries.IPv6.sort(byValue) };
    this.withoutAddress = universe.of(universe.groups.all.filter(({ addresses }) => addresses.length === 0).map(({ index }) => index));
    this.podRanges = podRanges(cluster, family);
  }

  /** The ends inside a set made of blocks the policies name: those that certainly are, or those that may be. */
  endsIn(addresses: IpSet, bound: "certain" | "possible"): IndexSet {
    const known = this.universe.of([...this.universe.addressesIn(addresses), ...this.podsIn(addresses)]);
    return this.podRanges !== undefined && takesIn(addresses, this.podRanges, bound) ? known.union(this.withoutAddress) : known;
  }

  /** Whether a block of addresses may hold a pod of the groups at some places. */
  mayBeAnywhere(places: readonly number[]): boolean {
    return this.podRanges !== undefined || places.some((place) => (this.universe.groups.all[place]?.addresses.length ?? 0) > 0);
  }

  private podsIn(addresses: IpSet): readonly number[] {
    const members: number[] = [];
    for (const family of ["IPv4", "IPv6"] as const) {
      const entries = this.sorted[family];
      for (const [from, to] of addresses[family].intervals) {
        for (let i = firstNotBelow(entries, from); i < entries.length && (entries[i] as Entry).value <= to; i++) {
          members.push((entries[i] as Entry).index);
        }
      }
    }
    return members;
  }
}

/** Whether addresses hold a pod of which no address is known: "no" where nothing tells the ranges that pods draw theirs from. */
export function holdsUnplaced(cluster: Cluster, addresses: IpSet): Ternary {
  const ranges = podRanges(cluster, undefined);
  if (ranges === undefined || !takesIn(addresses, ranges, "possible")) return "no";
  return takesIn(addresses, ranges, "certain") ? "yes" : "maybe";
}

/** A pod is given an address of any range of its cluster: only a set that holds them all certainly holds it. */
const takesIn = (addresses: IpSet, podRanges: IpSet, bound: "certain" | "possible"): boolean =>
  bound === "certain" ? !podRanges.isEmpty && podRanges.isSubsetOf(addresses) : !podRanges.intersect(addresses).isEmpty;

function podRanges({ podCidrs }: Cluster, family: Family | undefined): IpSet | undefined {
  if (podCidrs === undefined) return undefined;
  const ranges = podCidrs.map((cidr) => IpSet.cidr(cidr)).reduce((a, b) => a.union(b), IpSet.none);
  return family === undefined ? ranges : ranges.ofFamily(family);
}

interface Entry {
  readonly value: bigint;
  readonly index: number;
}

const byValue = (a: Entry, b: Entry): number => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0);

function firstNotBelow(entries: readonly Entry[], value: bigint): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).value < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
