import { type Action, type ClusterPeer, type ClusterRule, isUnknown, type Peer, type PortMatch, type Rule, type Value } from "../model";
import type { PeerMatch, PeerMatcher } from "./peer-matching";
import type { PortMatcher, PortsMatch } from "./port-matching";

/** A rule with its peers and ports looked up: a connection matches with one of the peers and one of the ports. */
export interface RuleMatch {
  /** In the order they are written; `undefined`: the rule names no peer, everyone matches. */
  readonly peers: readonly PeerMatch[] | undefined;
  readonly ports: PortsMatch;
  /** The rule may not be there at all. */
  readonly isUncertain: boolean;
}

/** A cluster-wide rule, looked up. */
export interface ClusterRuleMatch extends RuleMatch {
  readonly action: Value<Action>;
}

/** Looks up one rule of a NetworkPolicy. */
export function matchRule(rule: Rule, namespace: Value<string>, peers: PeerMatcher, ports: PortMatcher): RuleMatch {
  return {
    peers: rule.peers === "any" ? undefined : rule.peers.map((peer) => peers.peer(peer, namespace)),
    ports: ports.ports(rule.ports),
    isUncertain: rule.unknown !== undefined,
  };
}

/**
 * Looks up one cluster-wide rule. A peer the reader has no field for makes the whole rule fail closed, as the API demands: Accept then
 * matches nothing, Deny and Pass deny everything.
 */
export function matchClusterRule(rule: ClusterRule, peers: PeerMatcher, ports: PortMatcher): ClusterRuleMatch {
  if (rule.peers.some(({ kind }) => kind === "unsupported")) return failClosed(rule.action, peers, ports);
  return {
    peers: rule.peers.map((peer) => peers.clusterPeer(peer)),
    ports: ports.ports(rule.ports),
    isUncertain: false,
    action: rule.action,
  };
}

/** A rule looked up before pods changed, as it is now that they did at some places. The same object where its peers are the same ends. */
export function matchRuleAgain(
  old: RuleMatch,
  { peers: written }: Rule,
  peers: PeerMatcher,
  places: readonly number[],
  namespace: Value<string>,
): RuleMatch {
  if (written === "any") return old;
  return withPeers(old, (match, at) => {
    const peer = written[at] as Peer;
    return peers.again(match, places, peer, namespace, () => peers.peer(peer, namespace));
  });
}

/** The same for a cluster-wide rule. One that fails closed does so whoever is there. */
export function matchClusterRuleAgain(
  old: ClusterRuleMatch,
  { peers: written }: ClusterRule,
  peers: PeerMatcher,
  places: readonly number[],
): ClusterRuleMatch {
  if (written.some(({ kind }) => kind === "unsupported")) return old;
  return withPeers(old, (match, at) => {
    const peer = written[at] as ClusterPeer;
    return peers.again(match, places, peer, "", () => peers.clusterPeer(peer));
  });
}

function withPeers<M extends RuleMatch>(old: M, again: (match: PeerMatch, at: number) => PeerMatch): M {
  const fresh = old.peers?.map(again);
  return fresh === undefined || fresh.every((match, at) => match === old.peers?.[at]) ? old : { ...old, peers: fresh };
}

function failClosed(action: Value<Action>, peers: PeerMatcher, ports: PortMatcher): ClusterRuleMatch {
  const everything: readonly PortMatch[] | "any" = "any";
  if (action === "Accept") return { peers: [peers.nobody], ports: ports.ports(everything), isUncertain: false, action };
  return { peers: undefined, ports: ports.ports(everything), isUncertain: isUnknown(action), action: "Deny" };
}
