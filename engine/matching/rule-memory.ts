import { CarriedAnswers } from "./carried-answers";
import type { ClusterPolicy, ClusterRule, Direction, NetworkPolicy, Rule } from "../model";
import type { PeerMatcher } from "./peer-matching";
import type { PlaceChanges } from "./place-changes";
import type { PortMatcher } from "./port-matching";
import { type ClusterRuleMatch, matchClusterRule, matchClusterRuleAgain, matchRule, matchRuleAgain, type RuleMatch } from "./rule-matching";

type ByDirection<P, M> = Readonly<Record<Direction, CarriedAnswers<P, readonly M[]>>>;

/** What is remembered, and carried over to the same rules over other pods. */
interface Memories {
  readonly rules: ByDirection<object, RuleMatch>;
  readonly clusterRules: ByDirection<object, ClusterRuleMatch>;
  readonly numbers: Map<object, number>;
  /** For policy objects that took the place of others which say the same, those others: what is remembered is remembered of them. */
  readonly originals: ReadonlyMap<object, object>;
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
    return new RuleMemory(peers, ports, { rules: byDirection(), clusterRules: byDirection(), numbers: new Map(), originals: new Map() });
  }

  /** The same rules over other pods. A rule whose peers are the same ends stays the same object. */
  moved(peers: PeerMatcher, ports: PortMatcher, changes: PlaceChanges): RuleMemory {
    const { rules, clusterRules, ...kept } = this.memories;
    const carried = <P, M>({ ingress, egress }: ByDirection<P, M>): ByDirection<P, M> => ({
      ingress: ingress.carriedTo(changes),
      egress: egress.carriedTo(changes),
    });
    return new RuleMemory(peers, ports, { ...kept, rules: carried(rules), clusterRules: carried(clusterRules) });
  }

  /** The same rules, in other policy objects that say the same, by the object each stands for. */
  renamed(twins: Iterable<readonly [object, object]>): RuleMemory {
    const originals = new Map(this.memories.originals);
    for (const [before, after] of twins) originals.set(after, this.original(before));
    return new RuleMemory(this.peers, this.ports, { ...this.memories, originals });
  }

  /** Whether numbers are the same here as in another memory. */
  sharesNumbersWith({ memories }: RuleMemory): boolean {
    return this.memories.numbers === memories.numbers;
  }

  rulesOf(policy: NetworkPolicy, direction: Direction): readonly RuleMatch[] {
    const rules = policy[direction] ?? [];
    return this.memories.rules[direction].get(
      this.original(policy),
      () => rules.map((rule) => matchRule(rule, policy.namespace, this.peers, this.ports)),
      (old, places) => again(old, (match, at) => matchRuleAgain(match, rules[at] as Rule, this.peers, places, policy.namespace)),
    );
  }

  clusterRulesOf(policy: ClusterPolicy, direction: Direction): readonly ClusterRuleMatch[] {
    const rules = policy[direction];
    return this.memories.clusterRules[direction].get(
      this.original(policy),
      () => rules.map((rule) => matchClusterRule(rule, this.peers, this.ports)),
      (old, places) => again(old, (match, at) => matchClusterRuleAgain(match, rules[at] as ClusterRule, this.peers, places)),
    );
  }

  /** A number for a policy object, of its own for as long as the memory lives. Objects that took each other's place have one. */
  numberOf(policy: NetworkPolicy | ClusterPolicy): number {
    const { numbers } = this.memories;
    const original = this.original(policy);
    const known = numbers.get(original);
    if (known !== undefined) return known;
    numbers.set(original, numbers.size);
    return numbers.size - 1;
  }

  private original(policy: object): object {
    return this.memories.originals.get(policy) ?? policy;
  }
}

/** The same list where every rule is the same object: other things are remembered by list. */
function again<M extends RuleMatch>(old: readonly M[], one: (match: M, at: number) => M): readonly M[] {
  const fresh = old.map(one);
  return fresh.every((match, at) => match === old[at]) ? old : fresh;
}
