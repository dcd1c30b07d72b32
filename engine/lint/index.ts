import { type LintOptions, type LintRun, ruleFailed, runRules } from "./lint";
import type { LintContext, LintRule, RuleMeta } from "./rule";

export { fingerprintSource, type LintOptions, type LintRun, type NotRun, ruleFailed, runRules } from "./lint";
export type * from "./rule";

/** Every rule, in the order of their codes. */
export const lintRules: readonly LintRule[] = [];

/** Everything that has a page: the rules, and what the tool reports of itself. */
export const documentedRules: readonly RuleMeta[] = [...lintRules, ruleFailed];

/** Runs every rule that is asked for. */
export const lint = (context: LintContext, options: LintOptions = {}): LintRun => runRules(lintRules, context, options);
