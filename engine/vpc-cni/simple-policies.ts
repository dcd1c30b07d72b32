import { type Cluster, type Direction, isUnknown, type NetworkPolicy, type Rule } from "../model";
import { formatAddress, IpSet } from "../sets/ip-set";

/** Tells policies that both evaluators read alike, so that most rows need not be computed to be known to be the same. */
export class SimplePolicies {
  private readonly counts = new Map<string, number | undefined>();

  constructor(private readonly cluster: Cluster) {}

  /** How many port entries a policy has in a direction, when it has nothing in it that the VPC CNI reads in its own way. */
  entries(place: number, direction: Direction): number | undefined {
    const key = `${direction} ${String(place)}`;
    if (this.counts.has(key)) return this.counts.get(key);
    const rules = (this.cluster.policies[place] as NetworkPolicy)[direction] ?? [];
    const count = rules.every(isSimple) ? rules.reduce((sum, { ports }) => sum + (ports === "any" ? 1 : ports.length), 0) : undefined;
    this.counts.set(key, count);
    return count;
  }
}

/** No port names, no exceptions, no host bits, nothing unknown. */
function isSimple({ peers, ports, unknown }: Rule): boolean {
  if (unknown !== undefined || (ports !== "any" && ports.some(({ kind }) => kind !== "range"))) return false;
  return (
    peers === "any" ||
    peers.every((peer) => peer.kind === "pods" || (peer.kind === "ipBlock" && isPlainBlock(peer.cidr, peer.except.length)))
  );
}

function isPlainBlock(cidr: unknown, exceptions: number): boolean {
  if (isUnknown(cidr) || typeof cidr !== "string" || exceptions > 0) return false;
  const block = IpSet.cidr(cidr);
  const family = block.IPv4.isEmpty ? "IPv6" : "IPv4";
  const first = block[family].intervals[0]?.[0];
  return first !== undefined && cidr.startsWith(`${formatAddress({ family, value: first })}/`);
}
