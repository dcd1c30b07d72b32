/**
 * Reading JSON that was checked against its schema: what is missing, null or of another type is undefined, and what lies inside an Unknown is
 * that Unknown.
 */
import { isUnknown, type Unknown, type Value } from "../../engine/model";
import type { Json, JsonObject } from "../objects";

export type { Json, JsonObject } from "../objects";

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);

export const isJsonList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The fields of an object that have a value. */
export function entriesOf(object: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(object).filter((field): field is [string, Json] => field[1] !== undefined);
}

/** The value at the end of a path of field names. */
export function valueAt(object: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = object;
  for (const name of path) {
    if (value !== undefined && isUnknown(value)) return value;
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value === null ? undefined : value;
}

const reader =
  <T extends Json>(isType: (value: Json | undefined) => value is T) =>
  (object: Json | undefined, ...path: readonly string[]): Value<T> | undefined => {
    const value = valueAt(object, ...path);
    return isType(value) || (value !== undefined && isUnknown(value)) ? value : undefined;
  };

export const objectAt = reader(isJsonObject);
export const listAt = reader(isJsonList);
export const stringAt = reader((value): value is string => typeof value === "string");
export const numberAt = reader((value): value is number => typeof value === "number");
export const booleanAt = reader((value): value is boolean => typeof value === "boolean");

/** A value when it is known. */
export const known = <T>(value: T | Unknown | undefined): T | undefined => (isUnknown(value) ? undefined : value);

/** The entries of a list that is known; none when it is absent or not known. */
export const entriesAt = (object: Json | undefined, ...path: readonly string[]): readonly Json[] => known(listAt(object, ...path)) ?? [];
