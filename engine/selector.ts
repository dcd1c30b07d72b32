import { isUnknown, type Labels, type LabelSelector, type Requirement, type Unknown, type Value } from "./model";

/** Whether something holds; "maybe" when it depends on a value that is not known. */
export type Ternary = "yes" | "no" | "maybe";

/** "no" wins over "maybe", "maybe" over "yes": all of them must hold. */
export const allOf = (answers: Iterable<Ternary>): Ternary => {
  let result: Ternary = "yes";
  for (const answer of answers) {
    if (answer === "no") return "no";
    if (answer === "maybe") result = "maybe";
  }
  return result;
};

/** "yes" wins over "maybe", "maybe" over "no": one of them must hold. */
export const anyOf = (answers: Iterable<Ternary>): Ternary => {
  let result: Ternary = "no";
  for (const answer of answers) {
    if (answer === "yes") return "yes";
    if (answer === "maybe") result = "maybe";
  }
  return result;
};

/** Every condition of a selector in one form: a `matchLabels` entry is an `In` with one value. */
export function requirementsOf(selector: LabelSelector): readonly Requirement[] {
  const exact = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({ key, operator: "In", values: [value] }));
  return [...exact, ...(selector.matchExpressions ?? [])];
}

/**
 * Whether a selector selects an object with these labels (`metav1.LabelSelectorAsSelector`). `unknownLabels` says that labels may be there
 * that are not listed; keys that are listed keep their value.
 */
export function selects(selector: LabelSelector, labels: Labels, unknownLabels?: Unknown): Ternary {
  const known = allOf(requirementsOf(selector).map((requirement) => satisfies(requirement, labels, unknownLabels)));
  return selector.unknown === undefined || known === "no" ? known : "maybe";
}

function satisfies(requirement: Requirement, labels: Labels, unknownLabels: Unknown | undefined): Ternary {
  const present = Object.hasOwn(labels, requirement.key);
  if (!present && unknownLabels !== undefined) return "maybe";
  const value = labels[requirement.key];
  switch (requirement.operator) {
    case "Exists":
      return present ? "yes" : "no";
    case "DoesNotExist":
      return present ? "no" : "yes";
    case "In":
      return value === undefined ? "no" : isAmong(value, requirement.values);
    case "NotIn":
      return value === undefined ? "yes" : not(isAmong(value, requirement.values));
  }
}

function isAmong(value: Value<string>, values: readonly Value<string>[]): Ternary {
  return anyOf(values.map((each) => (isUnknown(value) || isUnknown(each) ? "maybe" : each === value ? "yes" : "no")));
}

const not = (answer: Ternary): Ternary => (answer === "yes" ? "no" : answer === "no" ? "yes" : "maybe");
