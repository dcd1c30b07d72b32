import type { Unknown, Value } from "./unknown";

/** Labels of a pod, namespace or node. A value may be unknown before apply. */
export type Labels = Readonly<Record<string, string | UnknownLabel>>;

/** A label whose value is not known, or differs from pod to pod, with what is known of it all the same. */
export interface UnknownLabel extends Unknown {
  /** The values it can have. Absent: any. */
  readonly numbered?: NumberedValues;
  /** Set when the label may not be there at all. */
  readonly mayBeAbsent?: true;
}

/** A text followed by a decimal number, as controllers name what they make several of: `db-0`, `db-1`. */
export interface NumberedValues {
  readonly prefix: string;
  readonly from: number;
  /** The last number. Absent: there is none. */
  readonly to?: number;
}

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
