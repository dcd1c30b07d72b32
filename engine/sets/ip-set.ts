import { ModelError } from "../model/model-error";
import { Address4, Address6 } from "ip-address";
import { IntervalSet } from "./interval-set";

/** An address family. Nothing of one ever matches anything of the other. */
export type Family = "IPv4" | "IPv6";

/** Blocks read before: policies repeat few of them, and reading one costs more than all that is done with it. */
const blocks = new Map<string, IpSet>();
const blocksKept = 65_536;

/** An exact set of addresses, of both families side by side. Immutable; equal sets have equal texts. */
export class IpSet {
  private constructor(
    readonly IPv4: IntervalSet<bigint>,
    readonly IPv6: IntervalSet<bigint>,
  ) {}

  static readonly none = new IpSet(IntervalSet.of<bigint>(), IntervalSet.of<bigint>());
  static readonly all = new IpSet(IntervalSet.of([0n, 2n ** 32n - 1n]), IntervalSet.of([0n, 2n ** 128n - 1n]));

  /**
   * The addresses of a CIDR block, such as `10.0.0.0/8` or `2001:db8::/32`; an address alone is a block of one. Host bits are masked, as
   * Kubernetes does, and IPv4 written inside IPv6 (`::ffff:10.0.0.0/104`) is IPv4, as in Go's `net` package.
   *
   * Text that is no such block is a ModelError naming it. Leading zeros are refused, in an address and in a prefix length: some programs
   * read them as octal.
   */
  static cidr(text: string): IpSet {
    const known = blocks.get(text);
    if (known !== undefined) return known;
    const { family, from, to } = parseBlock(text);
    const block = IpSet.range(family, from, to);
    if (blocks.size >= blocksKept) blocks.clear();
    blocks.set(text, block);
    return block;
  }

  /** The addresses `from` to `to` of one family, both included. */
  static range(family: Family, from: bigint, to: bigint): IpSet {
    const interval = IntervalSet.of<bigint>([from, to]);
    return family === "IPv4" ? new IpSet(interval, IpSet.none.IPv6) : new IpSet(IpSet.none.IPv4, interval);
  }

  /** The addresses that are in any of the sets. */
  static unionOf(sets: readonly IpSet[]): IpSet {
    const of = (family: Family): IntervalSet<bigint> => IntervalSet.of(...sets.flatMap((set) => set[family].intervals));
    return new IpSet(of("IPv4"), of("IPv6"));
  }

  private zip(other: IpSet, operation: (a: IntervalSet<bigint>, b: IntervalSet<bigint>) => IntervalSet<bigint>): IpSet {
    return new IpSet(operation(this.IPv4, other.IPv4), operation(this.IPv6, other.IPv6));
  }

  union(other: IpSet): IpSet {
    return this.zip(other, (a, b) => a.union(b));
  }

  intersect(other: IpSet): IpSet {
    return this.zip(other, (a, b) => a.intersect(b));
  }

  subtract(other: IpSet): IpSet {
    return this.zip(other, (a, b) => a.subtract(b));
  }

  /** Only the addresses of one family. */
  ofFamily(family: Family): IpSet {
    return family === "IPv4" ? new IpSet(this.IPv4, IpSet.none.IPv6) : new IpSet(IpSet.none.IPv4, this.IPv6);
  }

  contains(address: Address): boolean {
    return this[address.family].contains(address.value);
  }

  isSubsetOf(other: IpSet): boolean {
    return this.IPv4.isSubsetOf(other.IPv4) && this.IPv6.isSubsetOf(other.IPv6);
  }

  equals(other: IpSet): boolean {
    return this.IPv4.equals(other.IPv4) && this.IPv6.equals(other.IPv6);
  }

  get isEmpty(): boolean {
    return this.IPv4.isEmpty && this.IPv6.isEmpty;
  }

  /** The lowest address, IPv4 before IPv6; undefined for the empty set. */
  get first(): Address | undefined {
    for (const family of ["IPv4", "IPv6"] as const) {
      const value = this[family].intervals[0]?.[0];
      if (value !== undefined) return { family, value };
    }
    return undefined;
  }

  get isAll(): boolean {
    return this.equals(IpSet.all);
  }

  /** Ranges in address order, IPv4 first: `10.0.0.0-10.255.255.255,2001:db8::1`; empty for the empty set. */
  toString(): string {
    return [...this.texts("IPv4"), ...this.texts("IPv6")].join(",");
  }

  private texts(family: Family): readonly string[] {
    return this[family].intervals.map(([from, to]) => {
      const first = formatAddress({ family, value: from });
      return from === to ? first : `${first}-${formatAddress({ family, value: to })}`;
    });
  }
}

/** One address. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** Reads one address; text that is none is a ModelError naming it. */
export function parseAddress(text: string): Address {
  const { family, from, to } = parseBlock(text);
  if (from !== to || text.includes("/")) throw new ModelError(`\`${text}\` is a range of addresses, not one`);
  return { family, value: from };
}

/** The shortest usual text of an address (RFC 5952 for IPv6). */
export function formatAddress({ family, value }: Address): string {
  return family === "IPv4" ? Address4.fromBigInt(value).correctForm() : Address6.fromBigInt(value).correctForm();
}

function parseBlock(text: string): Block {
  const family: Family = text.includes(":") ? "IPv6" : "IPv4";
  try {
    if (/\/0\d/.test(text)) throw new ModelError("leading zeros");
    const block = family === "IPv6" ? new Address6(text) : new Address4(text);
    if (block instanceof Address6 && block.zone !== "") throw new ModelError("zones name an interface of one host");
    return unmapped({ family, from: block.startAddress().bigInt(), to: block.endAddress().bigInt() });
  } catch {
    throw new ModelError(`\`${text}\` is not an address or CIDR block; write it like \`10.0.0.0/8\` or \`2001:db8::/32\``);
  }
}

interface Block {
  readonly family: Family;
  readonly from: bigint;
  readonly to: bigint;
}

/** Where IPv4 stands inside IPv6: `::ffff:0:0/96` (RFC 4291, 2.5.5.2). */
const mapped = 0xffffn << 32n;

/** A block inside the range that stands for IPv4 as the IPv4 block it means. One that reaches beyond it is IPv6, and holds no IPv4. */
const unmapped = (block: Block): Block =>
  block.family === "IPv6" && block.from >= mapped && block.to < mapped + 2n ** 32n
    ? { family: "IPv4", from: block.from - mapped, to: block.to - mapped }
    : block;
