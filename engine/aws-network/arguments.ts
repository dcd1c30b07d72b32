import { isUnknown, type Json, type JsonObject, unknown, type Unknown, type Value } from "../model";

/** Where arguments are: the values of a resource, or a block in them. */
export type Block = JsonObject | Unknown;

/** Whether a value is a JSON object, and neither a list nor an Unknown. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** An argument; absent when it is null, Unknown when its block is. */
export function argument(block: Block, name: string): Json | undefined {
  if (isUnknown(block)) return block;
  return Object.hasOwn(block, name) ? (block[name] ?? undefined) : undefined;
}

/** An argument that is text, and known. */
export function textIn(block: Block, name: string): string | undefined {
  const value = argument(block, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A switch. @default what the provider takes when it is not set */
export function switchIn(block: Block, name: string, unset: boolean): Value<boolean> {
  const value = argument(block, name);
  if (isUnknown(value)) return value;
  return value === undefined || value === "" ? unset : value === true || value === "true";
}

/** A number, which Terraform may hold as text. */
export function numberIn(block: Block, name: string): Value<number> | undefined {
  const value = argument(block, name);
  if (isUnknown(value)) return value;
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  return Number.isInteger(number) ? number : unknown(`\`${JSON.stringify(value)}\` is no whole number`);
}

/** The elements of a list; of one that is not known, that. */
export function elementsIn(block: Block, name: string): readonly Json[] | Unknown {
  const value = argument(block, name);
  if (value === undefined) return [];
  if (isUnknown(value)) return value;
  return isList(value) ? value.filter((each) => each !== null) : [value];
}

/** Blocks of a kind, however they are written: one object, or a list of them. */
export function blocksIn(block: Block, name: string): readonly Block[] | Unknown {
  const elements = elementsIn(block, name);
  if (isUnknown(elements)) return elements;
  return elements.map((each) => (isObject(each) || isUnknown(each) ? each : unknown(`\`${name}\` holds no block`)));
}

/** The only block of a kind; absent when there is none. */
export function blockIn(block: Block, name: string): Block | undefined {
  const blocks = blocksIn(block, name);
  return isUnknown(blocks) ? blocks : blocks[0];
}

/** A value as a message shows it. */
export const shownJson = (value: Json | undefined): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));

/** Those of a list that are known. */
export const knownAmong = <T>(values: readonly (T | Unknown)[]): readonly T[] => values.filter((each): each is T => !isUnknown(each));
