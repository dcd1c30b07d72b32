/** An address as a number of its family; addresses of different families are never compared. */
export interface ParsedAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** Width of an address in bits, by family. */
const width = { 4: 32, 6: 128 } as const;

/** Reads dotted IPv4 or colon-separated IPv6 text. Throws on anything else: the reference is only given addresses that are valid. */
export function parseAddress(text: string): ParsedAddress {
  return text.includes(":") ? { family: 6, value: parseV6(text) } : { family: 4, value: parseV4(text) };
}

/** Writes an address back; IPv6 as eight groups without shortening. */
export function printAddress({ family, value }: ParsedAddress): string {
  const groups = family === 4 ? 4 : 8;
  const bits = BigInt(width[family] / groups);
  const parts = Array.from({ length: groups }, (_, index) => (value >> (bits * BigInt(groups - 1 - index))) & ((1n << bits) - 1n));
  return family === 4 ? parts.join(".") : parts.map((part) => part.toString(16)).join(":");
}

/**
 * Whether an address lies in a CIDR: same family, and equal in the bits of the prefix. Bits of the CIDR behind the prefix do not count.
 *
 * Source: Kubernetes types.go IPBlock, whose CIDR is parsed with Go's ParseCIDR, which masks; conformance README point 7.
 */
export function cidrContains(cidr: string, address: string): boolean {
  const block = parseCidr(cidr);
  const candidate = parseAddress(address);
  if (block.family !== candidate.family) return false;
  const hostBits = BigInt(width[block.family] - block.prefix);
  return block.value >> hostBits === candidate.value >> hostBits;
}

/** The first and the last address of a CIDR. */
export function cidrEnds(cidr: string): readonly [ParsedAddress, ParsedAddress] {
  const { family, value, prefix } = parseCidr(cidr);
  const hostBits = BigInt(width[family] - prefix);
  const first = (value >> hostBits) << hostBits;
  return [
    { family, value: first },
    { family, value: first + (1n << hostBits) - 1n },
  ];
}

/** The address `offset` further, or undefined past either end of its family. */
export function shiftAddress({ family, value }: ParsedAddress, offset: bigint): ParsedAddress | undefined {
  const moved = value + offset;
  return moved < 0n || moved >= 1n << BigInt(width[family]) ? undefined : { family, value: moved };
}

/** Splits a CIDR into the address as written (host bits kept) and the prefix length. */
export function parseCidr(cidr: string): ParsedAddress & { readonly prefix: number } {
  const [address, prefix] = cidr.split("/");
  if (address === undefined || prefix === undefined) throw new Error(`\`${cidr}\` is not a CIDR, write address/prefix`);
  return { ...parseAddress(address), prefix: Number(prefix) };
}

function parseV4(text: string): bigint {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new Error(`\`${text}\` is not an IPv4 address`);
  }
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function parseV6(text: string): bigint {
  const [head = "", tail] = text.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = 8 - before.length - after.length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) throw new Error(`\`${text}\` is not an IPv6 address`);
  return [...before, ...Array<bigint>(zeros).fill(0n), ...after].reduce((value, group) => value * 65536n + group, 0n);
}

function groupsOf(text: string): bigint[] {
  return text === "" ? [] : text.split(":").map((group) => BigInt(`0x${group}`));
}
