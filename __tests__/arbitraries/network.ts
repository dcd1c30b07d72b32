/** Random CIDRs around the addresses random clusters use, so that they cut through pods instead of missing them. */
import fc from "fast-check";
import { isInside } from "../reference/completion-values";

/** The n-th pod's addresses, nodes likewise. Unique while n stays below 65,536. */
export const podAddress = {
  v4: (n: number): string => `10.0.${Math.floor(n / 256)}.${n % 256}`,
  v6: (n: number): string => `fd00::${n.toString(16)}`,
};
export const nodeAddress = { v4: (n: number): string => `172.30.0.${n + 1}`, v6: (n: number): string => `fd01::${(n + 1).toString(16)}` };

const v4Bases = fc.oneof(
  { weight: 6, arbitrary: fc.nat(24).map(podAddress.v4) },
  { weight: 1, arbitrary: fc.nat(2).map(nodeAddress.v4) },
  { weight: 2, arbitrary: fc.constantFrom("0.0.0.0", "255.255.255.255", "192.0.2.129", "127.255.255.255", "128.0.0.0") },
);
const v6Bases = fc.oneof(
  { weight: 6, arbitrary: fc.nat(24).map(podAddress.v6) },
  { weight: 1, arbitrary: fc.nat(2).map(nodeAddress.v6) },
  { weight: 2, arbitrary: fc.constantFrom("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::1", "::ffff", "::a00:1") },
);

const v4Cidr = fc.tuple(v4Bases, fc.constantFrom(0, 1, 8, 24, 28, 29, 30, 31, 32, 32)).map(([base, prefix]) => `${base}/${prefix}`);
const v6Cidr = fc.tuple(v6Bases, fc.constantFrom(0, 1, 33, 64, 120, 124, 126, 127, 128, 128)).map(([base, prefix]) => `${base}/${prefix}`);

/** A CIDR of either family; the bits behind its prefix may be set. */
export const anyCidr: fc.Arbitrary<string> = fc.oneof({ weight: 3, arbitrary: v4Cidr }, { weight: 2, arbitrary: v6Cidr });

/** An ipBlock whose exceptions are smaller than its CIDR and inside it, as the API server demands. */
export const anyIpBlock = fc.tuple(anyCidr, fc.array(anyCidr, { maxLength: 4 })).map(([cidr, candidates]) => ({
  kind: "ipBlock" as const,
  cidr,
  except: candidates.filter((candidate) => isInside(candidate, cidr)),
}));
