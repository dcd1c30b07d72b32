/** What the API server makes of an object before it validates it: what null means, and which fields it drops. */
import { isUnknown } from "../../engine/model";
import { child, entry } from "./field-error";
import { entriesOf, isJsonList, isJsonObject, type Json, type JsonObject } from "./json";
import type { ObjectSchema, Schema } from "./schema";

/** How null in a list or map is read: built-in kinds take the zero value of its type, custom ones keep it (and it fails). */
export type NullEntries = "zero" | "keep";

/** A value without null: a null property is an absent one, for every kind. A value that has none is returned as it is. */
export const withoutNulls = (schema: Schema, value: Json, nulls: NullEntries): Json =>
  hasNull(value) ? replaceNulls(schema, value, nulls) : value;

function hasNull(value: Json | undefined): boolean {
  if (typeof value !== "object") return false;
  if (value === null) return true;
  if (isJsonList(value)) return value.some(hasNull);
  for (const name of Object.keys(value)) if (hasNull((value as JsonObject)[name])) return true;
  return false;
}

function replaceNulls(schema: Schema, value: Json, nulls: NullEntries): Json {
  if (isUnknown(value)) return value;
  if (schema.type === "list" && isJsonList(value)) {
    return value.map((item) => replaceNulls(schema.items, item === null && nulls === "zero" ? zero(schema.items) : item, nulls));
  }
  if (!isJsonObject(value)) return value;
  if (schema.type === "map") {
    const filled = entriesOf(value).map(([key, inner]) => [key, inner === null && nulls === "zero" ? zero(schema.values) : inner]);
    return Object.fromEntries(filled) as JsonObject;
  }
  return schema.type === "object" ? withoutNullProperties(schema, value, nulls) : value;
}

function withoutNullProperties(schema: ObjectSchema, value: JsonObject, nulls: NullEntries): JsonObject {
  const kept = entriesOf(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(
    kept.map(([name, inner]) => {
      const innerSchema = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      return [name, innerSchema === undefined ? inner : replaceNulls(innerSchema, inner, nulls)];
    }),
  );
}

/** What Go has in a field that nothing was decoded into. */
function zero(schema: Schema): Json {
  switch (schema.type) {
    case "object":
    case "map":
      return {};
    case "list":
      return [];
    case "string":
      return "";
    case "boolean":
      return false;
    case "integer":
    case "intOrString":
      return 0;
    case "any":
      return null;
  }
}

/** A field that a kind does not have, and those it has in that place. */
export interface UnknownField {
  readonly path: string;
  readonly name: string;
  readonly allowed: readonly string[];
}

/** The fields the kind does not have: the API server drops them, so a misspelt field has no effect. */
export function unknownFields(schema: Schema, value: Json, path = ""): readonly UnknownField[] {
  if (isUnknown(value)) return [];
  if (schema.type === "list" && isJsonList(value)) {
    return value.flatMap((item, index) => unknownFields(schema.items, item, entry(path, index)));
  }
  if (schema.type !== "object" || !isJsonObject(value)) return [];
  return entriesOf(value).flatMap(([name, inner]) => {
    const innerSchema = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (innerSchema !== undefined) return unknownFields(innerSchema, inner, child(path, name));
    return schema.open === true ? [] : [{ path: child(path, name), name, allowed: Object.keys(schema.properties) }];
  });
}

/** Drops what a cluster with the standard channel's CRDs drops: experimental and unknown fields. */
export function pruned(schema: Schema, value: Json): Json {
  if (isUnknown(value)) return value;
  if (schema.type === "list" && isJsonList(value)) return value.map((item) => pruned(schema.items, item));
  if (schema.type !== "object" || !isJsonObject(value)) return value;
  const { properties, experimental = [], open = false } = schema;
  const kept = entriesOf(value).filter(([name]) => (open || Object.hasOwn(properties, name)) && !experimental.includes(name));
  return Object.fromEntries(
    kept.map(([name, inner]) => {
      const innerSchema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, innerSchema === undefined ? inner : pruned(innerSchema, inner)];
    }),
  );
}
