import type { ConnectionValues } from "./connection-values";
import type { AddressConnections } from "../reachability";
import { type Family, IpSet } from "../sets/ip-set";

const families: readonly Family[] = ["IPv4", "IPv6"];

/** What workloads exchange with addresses, over ranges that none of them tells apart. */
export class AddressColumns {
  /** Where ranges begin; each ends before the next one of its family, the last with the family. */
  private readonly starts: Readonly<Record<Family, readonly bigint[]>>;

  constructor(private readonly entries: readonly (readonly AddressConnections[])[]) {
    const cuts: Record<Family, Set<bigint>> = { IPv4: new Set([0n]), IPv6: new Set([0n]) };
    for (const { addresses } of entries.flat()) {
      for (const family of families) {
        for (const [from, to] of addresses[family].intervals) cuts[family].add(from).add(to + 1n);
      }
    }
    this.starts = { IPv4: rising(cuts.IPv4, "IPv4"), IPv6: rising(cuts.IPv6, "IPv6") };
  }

  /** The ranges, in order. */
  get ranges(): readonly IpSet[] {
    return families.flatMap((family) =>
      this.starts[family].map((from, at) => IpSet.range(family, from, (this.starts[family][at + 1] ?? end(family)) - 1n)),
    );
  }

  /** Gives each range its value for one workload. */
  forEach(workload: number, values: ConnectionValues, visit: (range: number, value: number) => void): void {
    for (const { addresses, connections } of this.entries[workload] ?? []) {
      const value = values.of(connections);
      for (const family of families) {
        for (const [from, to] of addresses[family].intervals)
          this.forEachRange(family, from, to, (range) => {
            visit(range, value);
          });
      }
    }
  }

  private forEachRange(family: Family, from: bigint, to: bigint, visit: (range: number) => void): void {
    const starts = this.starts[family];
    const before = family === "IPv4" ? 0 : this.starts.IPv4.length;
    for (let at = firstNotBelow(starts, from); at < starts.length && (starts[at] as bigint) <= to; at++) visit(before + at);
  }
}

const end = (family: Family): bigint => (family === "IPv4" ? 2n ** 32n : 2n ** 128n);

const rising = (cuts: ReadonlySet<bigint>, family: Family): readonly bigint[] =>
  [...cuts].filter((cut) => cut < end(family)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

function firstNotBelow(sorted: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as bigint) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
