import { isUnknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "./blocks";
import { iterationsOf, keepsKeys } from "./iterations";
import { bind, type Scope } from "./scope";

type ResolveContent = (content: Json, scope: Scope, pointer: string) => Json;

/** Whether a field called `dynamic` holds dynamic blocks: a map may have a key of that name too. */
export function isDynamic(value: Json | undefined): value is JsonObject | readonly JsonObject[] {
  const parts = isList(value) ? value : [value];
  return parts.length > 0 && parts.every((part) => isObject(part) && Object.values(part).every(isGenerator));
}

const isGenerator = (value: Json | undefined): boolean =>
  isList(value) ? value.length > 0 && value.every(isGenerator) : isObject(value) && field(value, "for_each") !== undefined;

/**
 * Adds the blocks that dynamic blocks generate to those written out. When it is not known how many there are, the block is an Unknown: alone
 * when nothing else is there (it may be absent), else at the end of the list.
 */
export function expandDynamic(
  dynamic: JsonObject | readonly JsonObject[],
  fields: Map<string, Json>,
  scope: Scope,
  pointer: string,
  resolve: ResolveContent,
): void {
  const parts = Array.isArray(dynamic) ? (dynamic as readonly JsonObject[]) : [dynamic as JsonObject];
  parts.forEach((part, index) => {
    for (const [label, value] of Object.entries(part)) {
      const at = `${pointer}${isList(dynamic) ? `/${index}` : ""}/${label}`;
      for (const generator of generatorsOf(value)) add(fields, label, generate(label, generator, scope, at, resolve));
    }
  });
}

const generatorsOf = (value: Json | undefined): readonly JsonObject[] =>
  isList(value) ? value.flatMap(generatorsOf) : isObject(value) ? [value] : [];

function generate(label: string, generator: JsonObject, scope: Scope, pointer: string, resolve: ResolveContent): readonly Json[] | Json {
  const raw = field(generator, "for_each") ?? null;
  const iterations = iterationsOf(resolve(raw, scope, `${pointer}/for_each`), keepsKeys(raw));
  if (isUnknown(iterations)) return iterations;
  const iterator = field(generator, "iterator");
  const name = typeof iterator === "string" ? iterator : label;
  const content = field(generator, "content") ?? {};
  return iterations.map(({ key, value }) => resolve(content, bind(scope, name, { key, value }), `${pointer}/content`));
}

function add(fields: Map<string, Json>, label: string, generated: readonly Json[] | Json): void {
  const before = fields.get(label);
  const written = before === undefined || before === null ? [] : isList(before) ? before : [before];
  if (isList(generated)) fields.set(label, written.length === 1 && isUnknown(written[0]) ? (before ?? null) : [...written, ...generated]);
  else fields.set(label, written.length === 0 ? generated : [...written, generated]);
}
