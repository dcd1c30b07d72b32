import { isUnknown } from "../../engine/model";
import { entriesAt, entriesOf, isJsonObject, type Json, type JsonObject, known, listAt, objectAt, stringAt } from "./json";
import { child, entry, type FieldError, forbidden, invalid, required } from "./field-error";
import { subdomainProblem } from "./names";

/** What can be wrong with a label, by the part that is wrong. */
export type LabelProblem = "key-shape" | "key-prefix" | "key-length" | "key-name" | "value-length" | "value-characters";

const name = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const says: Readonly<Record<LabelProblem, string>> = {
  "key-shape": "must be a name, or a DNS prefix and a name with one `/` between them",
  "key-prefix": "must have a lower-case DNS name before the `/`",
  "key-length": "must have 1 to 63 characters in its name",
  "key-name": "must be letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
  "value-length": "must have at most 63 characters",
  "value-characters": "must be letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
};

/** What is wrong with a label key, in the order the API server looks. */
export function labelKeyProblems(key: string): readonly LabelProblem[] {
  const parts = key.split("/");
  if (parts.length > 2) return ["key-shape"];
  const last = parts.at(-1) ?? "";
  const prefix = parts.length === 2 && subdomainProblem(parts[0] ?? "") !== undefined ? (["key-prefix"] as const) : [];
  const length = last === "" || last.length > 63 ? (["key-length"] as const) : [];
  return [...prefix, ...length, ...(name.test(last) ? [] : (["key-name"] as const))];
}

/** What is wrong with a label value. */
export function labelValueProblems(value: string): readonly LabelProblem[] {
  const length = value.length > 63 ? (["value-length"] as const) : [];
  return [...length, ...(value === "" || name.test(value) ? [] : (["value-characters"] as const))];
}

const keyErrors = (key: string, path: string): readonly FieldError[] =>
  labelKeyProblems(key).map((problem) => invalid(path, `has the key \`${key}\`, which ${says[problem]}`));

const valueErrors = (value: Json | undefined, path: string): readonly FieldError[] =>
  typeof value === "string"
    ? labelValueProblems(value).map((problem) => invalid(path, `has the value \`${value}\`, which ${says[problem]}`))
    : [];

/** Labels of an object or of `matchLabels`; every error is at the map itself, as the API server has it. */
export function validateLabels(labels: JsonObject, path: string): readonly FieldError[] {
  return entriesOf(labels).flatMap(([key, value]) => [...keyErrors(key, path), ...valueErrors(value, path)]);
}

/** Keys of annotations; their values are free. */
export function validateAnnotations(annotations: JsonObject, path: string): readonly FieldError[] {
  return Object.keys(annotations).flatMap((key) => keyErrors(key.toLowerCase(), path));
}

/** How a selector is looked at. */
export interface SelectorOptions {
  /** Let values of `matchExpressions` pass that are no label values, as for objects stored before they were checked. @default false */
  readonly allowInvalidValues?: boolean;
}

/** A `metav1.LabelSelector`. */
export function validateSelector(selector: JsonObject, path: string, options: SelectorOptions = {}): readonly FieldError[] {
  const labels = known(objectAt(selector, "matchLabels")) ?? {};
  return [
    ...validateLabels(labels, child(path, "matchLabels")),
    ...entriesAt(selector, "matchExpressions").flatMap((each, index) =>
      isJsonObject(each) ? validateRequirement(each, entry(child(path, "matchExpressions"), index), options) : [],
    ),
  ];
}

function validateRequirement(requirement: JsonObject, path: string, options: SelectorOptions): readonly FieldError[] {
  const key = stringAt(requirement, "key") ?? "";
  const values = listAt(requirement, "values") ?? [];
  const checked = options.allowInvalidValues === true || isUnknown(values) ? [] : values;
  return [
    ...operatorErrors(stringAt(requirement, "operator") ?? "", values, path),
    ...(isUnknown(key) ? [] : labelKeyProblems(key).map((problem) => invalid(child(path, "key"), says[problem]))),
    ...checked.flatMap((value, index) => valueErrors(value, entry(child(path, "values"), index))),
  ];
}

type Operator = ReturnType<typeof stringAt>;
type Values = NonNullable<ReturnType<typeof listAt>>;

function operatorErrors(operator: Operator, values: Values, path: string): readonly FieldError[] {
  const count = isUnknown(values) ? undefined : values.length;
  switch (operator) {
    case "In":
    case "NotIn":
      return count === 0 ? [required(child(path, "values"), "must have a value for the operator `In` or `NotIn`")] : [];
    case "Exists":
    case "DoesNotExist":
      return count === undefined || count === 0 ? [] : [forbidden(child(path, "values"), "must be absent for `Exists` and `DoesNotExist`")];
    default:
      return isUnknown(operator) ? [] : [invalid(child(path, "operator"), "must be one of In, NotIn, Exists, DoesNotExist")];
  }
}
