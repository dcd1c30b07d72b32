import type { Projection } from "../matching/projection";
import type { ClusterRuleMatch, RuleMatch } from "../matching/rule-matching";
import type { Direction } from "../model";

/** What is left of policies after parts were taken out; undefined: the policy is gone. Policies are told by their place in the cluster's lists. */
export interface PolicyEdit {
  rules(policy: number, direction: Direction, rules: readonly RuleMatch[]): readonly RuleMatch[] | undefined;
  clusterRules(policy: number, direction: Direction, rules: readonly ClusterRuleMatch[]): readonly ClusterRuleMatch[] | undefined;
}

/** Leaves everything as it is. */
export const unchanged: PolicyEdit = { rules: (_policy, _direction, rules) => rules, clusterRules: (_policy, _direction, rules) => rules };

/** Rules as they are at some places. */
export const seenThrough = (places: Projection): PolicyEdit => ({
  rules: (_policy, _direction, rules) => places.rules(rules),
  clusterRules: (_policy, _direction, rules) => places.rules(rules),
});
