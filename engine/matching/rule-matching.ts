import { type Action, type ClusterRule, isUnknown, type PortMatch, type Rule, type Value } from "../model";
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

function failClosed(action: Value<Action>, peers: PeerMatcher, ports: PortMatcher): ClusterRuleMatch {
  const everything: readonly PortMatch[] | "any" = "any";
  if (action === "Accept") return { peers: [peers.nobody], ports: ports.ports(everything), isUncertain: false, action };
  return { peers: undefined, ports: ports.ports(everything), isUncertain: isUnknown(action), action: "Deny" };
}
