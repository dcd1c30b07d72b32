import { ConnectionSet } from "../sets/connection-set";
import type { CniRuleRef } from "./answers";
import type { Differing, Divergence, DivergenceCause, DivergentPair } from "./divergence";

/** How many pairs of one cause are shown. */
export const examplesShown = 3;

/** Gathers pairs that differ by what makes the difference: one cause is said once, however many pairs it has. */
export class DivergenceGroups {
  private readonly groups = new Map<string, Group>();
  private readonly known = new Map<DivergenceCause, Group>();

  add(pair: DivergentPair, cause: DivergenceCause, times = 1): void {
    this.addAlike(pair, cause, times, () => pair);
  }

  /** Pairs between which the same flows otherwise. One of them is made only if it is shown. */
  addAlike(differing: Differing, cause: DivergenceCause, times: number, one: () => DivergentPair): void {
    const group = this.groupOf(cause);
    group.pairs += times;
    if (group.examples.length < examplesShown) group.examples.push(one());
    if (group.seen.has(differing)) return;
    group.seen.add(differing);
    group.sets.set(`${differing.opened.toString()}|${differing.closed.toString()}|${differing.undecided.toString()}`, differing);
  }

  private groupOf(cause: DivergenceCause): Group {
    const known = this.known.get(cause);
    if (known !== undefined) return known;
    const key = keyOf(cause);
    const group = this.groups.get(key) ?? { cause, pairs: 0, examples: [], sets: new Map<string, Differing>(), seen: new Set<Differing>() };
    this.groups.set(key, group);
    this.known.set(cause, group);
    return group;
  }

  /** In the order in which causes were met. */
  all(): readonly Divergence[] {
    return [...this.groups.values()].map(({ cause, pairs, examples, sets }) => {
      const union = (what: keyof Differing): ConnectionSet =>
        [...sets.values()].reduce((all, each) => all.union(each[what]), ConnectionSet.none);
      return { cause, pairs, examples, opened: union("opened"), closed: union("closed"), undecided: union("undecided") };
    });
  }
}

interface Group {
  readonly cause: DivergenceCause;
  pairs: number;
  readonly examples: DivergentPair[];
  /** Equal differences are kept once. */
  readonly sets: Map<string, Differing>;
  readonly seen: Set<Differing>;
}

const keyOf = ({ deviations, rules, policies, service }: DivergenceCause): string =>
  JSON.stringify([
    deviations,
    service,
    rules.length > 0 ? rules.map(ruleKey) : policies.map(({ kind, namespace, name }) => [kind, namespace, name]),
  ]);

const ruleKey = ({ policy, direction, rule }: CniRuleRef): unknown => [policy.kind, policy.namespace, policy.name, direction, rule];
