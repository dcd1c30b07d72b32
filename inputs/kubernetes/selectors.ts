import { isUnknown, type Labels, type LabelSelector, type Requirement, unknown, type Unknown, type Value } from "../../engine/model";
import { entriesOf, isJsonList, isJsonObject, type Json, known, listAt, objectAt, stringAt, valueAt } from "../validation/json";

/** A value, or that it is not known; anything that is neither is left out. */
const textsOf = (values: readonly Json[]): readonly Value<string>[] =>
  values.filter((value) => typeof value === "string" || isUnknown(value));

/** Labels of an object; `unknownLabels` when the whole map is not known. */
export function readLabels(labels: Json | undefined): { readonly labels: Labels; readonly unknownLabels?: Unknown } {
  if (isUnknown(labels)) return { labels: {}, unknownLabels: labels };
  const pairs = isJsonObject(labels) ? entriesOf(labels) : [];
  return {
    labels: Object.fromEntries(pairs.filter((pair): pair is [string, Value<string>] => typeof pair[1] === "string" || isUnknown(pair[1]))),
  };
}

/**
 * A `metav1.LabelSelector`. Absent parts and `{}` select everything: whoever gives an absent selector another meaning must look before.
 * Parts that are not known may demand anything.
 */
export function readSelector(selector: Json | undefined): LabelSelector {
  if (isUnknown(selector)) return { unknown: selector };
  const { labels, unknownLabels } = readLabels(valueAt(selector, "matchLabels"));
  const expressions = readRequirements(listAt(selector, "matchExpressions"));
  const missing = unknownLabels ?? expressions.unknown;
  return {
    ...(Object.keys(labels).length === 0 ? {} : { matchLabels: labels }),
    ...(expressions.requirements.length === 0 ? {} : { matchExpressions: expressions.requirements }),
    ...(missing === undefined ? {} : { unknown: missing }),
  };
}

interface Requirements {
  readonly requirements: readonly Requirement[];
  readonly unknown?: Unknown;
}

function readRequirements(expressions: Value<readonly Json[]> | undefined): Requirements {
  if (isUnknown(expressions)) return { requirements: [], unknown: expressions };
  const read = (expressions ?? []).map(readRequirement);
  const missing = read.find((each) => isUnknown(each));
  return {
    requirements: read.filter((each): each is Requirement => each !== undefined && !isUnknown(each)),
    ...(isUnknown(missing) ? { unknown: missing } : {}),
  };
}

function readRequirement(expression: Json): Requirement | Unknown | undefined {
  if (isUnknown(expression)) return expression;
  const key = stringAt(expression, "key");
  const operator = stringAt(expression, "operator");
  if (isUnknown(key)) return key;
  if (isUnknown(operator)) return operator;
  if (key === undefined) return undefined;
  if (operator === "Exists" || operator === "DoesNotExist") return { key, operator };
  if (operator !== "In" && operator !== "NotIn") return undefined;
  const values = valueAt(expression, "values");
  return { key, operator, values: isUnknown(values) ? [values] : isJsonList(values) ? textsOf(values) : [] };
}

/** A selector, or undefined when none is given. */
export const presentSelector = (selector: Json | undefined): LabelSelector | undefined =>
  selector === undefined ? undefined : readSelector(selector);

/** A list of texts in which each may be unknown; a list that is not known is one unknown text. */
export function readTexts(object: Json | undefined, ...path: readonly string[]): readonly Value<string>[] {
  const list = listAt(object, ...path);
  return isUnknown(list) ? [list] : textsOf(list ?? []);
}

/** The namespace of an object, with the server's default. */
export function readNamespace(object: Json, defaultNamespace: string): Value<string> {
  const namespace = stringAt(object, "metadata", "namespace");
  return namespace === undefined || namespace === "" ? defaultNamespace : namespace;
}

/** The name of an object; one the server makes up is not known. */
export function readName(object: Json): Value<string> {
  const name = stringAt(object, "metadata", "name");
  if (name !== undefined && name !== "") return name;
  const prefix = known(stringAt(object, "metadata", "generateName"));
  return unknown(prefix === undefined ? "it has no name" : `the API server makes up the name from \`${prefix}\``);
}

/** Whether something is an object that is known. */
export const isKnownObject = (object: Json | undefined, ...path: readonly string[]): boolean => isJsonObject(objectAt(object, ...path));
