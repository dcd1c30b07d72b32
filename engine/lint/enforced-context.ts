import { unreadPolicies } from "../enforcement/unread-policies";
import { type Evaluation, update } from "../evaluation";
import { clusterEnforcement } from "./cni-context";
import type { LintContext } from "./rule";

const known = new WeakMap<LintContext, LintContext>();

/**
 * The context as traffic meets it: without the cluster-wide policies that nothing in the cluster reads. The same object where there are none. What
 * was there before is held against the enforcement of now.
 */
export function enforcedContext(context: LintContext): LintContext {
  const found = known.get(context) ?? withoutUnread(context);
  known.set(context, found);
  return found;
}

function withoutUnread(context: LintContext): LintContext {
  const { evaluation, before } = context;
  if ([evaluation, before].every((each) => (each?.cluster.clusterPolicies ?? []).length === 0)) return context;
  const enforcement = clusterEnforcement(context);
  if (enforcement.facts === undefined || enforcement.settings.enabled === false) return context;
  const read = (each: Evaluation): Evaluation =>
    unreadPolicies(each.cluster, enforcement.engines).length === 0 ? each : update(each, { ...each.cluster, clusterPolicies: [] });
  return { ...context, enforcement, evaluation: read(evaluation), ...(before === undefined ? {} : { before: read(before) }) };
}
