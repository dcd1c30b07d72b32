import { type Family, formatAddress, type IpSet } from "../sets/ip-set";

const bits: Readonly<Record<Family, bigint>> = { IPv4: 32n, IPv6: 128n };

/** The fewest CIDR blocks that make up a set, IPv4 first, each in address order. */
export const cidrsOf = (addresses: IpSet): readonly string[] =>
  (["IPv4", "IPv6"] as const).flatMap((family) => addresses[family].intervals.flatMap(([from, to]) => blocksOf(family, from, to)));

/** Takes the largest block that starts at `from` and does not go beyond `to`, again and again. */
function blocksOf(family: Family, from: bigint, to: bigint): readonly string[] {
  const blocks: string[] = [];
  for (let start = from; start <= to;) {
    let host = 0n;
    while (host < bits[family] && (start >> host) % 2n === 0n && start + (2n << host) - 1n <= to) host += 1n;
    blocks.push(`${formatAddress({ family, value: start })}/${String(bits[family] - host)}`);
    start += 1n << host;
  }
  return blocks;
}
