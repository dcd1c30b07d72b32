import type { PolicyRef, RuleRef, Verdict } from "../decision";
import type { ClusterEnforcement } from "../enforcement/enforcement";
import type { Evaluation } from "../evaluation";
import type { Flow, InfrastructureResource, Json, JsonObject, Location, ObjectRef, PlannedChange } from "../model";

/** How bad a finding is. `error`: traffic will differ from what is written. `warning`: it probably does. `info`: worth knowing. */
export type Severity = "error" | "warning" | "info";

/** What a rule is about; its code's band: NP1xx, NP2xx, NP3xx, NP4xx, VPC0xx, and NP9xx for the tool itself. */
export type RuleCategory = "correctness" | "exposure" | "coverage" | "change" | "enforcement" | "tool";

/** What a rule is called and says of itself. Its page, `docs/rules/<code>-<name>.md`, is checked against this. */
export interface RuleMeta {
  /** What people suppress and link, such as `NP103`. Never used again for anything else. */
  readonly code: string;
  /** What they read: the fault in kebab-case, such as `inert-direction`. */
  readonly name: string;
  /** One sentence on what it reports. */
  readonly title: string;
  readonly severity: Severity;
  readonly category: RuleCategory;
  /** Inputs without which the rule cannot say anything; it is then not run, and the report says so. @default none */
  readonly needs?: readonly ("plan" | "infrastructure")[];
}

/** Everything a rule may look at. It must not change anything, and asks the engine for every answer about traffic. */
export interface LintContext {
  readonly evaluation: Evaluation;
  /** Before the change, when the input holds it. */
  readonly before?: Evaluation;
  /** What applying the plan does; empty without a plan. */
  readonly changes: readonly PlannedChange[];
  /** The resources of every provider; absent when the input holds no infrastructure at all (plain manifests). */
  readonly infrastructure?: readonly InfrastructureResource[];
  /** Whether and how policies are enforced, for who has worked it out already. @default worked out from the infrastructure when asked for */
  readonly enforcement?: ClusterEnforcement;
  /**
   * Every object of the input as it was written, in API shape and before defaults: those of the model, since the model no longer says what was
   * left out, and those of other kinds (webhook configurations, ServiceMonitors, …). Lists may be among them.
   */
  readonly objects: readonly { readonly object: JsonObject; readonly location: Location }[];
  /** The namespace of objects that name none. @default "default" */
  readonly defaultNamespace?: string;
}

/** A change to an input that removes a finding without changing anything else that is allowed today. */
export interface Fix {
  /** What the edit does, as a command: "move the address outside `cidr` out of `except`". */
  readonly description: string;
  readonly edits: readonly FieldEdit[];
}

/** One edit of an object as it was written. `field` is a path as the API server writes it: `spec.ingress[0].ports[1].port`. */
export type FieldEdit =
  | { readonly kind: "set"; readonly object: ObjectRef; readonly field: string; readonly value: Json }
  | { readonly kind: "remove"; readonly object: ObjectRef; readonly field: string };

/** What a rule found at one place. */
export interface RuleFinding {
  /** The object that must change, or that is not protected. */
  readonly subject: ObjectRef;
  /** What is wrong and what it means for traffic: lower-case, no final period, names in backticks. */
  readonly message: string;
  /** What to do: one imperative sentence, same form. */
  readonly advice: string;
  readonly location?: Location;
  /** Path of the field inside the object: `spec.ingress[0].from[1]`. */
  readonly field?: string;
  /** A flow that shows it, with the engine's verdict on it. */
  readonly witness?: { readonly flow: Flow; readonly verdict: Verdict };
  /** The policies and rules that decide. */
  readonly because: readonly (PolicyRef | RuleRef)[];
  readonly fix?: Fix;
  /** Tells findings of one rule and subject apart for fingerprints: stable content, never a line number or an index that moves. @default message */
  readonly key?: string;
  /** Overrides the rule's severity where the same fault is graver or milder. */
  readonly severity?: Severity;
}

/** One rule: one file, one page, one test. */
export interface LintRule extends RuleMeta {
  /**
   * Asked about policies as they are written, those that nothing in the cluster reads included. All other rules are about traffic, and see the
   * cluster without them.
   *
   * @default false
   */
  readonly seesUnread?: true;
  check(context: LintContext): readonly RuleFinding[];
}

/** A finding with the rule it comes from, at the severity that counts. */
export interface LintResult extends RuleFinding {
  readonly rule: RuleMeta;
  readonly severity: Severity;
}
