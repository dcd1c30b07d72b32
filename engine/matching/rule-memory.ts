import type { ClusterPolicy, Direction, NetworkPolicy } from "../model";
import type { PeerMatcher } from "./peer-matching";
import type { PortMatcher } from "./port-matching";
import { type ClusterRuleMatch, matchClusterRule, matchRule, type RuleMatch } from "./rule-matching";

/** Rules that were looked up, by the policy object they belong to: what is the same object after an edit need not be looked up again. */
export class RuleMemory {
  private readonly rules = new Map<NetworkPolicy, Partial<Record<Direction, readonly RuleMatch[]>>>();
  private readonly clusterRules = new Map<ClusterPolicy, Partial<Record<Direction, readonly ClusterRuleMatch[]>>>();
  private readonly numbers = new Map<object, number>();

  constructor(
    private readonly peers: PeerMatcher,
    private readonly ports: PortMatcher,
  ) {}

  rulesOf(policy: NetworkPolicy, direction: Direction): readonly RuleMatch[] {
    const known = remembered(this.rules, policy);
    return (known[direction] ??= (policy[direction] ?? []).map((rule) => matchRule(rule, policy.namespace, this.peers, this.ports)));
  }

  clusterRulesOf(policy: ClusterPolicy, direction: Direction): readonly ClusterRuleMatch[] {
    const known = remembered(this.clusterRules, policy);
    return (known[direction] ??= policy[direction].map((rule) => matchClusterRule(rule, this.peers, this.ports)));
  }

  /** A number for a policy object, of its own for as long as the memory lives. */
  numberOf(policy: NetworkPolicy | ClusterPolicy): number {
    const known = this.numbers.get(policy);
    if (known !== undefined) return known;
    this.numbers.set(policy, this.numbers.size);
    return this.numbers.size - 1;
  }
}

function remembered<K, V extends object>(memory: Map<K, Partial<V>>, key: K): Partial<V> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const fresh: Partial<V> = {};
  memory.set(key, fresh);
  return fresh;
}
