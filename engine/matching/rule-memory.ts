import { CarriedAnswers } from "./carried-answers";
import type { ClusterPolicy, ClusterRule, Direction, NetworkPolicy, Rule } from "../model";
import type { PeerMatcher } from "./peer-matching";
import type { PlaceChanges } from "./place-changes";
import type { PortMatcher } from "./port-matching";
import { type ClusterRuleMatch, matchClusterRule, matchClusterRuleAgain, matchRule, matchRuleAgain, type RuleMatch } from "./rule-matching";

type ByDirection<P, M> = Readonly<Record<Direction, CarriedAnswers<P, readonly M[]>>>;

/** What is remembered, and carried over to the same rules over other pods. */
interface Memories {
  readonly rules: ByDirection<NetworkPolicy, RuleMatch>;
  readonly clusterRules: ByDirection<ClusterPolicy, ClusterRuleMatch>;
  readonly numbers: Map<object, number>;
}

/** Rules that were looked up, by the policy object they belong to: what is the same object after an edit need not be looked up again. */
export class RuleMemory {
  private constructor(
    private readonly peers: PeerMatcher,
    private readonly ports: PortMatcher,
    private readonly memories: Memories,
  ) {}

  static of(peers: PeerMatcher, ports: PortMatcher, changes: PlaceChanges): RuleMemory {
    const byDirection = <P, M>(): ByDirection<P, M> => ({ ingress: new CarriedAnswers(changes), egress: new CarriedAnswers(changes) });
    return new RuleMemory(peers, ports, { rules: byDirection(), clusterRules: byDirection(), numbers: new Map() });
  }

  /** The same rules over other pods. A rule whose peers are the same ends stays the same object. */
  moved(peers: PeerMatcher, ports: PortMatcher, changes: PlaceChanges): RuleMemory {
    const { rules, clusterRules, numbers } = this.memories;
    const carried = <P, M>({ ingress, egress }: ByDirection<P, M>): ByDirection<P, M> => ({
      ingress: ingress.carriedTo(changes),
      egress: egress.carriedTo(changes),
    });
    return new RuleMemory(peers, ports, { rules: carried(rules), clusterRules: carried(clusterRules), numbers });
  }

  rulesOf(policy: NetworkPolicy, direction: Direction): readonly RuleMatch[] {
    const rules = policy[direction] ?? [];
    return this.memories.rules[direction].get(
      policy,
      () => rules.map((rule) => matchRule(rule, policy.namespace, this.peers, this.ports)),
      (old, places) => again(old, (match, at) => matchRuleAgain(match, rules[at] as Rule, this.peers, places, policy.namespace)),
    );
  }

  clusterRulesOf(policy: ClusterPolicy, direction: Direction): readonly ClusterRuleMatch[] {
    const rules = policy[direction];
    return this.memories.clusterRules[direction].get(
      policy,
      () => rules.map((rule) => matchClusterRule(rule, this.peers, this.ports)),
      (old, places) => again(old, (match, at) => matchClusterRuleAgain(match, rules[at] as ClusterRule, this.peers, places)),
    );
  }

  /** A number for a policy object, of its own for as long as the memory lives. */
  numberOf(policy: NetworkPolicy | ClusterPolicy): number {
    const { numbers } = this.memories;
    const known = numbers.get(policy);
    if (known !== undefined) return known;
    numbers.set(policy, numbers.size);
    return numbers.size - 1;
  }
}

/** The same list where every rule is the same object: other things are remembered by list. */
function again<M extends RuleMatch>(old: readonly M[], one: (match: M, at: number) => M): readonly M[] {
  const fresh = old.map(one);
  return fresh.every((match, at) => match === old[at]) ? old : fresh;
}
