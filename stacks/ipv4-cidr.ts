/** An IPv4 range: the number of its first address, and the length of its prefix. */
interface Range {
  readonly first: number;
  readonly prefix: number;
}

/** Reads `10.0.0.0/16`. The text must already be a valid CIDR. */
function parse(cidr: string): Range {
  const [address = "", prefix = ""] = cidr.split("/");
  const first = address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
  return { first, prefix: Number(prefix) };
}

const printAddress = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

const print = ({ first, prefix }: Range): string => `${printAddress(first)}/${prefix}`;

const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

/** The length of a valid CIDR's prefix. */
export const prefixLength = (cidr: string): number => parse(cidr).prefix;

/** Whether a valid CIDR starts at its network address: `10.0.0.0/16` does, `10.0.0.1/16` does not. */
export const isNetworkAddress = (cidr: string): boolean => {
  const { first, prefix } = parse(cidr);
  return first % sizeOf(prefix) === 0;
};

/** Address `index` of a valid CIDR, counted from 0: what Terraform's `cidrhost` answers. */
export const addressIn = (cidr: string, index: number): string => printAddress(parse(cidr).first + index);

/** Part `index`, counted from 0, of a range cut into `2 ** extraBits` equal parts: what Terraform's `cidrsubnet` answers. */
export function subrange(cidr: string, extraBits: number, index: number): string {
  const { first, prefix } = parse(cidr);
  return print({ first: first + index * sizeOf(prefix + extraBits), prefix: prefix + extraBits });
}
