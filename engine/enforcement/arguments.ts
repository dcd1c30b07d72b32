import { type InfrastructureResource, isUnknown, type Json, type JsonObject, type Unknown, type Value } from "../model";
import { isObject, valueAt } from "../lint/written-objects";

/** The blocks of one name: synthesized JSON writes a single block as an object, plans write lists. Unknown: nobody knows how many there are. */
export function blocksAt(values: Json | undefined, name: string): Value<readonly JsonObject[]> {
  const written = valueAt(values, name);
  if (isUnknown(written)) return written;
  const list: readonly (Json | undefined)[] = Array.isArray(written) ? (written as readonly Json[]) : [written];
  return list.find(isUnknown) ?? list.filter(isObject);
}

/** The blocks that are certainly there. */
export function knownBlocks(values: Json | undefined, name: string): readonly JsonObject[] {
  const blocks = blocksAt(values, name);
  return isUnknown(blocks) ? [] : blocks;
}

/** An argument inside the first block of a name; an Unknown where the blocks themselves are not known. */
export function argumentAt(values: Json | undefined, block: string, name: string): Json | undefined {
  const blocks = blocksAt(values, block);
  return isUnknown(blocks) ? blocks : valueAt(blocks[0], name);
}

/** A scalar as Terraform would write it into text; undefined for what is missing or no scalar. */
export function asText(value: Json | undefined): Value<string> | undefined {
  if (value === undefined || isUnknown(value)) return value;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Text or an Unknown at the name of an argument; the empty text counts as missing, as it does for Terraform's optional arguments. */
export function textArgument({ values }: Pick<InfrastructureResource, "values">, name: string): Value<string> | undefined {
  const text = asText(valueAt(values, name));
  return text === "" ? undefined : text;
}

/** `true` and `"true"`. */
export function switchOf(value: Value<string> | undefined, otherwise: boolean): Value<boolean> {
  if (value === undefined || isUnknown(value)) return value ?? otherwise;
  return value.toLowerCase() === "true";
}

/** Whether the resource is there at all is not known. */
export const doubtOf = ({ uncertain }: InfrastructureResource): Unknown | undefined => uncertain;
