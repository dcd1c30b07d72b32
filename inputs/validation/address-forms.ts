import { type Address, formatAddress } from "../../engine/sets/ip-set";
import { type Cidr, parseCidr, plainCidr } from "./cidr";

/**
 * The texts from which a block of addresses can be told: itself, its ends and their neighbours, and the blocks that make up everything outside of
 * it. None for a text that is no block, and for one that holds every address.
 */
export function addressForms(text: string): readonly string[] {
  const cidr = parseCidr(plainCidr(text));
  if (cidr === undefined || cidr.prefix === 0) return [];
  const width = cidr.family === "IPv4" ? 32 : 128;
  const size = 1n << BigInt(width - cidr.prefix);
  const first = cidr.address - (cidr.address % size);
  const ends = [cidr.address, first, first + size - 1n, first - 1n, first + size].filter(
    (value) => value >= 0n && value < 1n << BigInt(width),
  );
  const forms = [blockText(cidr, first, cidr.prefix), ...ends.map((value) => addressText(cidr, value)), ...siblings(cidr, first, width)];
  return [...new Set(forms)];
}

/** For each prefix, the block that differs from the one around the addresses in its last bit only: together they are all other addresses. */
const siblings = (cidr: Cidr, first: bigint, width: number): readonly string[] =>
  Array.from({ length: cidr.prefix }, (_, at) => {
    const size = 1n << BigInt(width - at - 1);
    return blockText(cidr, (first - (first % size)) ^ size, at + 1);
  });

const blockText = (cidr: Cidr, address: bigint, prefix: number): string => `${addressText(cidr, address)}/${String(prefix)}`;
const addressText = ({ family }: Cidr, value: bigint): string => formatAddress({ family, value } satisfies Address);
