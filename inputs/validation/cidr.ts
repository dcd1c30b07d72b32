/**
 * CIDR blocks exactly as the API server reads them: the lenient way of `ipBlock` (leading zeros are decimal, host bits are allowed) and the
 * strict way of the StrictIPCIDRValidation gate and of CEL's `isCIDR`.
 */

/** A block, before anything is masked. */
export interface Cidr {
  readonly family: "IPv4" | "IPv6";
  readonly address: bigint;
  readonly prefix: number;
}

interface Reading {
  /** Leading zeros, as in `010.0.0.0/08`. */
  readonly leadingZeros: boolean;
}

const lenient: Reading = { leadingZeros: true };
const strict: Reading = { leadingZeros: false };

const bits = (family: Cidr["family"]): number => (family === "IPv4" ? 32 : 128);

/** Reads a block as `ipBlock` does by default; undefined when the API server refuses it. */
export const parseCidr = (text: string): Cidr | undefined => parse(text, lenient);

/** Whether a block has no leading zeros and no IPv4 address inside IPv6 (CEL's `isCIDR`); host bits are fine. */
export function isCidr(text: string): boolean {
  const cidr = parse(text, strict);
  return cidr !== undefined && !isMapped(cidr);
}

/** Whether a text is one address, without leading zeros. */
export const isAddress = (text: string): boolean => (parseIpv6(text, strict) ?? parseIpv4(text, strict)) !== undefined;

/** What the strict gate has against a block that `parseCidr` reads. */
export function strictProblem(text: string, cidr: Cidr): string | undefined {
  if (parse(text, strict) === undefined) return "must not have leading zeros";
  if (isMapped(cidr)) return "must not be an IPv4 address inside IPv6";
  return masked(cidr).address === cidr.address ? undefined : `must not have bits after its prefix; write \`${formatCidr(masked(cidr))}\``;
}

/** Whether every address of `inner` is in `outer`, and `outer` has more. */
export function isStrictlyInside(inner: Cidr, outer: Cidr): boolean {
  if (outer.prefix >= inner.prefix) return false;
  const block = unmapped(masked(outer));
  const address = unmapped(masked(inner));
  return block.family === address.family && masked({ ...address, prefix: block.prefix }).address === block.address;
}

/** The text of a block without the spellings only the API server accepts; any other text stays as it is written. */
export function plainCidr(text: string): string {
  const cidr = parseCidr(text);
  return cidr === undefined || isCidr(text) ? text : formatCidr(unmapped(cidr));
}

function parse(text: string, reading: Reading): Cidr | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const family = text.includes(":") ? "IPv6" : "IPv4";
  const host = text.slice(0, slash);
  const address = family === "IPv6" ? parseIpv6(host, reading) : parseIpv4(host, reading);
  const prefix = parseDecimal(text.slice(slash + 1), bits(family), reading);
  return address === undefined || prefix === undefined ? undefined : { family, address, prefix };
}

function parseDecimal(text: string, maximum: number, { leadingZeros }: Reading): number | undefined {
  const pattern = leadingZeros ? /^[0-9]+$/ : /^(0|[1-9][0-9]*)$/;
  return pattern.test(text) && Number(text) <= maximum ? Number(text) : undefined;
}

function parseIpv4(text: string, reading: Reading): bigint | undefined {
  const octets = text.split(".").map((octet) => parseDecimal(octet, 255, reading));
  if (octets.length !== 4) return undefined;
  return octets.reduce<bigint | undefined>(
    (sum, octet) => (sum === undefined || octet === undefined ? undefined : sum * 256n + BigInt(octet)),
    0n,
  );
}

function parseIpv6(text: string, reading: Reading): bigint | undefined {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const tail = after === undefined ? [] : parseGroups(after, reading, true);
  const head = parseGroups(before, reading, after === undefined);
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (after === undefined ? given !== 8 : given > 7) return undefined;
  const groups = [...head, ...Array.from({ length: 8 - given }, () => 0), ...tail];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(group), 0n);
}

/** Sixteen bits each; the last two may be written as an IPv4 address. */
function parseGroups(text: string, reading: Reading, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const ipv4 = mayEndInIpv4 && index === parts.length - 1 && part.includes(".") ? parseIpv4(part, reading) : undefined;
    if (ipv4 !== undefined) groups.push(Number(ipv4 / 65536n), Number(ipv4 % 65536n));
    else if (isGroup(part, reading)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

const isGroup = (text: string, { leadingZeros }: Reading): boolean =>
  /^[0-9a-fA-F]+$/.test(text) && (leadingZeros ? Number.parseInt(text, 16) <= 0xffff : text.length <= 4);

function masked(cidr: Cidr): Cidr {
  const hostBits = BigInt(bits(cidr.family) - cidr.prefix);
  return { ...cidr, address: (cidr.address >> hostBits) << hostBits };
}

const isMapped = ({ family, address }: Cidr): boolean => family === "IPv6" && address >> 32n === 0xffffn;

/** An IPv4 block written inside IPv6 as the IPv4 block it means. */
const unmapped = (cidr: Cidr): Cidr =>
  isMapped(cidr) && cidr.prefix >= 96 ? { family: "IPv4", address: cidr.address & 0xffffffffn, prefix: cidr.prefix - 96 } : cidr;

function formatCidr({ family, address, prefix }: Cidr): string {
  const width = family === "IPv4" ? 8n : 16n;
  const count = family === "IPv4" ? 4 : 8;
  const groups = Array.from({ length: count }, (_, index) => (address >> (width * BigInt(count - 1 - index))) & ((1n << width) - 1n));
  const text = family === "IPv4" ? groups.join(".") : groups.map((group) => group.toString(16)).join(":");
  return `${text}/${prefix}`;
}
