import { type Address, type Family, IpSet } from "../sets/ip-set";
import type { Vocabulary } from "./policy-vocabulary";

/** The address space cut wherever a policy's block begins or ends: no policy tells two addresses of one range apart. */
export class AddressRanges {
  /** Where ranges start, in order; every range ends where the next starts. */
  private readonly starts: Readonly<Record<Family, readonly bigint[]>>;

  constructor(vocabulary: Vocabulary) {
    const starts = (family: Family): readonly bigint[] =>
      [...vocabulary.cuts[family]].filter((cut) => cut < end[family]).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    this.starts = { IPv4: starts("IPv4"), IPv6: starts("IPv6") };
  }

  /** How many ranges there are; they are numbered from 0, IPv4 first. */
  get count(): number {
    return this.starts.IPv4.length + this.starts.IPv6.length;
  }

  /** The number of the range an address is in. */
  of({ family, value }: Address): number {
    return this.first(family) + countUpTo(this.starts[family], value) - 1;
  }

  /** The addresses of the range with this number. */
  addresses(number: number): IpSet {
    const family = number < this.first("IPv6") ? "IPv4" : "IPv6";
    const at = number - this.first(family);
    const from = this.starts[family][at];
    if (from === undefined) throw new RangeError(`no address range ${String(number)}`);
    return IpSet.range(family, from, (this.starts[family][at + 1] ?? end[family]) - 1n);
  }

  /** The numbers of the ranges inside a set of addresses made of blocks the policies name. */
  within(addresses: IpSet): readonly number[] {
    return (["IPv4", "IPv6"] as const).flatMap((family) =>
      addresses[family].intervals.flatMap(([from, to]) => {
        const first = this.of({ family, value: from });
        const last = this.of({ family, value: to });
        return Array.from({ length: last - first + 1 }, (_, i) => first + i);
      }),
    );
  }

  private first(family: Family): number {
    return family === "IPv4" ? 0 : this.starts.IPv4.length;
  }
}

/** The first number past each family's addresses. */
const end: Readonly<Record<Family, bigint>> = { IPv4: 2n ** 32n, IPv6: 2n ** 128n };

/** How many of the sorted values are not above the given one. */
function countUpTo(sorted: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as bigint) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
