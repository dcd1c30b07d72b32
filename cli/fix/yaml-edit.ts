import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { FieldEdit } from "../../engine/lint";
import { sameJson } from "./same-json";

/** An edit of the object that begins at an offset of a document; the path is the field's. */
export interface PlacedEdit {
  readonly edit: FieldEdit;
  /** Offset of the object in the source. */
  readonly start: number;
  readonly path: readonly (string | number)[];
}

/** A piece of a text and what comes in its place. */
interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const parseOptions = { prettyErrors: false, logLevel: "silent", keepSourceTokens: true } as const;

/**
 * One document with one field of one of its objects set or removed. Only the lines of the field change, where that gives exactly the value that
 * is wanted; otherwise the library writes the document anew, with its comments. Undefined where neither does, or the field is not there.
 */
export function editedYaml(source: string, placed: PlacedEdit): string | undefined {
  const wanted = parseDocument(source, parseOptions);
  const object = objectAt(wanted, placed.start);
  if (object === undefined || !applyToNode(object, placed)) return undefined;
  const value = valueOf(wanted);
  if (value instanceof Error) return undefined;
  return [inPlace(source, placed), () => written(wanted)].map((write) => write()).find((text) => text !== undefined && holds(text, value));
}

/** A document as the library writes it; nothing where what was removed is what an alias stands for. */
function written(document: Document): string | undefined {
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    return undefined;
  }
}

/** Writes the field as a change of the text alone. */
const inPlace = (source: string, placed: PlacedEdit) => (): string | undefined => {
  const document = parseDocument(source, parseOptions);
  const object = objectAt(document, placed.start);
  const found = object === undefined ? undefined : replacementOf(source, object, placed);
  return found === undefined ? undefined : `${source.slice(0, found.from)}${found.text}${source.slice(found.to)}`;
};

function holds(text: string, value: unknown): boolean {
  const document = parseDocument(text, parseOptions);
  return document.errors.length === 0 && sameJson(valueOf(document), value);
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    return error;
  }
}

function objectAt(document: Document, start: number): YAMLMap | undefined {
  let found: YAMLMap | undefined;
  visit(document, {
    Map: (_, map) => {
      if (map.range?.[0] !== start) return undefined;
      found = map;
      return visit.BREAK;
    },
  });
  return found;
}

function applyToNode(object: YAMLMap, { edit, path }: PlacedEdit): boolean {
  if (edit.kind === "remove") return object.deleteIn(path);
  if (path.length > 1 && !object.hasIn(path.slice(0, -1))) return false;
  object.setIn(path, edit.value);
  return true;
}

function replacementOf(source: string, object: YAMLMap, { edit, path }: PlacedEdit): Replacement | undefined {
  const parent = path.length === 1 ? object : object.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (last === undefined || (!isMap(parent) && !isSeq(parent))) return undefined;
  const index = isSeq(parent) ? Number(last) : parent.items.findIndex(({ key }) => isScalar(key) && String(key.value) === last);
  if (edit.kind === "remove") return removed(source, parent, index);
  const text = stringify(edit.value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
  return index in parent.items ? replaced(parent, index, text) : isMap(parent) ? inserted(parent, `${String(last)}: ${text}`) : undefined;
}

function replaced(parent: YAMLMap | YAMLSeq, index: number, text: string): Replacement | undefined {
  const item = parent.items[index];
  const value = isSeq(parent) ? item : (item as Pair).value;
  const range = isNode(value) && (isScalar(value) || isFlow(value)) ? value.range : undefined;
  return range === undefined || range === null ? undefined : { from: range[0], to: range[1], text };
}

/** A new entry comes after the first one: `policyTypes` after `podSelector`. */
function inserted(parent: YAMLMap, entry: string): Replacement | undefined {
  const [first, second] = parent.items.map(startOf);
  const before = second ?? first;
  if (before === undefined) return undefined;
  return { from: before, to: before, text: isFlow(parent) ? `${entry}, ` : `${entry}\n${" ".repeat(columnOf(parent))}` };
}

function removed(source: string, parent: YAMLMap | YAMLSeq, index: number): Replacement | undefined {
  const start = startOf(parent.items[index]);
  const end = endOf(parent.items[index]);
  if (start === undefined || end === undefined) return undefined;
  const next = startOf(parent.items[index + 1]);
  const previous = endOf(parent.items[index - 1]);
  if (isFlow(parent)) return next === undefined ? { from: previous ?? start, to: end, text: "" } : { from: start, to: next, text: "" };
  if (parent.items.length === 1) return emptied(source, parent, end);
  const from = isSeq(parent) ? source.lastIndexOf("-", start) : start;
  const lineStart = source.lastIndexOf("\n", from) + 1;
  // What shares its first line with a list's dash, as the first field of an item does, cannot lose its line.
  if (source.slice(lineStart, from).trim() !== "") return undefined;
  const lineEnd = source.indexOf("\n", Math.max(from, end - 1));
  return { from: lineStart, to: lineEnd === -1 ? source.length : lineEnd + 1, text: "" };
}

/** The last entry of a list or map is gone: what is left is an empty one, behind its key. */
function emptied(source: string, parent: YAMLMap | YAMLSeq, end: number): Replacement | undefined {
  const start = parent.range?.[0];
  if (start === undefined) return undefined;
  const colon = source.lastIndexOf(":", start);
  if (colon === -1 || source.slice(colon + 1, start).trim() !== "") return undefined;
  const tail = source.slice(0, end).endsWith("\n") ? "\n" : "";
  return { from: colon + 1, to: end, text: `${isSeq(parent) ? " []" : " {}"}${tail}` };
}

const isFlow = (node: Node): boolean => (isMap(node) || isSeq(node)) && node.flow === true;
const columnOf = ({ srcToken }: YAMLMap): number => (srcToken?.type === "block-map" ? srcToken.indent : 0);

const startOf = (item: unknown): number | undefined => (isNode(item) ? item.range?.[0] : nodeRange((item as Pair | undefined)?.key)?.[0]);
const endOf = (item: unknown): number | undefined =>
  isNode(item) ? item.range?.[1] : (nodeRange((item as Pair | undefined)?.value) ?? nodeRange((item as Pair | undefined)?.key))?.[1];
const nodeRange = (node: unknown): Node["range"] => (isNode(node) ? node.range : undefined);
