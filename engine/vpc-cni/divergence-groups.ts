import { ConnectionSet } from "../sets/connection-set";
import type { CniRuleRef } from "./answers";
import type { Differing, Divergence, DivergenceCause, DivergentPair } from "./divergence";

/** How many pairs of one cause are shown. */
export const examplesShown = 3;

/** Gathers pairs that differ by what makes the difference: one cause is said once, however many pairs it has. */
export class DivergenceGroups {
  private readonly groups = new Map<string, Group>();

  add(pair: DivergentPair, cause: DivergenceCause, times = 1): void {
    const key = keyOf(cause);
    const group = this.groups.get(key) ?? { cause, pairs: 0, examples: [], sets: new Map<string, Differing>() };
    this.groups.set(key, group);
    group.pairs += times;
    if (group.examples.length < examplesShown) group.examples.push(pair);
    group.sets.set(`${pair.opened.toString()}|${pair.closed.toString()}|${pair.undecided.toString()}`, pair);
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
}

const keyOf = ({ deviations, rules, policies, service }: DivergenceCause): string =>
  JSON.stringify([
    deviations,
    service,
    rules.length > 0 ? rules.map(ruleKey) : policies.map(({ kind, namespace, name }) => [kind, namespace, name]),
  ]);

const ruleKey = ({ policy, direction, rule }: CniRuleRef): unknown => [policy.kind, policy.namespace, policy.name, direction, rule];
