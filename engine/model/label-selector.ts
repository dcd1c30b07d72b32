import type { Unknown, Value } from "./unknown";

/** Labels of a pod, namespace or node. A value may be unknown before apply. */
export type Labels = Readonly<Record<string, Value<string>>>;

/** One condition on one label; a selector is the conjunction of its requirements. */
export type Requirement =
  | { readonly key: string; readonly operator: "In" | "NotIn"; readonly values: readonly Value<string>[] }
  | { readonly key: string; readonly operator: "Exists" | "DoesNotExist" };

/**
 * A Kubernetes label selector (`metav1.LabelSelector`). Both parts absent or empty: selects everything.
 *
 * `NotIn` and `DoesNotExist` also match when the key is absent.
 */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Requirement[];
  /** Set when parts of the selector are not known: it may demand more than what is listed here. */
  readonly unknown?: Unknown;
}

/** The selector that selects everything. */
export const everything: LabelSelector = {};
