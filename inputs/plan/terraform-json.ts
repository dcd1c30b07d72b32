import type { Json, JsonObject, Problem } from "../objects";
import { field, isList, isObject } from "../terraform/blocks";

/** Parts of what `terraform show -json` writes, read one field at a time: a field that is missing or of another type is absent. */

export const objectIn = (value: Json | undefined, ...path: readonly string[]): JsonObject | undefined => {
  const found = valueIn(value, path);
  return isObject(found) ? found : undefined;
};

export const listIn = (value: Json | undefined, ...path: readonly string[]): readonly Json[] => {
  const found = valueIn(value, path);
  return isList(found) ? found : [];
};

/** The objects of a list; what is none is left out. */
export const objectsIn = (value: Json | undefined, ...path: readonly string[]): readonly JsonObject[] =>
  listIn(value, ...path).filter(isObject);

export const textIn = (value: Json | undefined, ...path: readonly string[]): string | undefined => {
  const found = valueIn(value, path);
  return typeof found === "string" ? found : undefined;
};

export const textsIn = (value: Json | undefined, ...path: readonly string[]): readonly string[] =>
  listIn(value, ...path).filter((each) => typeof each === "string");

const valueIn = (value: Json | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((current, name) => (isObject(current) ? field(current, name) : undefined), value);

/** An address without the keys of instances: the block that all of them come from. */
export const blockAddress = (address: string): string =>
  address.includes("[") ? address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "") : address;

/** Problems that are said once: the two sides of a plan mostly have the same ones. */
export function withoutRepeated(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(
    problems.map((problem) => [JSON.stringify([problem.severity, problem.message, problem.location.address ?? ""]), problem]),
  );
  return [...seen.values()];
}
