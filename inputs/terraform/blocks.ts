import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";

/**
 * The two shapes a nested block comes in (one object, or a list of objects) and the many ways an attribute says "not set".
 *
 * A block is there when it is written, however empty: `pod_selector {}` selects every pod, no `pod_selector` selects by other means. An
 * attribute is not there when it is null or the zero value of its type, because the provider writes zeros back after an apply.
 */
export type Block = JsonObject | Unknown;

/** Whether a value is a JSON object, and neither a list nor an Unknown. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);

/** Whether a value is a list. `Array.isArray` does not narrow readonly arrays. */
export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** A field of a block; of an unknown block every field is unknown. Inherited names such as `constructor` are no fields. */
export function field(block: Block | undefined, name: string): Json | undefined {
  if (block === undefined || isUnknown(block)) return block;
  return Object.hasOwn(block, name) ? block[name] : undefined;
}

/** The elements of a repeated block. A null element is an empty block, as the provider reads it; a null value is no block. */
export function blocksOf(value: Json | undefined): readonly Block[] | Unknown {
  if (value === undefined || value === null) return [];
  if (isUnknown(value)) return value;
  return isList(value) ? value.map(asBlock) : [asBlock(value)];
}

/** The only element of a block that occurs at most once. */
export function blockOf(value: Json | undefined): Block | undefined {
  const blocks = blocksOf(value);
  return isUnknown(blocks) ? blocks : blocks[0];
}

function asBlock(value: Json): Block {
  if (value === null) return {};
  return isObject(value) || isUnknown(value) ? value : unknown(`\`${JSON.stringify(value)}\` stands where Terraform expects a block`);
}

/** Maps the elements of a repeated block; absent when there are none, because that is what an empty list means in every rule. */
export function mapBlocks(value: Json | undefined, read: (block: Block) => Json): Json | undefined {
  const blocks = blocksOf(value);
  if (isUnknown(blocks)) return blocks;
  return blocks.length === 0 ? undefined : blocks.map((block) => (isUnknown(block) ? block : read(block)));
}

/** An attribute, absent when it is null or the zero value of its type. */
export function attribute(value: Json | undefined): Json | undefined {
  if (value === null || value === "" || value === 0 || value === false) return undefined;
  if (isList(value) && value.length === 0) return undefined;
  return isObject(value) && Object.keys(value).length === 0 ? undefined : value;
}

/** A string attribute; Terraform turns numbers and booleans into strings. */
export function textAttribute(value: Json | undefined): Json | undefined {
  return attribute(typeof value === "number" || typeof value === "boolean" ? String(value) : value);
}

/** A numeric attribute, which a token turns into a string. Absent when zero. */
export function numberAttribute(value: Json | undefined): Json | undefined {
  return attribute(toNumber(value));
}

/** A number, or the value itself when it is not written like one. */
export function toNumber(value: Json | undefined): Json | undefined {
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

/** A boolean attribute, absent when false. */
export function flagAttribute(value: Json | undefined): Json | undefined {
  return value === "true" || value === "false" ? attribute(value === "true") : attribute(value);
}

/** A map of strings, such as labels. An empty string is a value like any other; a null entry is not set. Absent when empty. */
export function stringMap(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return attribute(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([key, entry]) => [key, toText(entry)]));
}

/** A list of strings. The provider reads a null element as the empty string. Absent when empty. */
export function stringList(value: Json | undefined): Json | undefined {
  return isList(value) && value.length > 0 ? value.map((entry) => (entry === null ? "" : (toText(entry) ?? ""))) : attribute(value);
}

/** A set of strings: without order, so sorted here, and without repetition. Unknown elements come last. */
export function stringSet(value: Json | undefined): Json | undefined {
  const list = stringList(value);
  if (!isList(list)) return list;
  const known = list.filter((entry) => !isUnknown(entry));
  return [...[...new Set(known)].sort(), ...list.filter(isUnknown)];
}

const toText = (value: Json | undefined): Json | undefined =>
  typeof value === "number" || typeof value === "boolean" ? String(value) : value;

/** An object without the fields that are undefined. */
export function present(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
