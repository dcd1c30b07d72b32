import { formatAddress, IpSet, parseAddress, type PolicyChange } from "../../engine";
import type { ClusterPeer, ClusterPolicy, NetworkPolicy, Peer, Rule, Value } from "../../engine/model";
import type { AnsweredMembers } from "./explained-block";

/** Makes a change that was found for one address one for all that are like it; the name is what reports call them. */
export interface Widening {
  readonly name: string;
  readonly addresses: IpSet;
  readonly change: (change: PolicyChange) => PolicyChange;
}

/** Blocks that a rule gets at most: longer lists are nothing that anybody writes. */
const mostBlocks = 16;

/**
 * A change for every address of a part of a block. No rule tells them apart, so that what a rule about the first of them opens for it, the same
 * rule about all of them opens for each. Undefined for pods, which are named by their labels, and where too many blocks would be written.
 */
export function widened({ end, members }: AnsweredMembers): Widening | undefined {
  const [first] = members;
  const { cidrs = [] } = end;
  if (first?.found.endpoint.kind !== "address" || cidrs.length === 0 || cidrs.length > mostBlocks) return undefined;
  const single = asBlock(first.found.endpoint.address);
  return {
    name: end.name,
    addresses: IpSet.unionOf(cidrs.map((cidr) => IpSet.cidr(cidr))),
    change: (change) =>
      change.kind === "NetworkPolicy"
        ? { ...change, after: inPolicy(change, single, cidrs) }
        : { ...change, after: inClusterPolicy(change, single, cidrs) },
  };
}

function asBlock(text: string): string {
  const address = parseAddress(text);
  return `${formatAddress(address)}/${address.family === "IPv4" ? "32" : "128"}`;
}

type Change<Kind extends PolicyChange["kind"]> = Extract<PolicyChange, { readonly kind: Kind }>;

/** Peers that were there before stay as they are. */
function inPolicy({ before, after }: Change<"NetworkPolicy">, single: string, cidrs: readonly string[]): NetworkPolicy {
  const old = new Set([...(before?.ingress ?? []), ...(before?.egress ?? [])].flatMap(({ peers }) => (peers === "any" ? [] : peers)));
  const peersOf = (peer: Peer): readonly Peer[] =>
    peer.kind === "ipBlock" && peer.cidr === single && !old.has(peer) ? cidrs.map((cidr) => ({ ...peer, cidr })) : [peer];
  const rulesOf = (rules: readonly Rule[]): readonly Rule[] =>
    rules.map((rule) => (rule.peers === "any" ? rule : { ...rule, peers: rule.peers.flatMap(peersOf) }));
  const { ingress, egress, ...rest } = after;
  return {
    ...rest,
    ...(ingress === undefined ? {} : { ingress: rulesOf(ingress) }),
    ...(egress === undefined ? {} : { egress: rulesOf(egress) }),
  };
}

/** Cluster-wide rules name addresses for egress only. */
function inClusterPolicy({ before, after }: Change<"ClusterPolicy">, single: string, cidrs: readonly string[]): ClusterPolicy {
  const old = new Set(before?.egress.flatMap(({ peers }) => peers));
  const peerOf = (peer: ClusterPeer): ClusterPeer =>
    peer.kind !== "networks" || old.has(peer)
      ? peer
      : { ...peer, cidrs: peer.cidrs.flatMap((cidr): readonly Value<string>[] => (cidr === single ? cidrs : [cidr])) };
  return { ...after, egress: after.egress.map((rule) => ({ ...rule, peers: rule.peers.map(peerOf) })) };
}
