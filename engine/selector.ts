import {
  isUnknown,
  type Labels,
  type LabelSelector,
  type NumberedValues,
  type Requirement,
  type Unknown,
  type UnknownLabel,
  type Value,
} from "./model";

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
  const isListed = Object.hasOwn(labels, requirement.key);
  if (!isListed && unknownLabels !== undefined) return "maybe";
  const value = isListed ? labels[requirement.key] : undefined;
  const present: Ternary = value === undefined ? "no" : isUnknown(value) && value.mayBeAbsent === true ? "maybe" : "yes";
  switch (requirement.operator) {
    case "Exists":
      return present;
    case "DoesNotExist":
      return not(present);
    case "In":
      return value === undefined ? "no" : isAmong(value, requirement.values);
    case "NotIn":
      return value === undefined ? "yes" : not(isAmong(value, requirement.values));
  }
}

function isAmong(value: string | UnknownLabel, values: readonly Value<string>[]): Ternary {
  if (isUnknown(value) && value.numbered !== undefined) return isNumberedAmong(value, value.numbered, values);
  return anyOf(values.map((each) => (isUnknown(value) || isUnknown(each) ? "maybe" : each === value ? "yes" : "no")));
}

/** Where all values that it can have are listed, it does not matter which it has. */
function isNumberedAmong({ mayBeAbsent }: UnknownLabel, numbered: NumberedValues, values: readonly Value<string>[]): Ternary {
  const known = new Set(values.filter((each): each is string => !isUnknown(each) && isNumbered(numbered, each)));
  if (known.size === 0 && !values.some(isUnknown)) return "no";
  return known.size === countOf(numbered) && mayBeAbsent !== true ? "yes" : "maybe";
}

const countOf = ({ from, to = Infinity }: NumberedValues): number => to - from + 1;

/** Whether a text is one of the values. Numbers have no leading zeros. */
export function isNumbered({ prefix, from, to = Infinity }: NumberedValues, text: string): boolean {
  const digits = text.startsWith(prefix) ? text.slice(prefix.length) : "";
  return /^(?:0|[1-9]\d*)$/.test(digits) && from <= Number(digits) && Number(digits) <= to;
}

const not = (answer: Ternary): Ternary => (answer === "yes" ? "no" : answer === "no" ? "yes" : "maybe");
