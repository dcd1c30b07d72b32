import { closest, distance } from "fastest-levenshtein";
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import type { Location } from "../engine/model";
import type { Problem, Read } from "./objects";
import { excerpt } from "./terraform/json-text";

/** A path into a value: keys and positions. */
export type ValuePath = readonly (string | number)[];

/** A checked value, with the place of each of its parts. */
export interface PlacedValue<T> {
  readonly value: T;
  locate(path: ValuePath): Location;
}

/** More uses of one alias than this are an attack, or might as well be one. */
const aliasLimit = 100;

/**
 * Reads one YAML or JSON document against a schema. Each problem names file, line and column; a key that the schema does not have is refused
 * with the closest one that it has.
 */
export function readYamlValue<T>(file: string, text: string, schema: z.ZodType<T>): Read<PlacedValue<T> | undefined> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  const position = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (broken !== undefined) {
    const place = position(broken.pos[0]);
    const [what = ""] = broken.message.split(" at line ");
    const message = `\`${file}\` is not YAML: ${lowerFirst(what)}\n${excerpt(text, place)}`;
    return { value: undefined, problems: [{ severity: "error", message, location: { file, ...place } }] };
  }
  const locate = (path: ValuePath): Location => {
    const offset = nodeAt(document.contents, path)?.range?.[0];
    return offset === undefined ? { file } : { file, ...position(offset) };
  };
  return checked(file, plain(document), schema, locate);
}

function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasLimit });
  } catch (error) {
    return error;
  }
}

function checked<T>(
  file: string,
  found: unknown,
  schema: z.ZodType<T>,
  locate: PlacedValue<T>["locate"],
): Read<PlacedValue<T> | undefined> {
  const fail = (message: string): Read<undefined> => ({ value: undefined, problems: [{ severity: "error", message, location: { file } }] });
  if (found instanceof Error) return fail(`\`${file}\` uses its aliases too often; write the values out`);
  if (found === null || found === undefined) return fail(`\`${file}\` is empty`);
  const result = schema.safeParse(found);
  if (result.success) return { value: { value: result.data, locate }, problems: [] };
  // A misspelt key also leaves the right one missing: the misspelling comes first.
  const issues = result.error.issues.toSorted((a, b) => Number(b.code === "unrecognized_keys") - Number(a.code === "unrecognized_keys"));
  return { value: undefined, problems: issues.flatMap((issue) => problemsOf(issue, { found, schema, locate })) };
}

/** A value that did not fit its schema. */
interface Misfit {
  readonly found: unknown;
  readonly schema: z.ZodType;
  locate(path: ValuePath): Location;
}

function problemsOf(issue: z.core.$ZodIssue, misfit: Misfit): readonly Problem[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const field = pathText(path);
  const at = field === "" ? {} : { field };
  const error = (message: string, place = path): Problem => ({ severity: "error", message, location: misfit.locate(place), ...at });
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => error(`unknown key \`${key}\`${suggestion(key, keysAt(misfit.schema, path))}`, [...path, key]));
  }
  if (isMissing(misfit.found, path)) return [error(`\`${String(path.at(-1))}\` is missing`)];
  const meant = issue.code === "invalid_union" ? likeliest(issue.errors) : undefined;
  if (meant !== undefined) return meant.flatMap((each) => problemsOf({ ...each, path: [...issue.path, ...each.path] }, misfit));
  return [error(lowerFirst(issue.message))];
}

const isMissing = (found: unknown, path: ValuePath): boolean =>
  path.length > 0 &&
  path.reduce<unknown>((value, step) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[step], found) === undefined;

/** Of several shapes a value could have, the one its author meant: that which is not ruled out by the very kind of the value. */
const likeliest = (alternatives: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined =>
  alternatives.find((issues) => issues.every(({ code, path }) => code !== "invalid_type" || path.length > 0));

/** A word that is not allowed, with the nearest that is; far-off ones are all listed instead. */
export function suggestion(word: string, allowed: readonly string[]): string {
  if (allowed.length === 0) return "";
  const nearest = nearestWord(word, allowed);
  return nearest === undefined ? `; allowed are ${allowed.join(", ")}` : `; did you mean \`${nearest}\`?`;
}

/** The allowed word that somebody who wrote this one may have meant; undefined where none is near. */
export function nearestWord(word: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const nearest = closest(word, [...allowed]);
  return distance(word, nearest) <= Math.max(2, word.length / 3) ? nearest : undefined;
}

/** `expect[2].deny.from`, as people write it. */
const pathText = (path: ValuePath): string =>
  path.map((step, n) => (typeof step === "number" ? `[${String(step)}]` : n === 0 ? step : `.${step}`)).join("");

/** The keys that the schema has at a path, through arrays, unions and optional parts. */
function keysAt(schema: z.ZodType, path: ValuePath): readonly string[] {
  const { options, inner, shape } = structureOf(schema);
  if (options !== undefined) return [...new Set(options.flatMap((option) => keysAt(option, path)))];
  if (inner !== undefined) return keysAt(inner, path);
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(shape?.(undefined) ?? {});
  const next = shape?.(step)?.[step];
  return next === undefined ? [] : keysAt(next, rest);
}

/** What a schema is made of: alternatives, one schema it wraps, or parts by key. */
interface Structure {
  readonly options?: readonly z.ZodType[] | undefined;
  readonly inner?: z.ZodType | undefined;
  readonly shape?: ((step: string | number | undefined) => Readonly<Record<string, z.ZodType>> | undefined) | undefined;
}

function structureOf(schema: z.ZodType): Structure {
  const { type, shape, element, valueType, options, innerType, in: input } = (schema as z.ZodType & { readonly def: SchemaDefinition }).def;
  if (type === "object") return { shape: () => shape };
  if (type === "union") return { options };
  const each = element ?? valueType;
  if (each !== undefined) return { shape: (step) => (step === undefined ? undefined : { [step]: each }) };
  return { inner: innerType ?? input };
}

interface SchemaDefinition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
}

/** The node of a value; of an entry of a map its key, which is where people look. As far as the path leads. */
function nodeAt(root: unknown, path: ValuePath): Node | undefined {
  let node = isNode(root) ? root : undefined;
  for (const [depth, step] of path.entries()) {
    const { key, value } = entryAt(node, step);
    if (depth === path.length - 1) return key ?? value ?? node;
    if (value === undefined) return key ?? node;
    node = value;
  }
  return node;
}

function entryAt(node: Node | undefined, step: string | number): { readonly key?: Node; readonly value?: Node } {
  if (isSeq(node)) {
    const item = typeof step === "number" ? node.items[step] : undefined;
    return isNode(item) ? { value: item } : {};
  }
  const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step)) : undefined;
  return { ...(isNode(pair?.key) ? { key: pair.key } : {}), ...(isNode(pair?.value) ? { value: pair.value } : {}) };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
