/** YAML as `kubectl` reads it: documents one by one, each with its place, so that a folder of thousands needs little memory. */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  parseAllDocuments,
  type ParsedNode,
  type Scalar,
  type ScalarTag,
  Schema,
  visit,
} from "yaml";

/** One document of a text. */
export interface YamlDocument {
  readonly document: Document.Parsed;
  /** Offset in the text of the first character the document was parsed from; its own offsets count from there. */
  readonly offset: number;
  readonly source: string;
}

/** Words that YAML 1.1, and with it kubectl, takes for booleans, and YAML 1.2 for text. */
const oldBoolean = /^(?:[yY]|yes|Yes|YES|on|On|ON|[nN]|no|No|NO|off|Off|OFF)$/;
const oldOctal = /^[-+]?0[0-7]+$/;

const octalTag: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  identify: () => false,
  test: oldOctal,
  resolve: (text) => Number.parseInt(text, 8),
};

/** Made once: every document would make its own. */
const schema = new Schema({ schema: "core", merge: true, resolveKnownTags: true, customTags: (tags) => [octalTag, ...tags] });
const parseOptions = { prettyErrors: false, logLevel: "silent", schema } as const;

/** How many times aliases may repeat what they stand for: far above any manifest, far below a machine's memory. */
export const mostAliases = 10_000;

/** The longest document that is parsed at once, in characters: the parser needs some eighty bytes of memory for each. */
export const longestDocument = 16 * 2 ** 20;

/** Thrown for a document that would not fit into memory; `offset` is where it begins. */
export class DocumentTooLong extends Error {
  constructor(readonly offset: number) {
    super("document too long");
  }
}

/**
 * The documents of a text. `---` at the beginning of a line always begins a document, so the text is cut there first; only where a directive or
 * an explicit end of a document is written does the whole of it have to be parsed at once.
 */
export function* yamlDocuments(text: string): Generator<YamlDocument> {
  for (const part of partsOf(text)) yield* parsed(part);
}

/** The documents around an offset: mostly one, so that a place in a long text is found without parsing the rest. */
export function* yamlDocumentsAt(text: string, at: number): Generator<YamlDocument> {
  for (const part of partsOf(text)) if (part.offset <= at && at < part.offset + part.source.length) yield* parsed(part);
}

interface Part {
  readonly offset: number;
  readonly source: string;
}

const partsOf = (text: string): Iterable<Part> => (/^(?:%|\.\.\.)/m.test(text) ? [{ offset: 0, source: text }] : parted(text));

function* parsed({ offset, source }: Part): Generator<YamlDocument> {
  if (source.length > longestDocument) throw new DocumentTooLong(offset);
  const documents = parseAllDocuments(source, parseOptions);
  // A text without any document is an empty list with more to it.
  if (!Array.isArray(documents)) return;
  for (const document of documents) yield { document, offset, source };
}

function* parted(text: string): Generator<Part> {
  const marker = /^---(?=[ \t\r\n]|$)/gm;
  let from = 0;
  for (const { index } of text.matchAll(marker)) {
    const source = text.slice(from, index);
    // Comments alone belong to the document below them.
    if (!hasContent.test(source)) continue;
    yield { offset: from, source };
    from = index;
  }
  yield { offset: from, source: text.slice(from) };
}

/** A line that is neither blank, nor a comment, nor the bare beginning of a document. */
const hasContent = /^(?!---[ \t]*(?:#|\r?$))[ \t]*[^\s#]/m;

/** A comment and where it begins. */
export interface YamlComment {
  readonly text: string;
  readonly offset: number;
}

const scalarMark = "\x1f";
const zeroWidth = new Set([scalarMark, "\x02", "\x18"]);

/** The comments of a text, and nothing that only looks like one inside a string. */
export function commentsOf(source: string): readonly YamlComment[] {
  const comments: YamlComment[] = [];
  let offset = 0;
  let before = "";
  for (const token of new Lexer().lex(source)) {
    if (token.startsWith("#") && before !== scalarMark) comments.push({ text: token.slice(1).trim(), offset });
    if (!zeroWidth.has(token)) offset += token.length;
    before = token;
  }
  return comments;
}

/** A plain word that kubectl reads otherwise than YAML 1.2 does. */
export interface OldWord {
  readonly text: string;
  readonly offset: number;
  /** What kubectl makes of it. */
  readonly value: boolean | number;
  /** Text belongs there, so that the API server would refuse what kubectl makes of it. */
  readonly inTextsPlace: boolean;
}

/** The fields of the kinds that are read which take a boolean; everywhere else a word is meant as text. */
const booleanFields: ReadonlySet<string> = new Set(["hostNetwork"]);
const mayHoldOldWords = /(?:^|[\s[{,:-])(?:y|yes|on|n|no|off|[-+]?0[0-7]+)(?=\s*(?:$|[,\]}:#]))/im;

/**
 * Reads the words of a document that kubectl takes for booleans or octal numbers as it does, where a boolean or a number belongs, and returns
 * all of them.
 */
export function readOldWords({ document, source }: YamlDocument): readonly OldWord[] {
  if (!mayHoldOldWords.test(source)) return [];
  const words: OldWord[] = [];
  visit(document, {
    Scalar: (_, scalar, path) => {
      const { type, source: text = "", range } = scalar;
      if (type !== "PLAIN" || !(oldBoolean.test(text) || oldOctal.test(text))) return;
      const value = oldOctal.test(text) ? Number.parseInt(text, 8) : /^(?:y|yes|on)$/i.test(text);
      const key = keyAround(path.at(-1), scalar);
      const inTextsPlace = typeof value === "boolean" && !booleanFields.has(key);
      if (!inTextsPlace) scalar.value = value;
      words.push({ text, offset: range?.[0] ?? 0, value, inTextsPlace });
    },
  });
  return words;
}

/** The key whose value a scalar is. */
const keyAround = (parent: unknown, scalar: Scalar): string =>
  isPair(parent) && parent.value === scalar && isScalar(parent.key) ? String(parent.key.value) : "";

/** The node at a path, or as much of the path as there is; aliases are not followed. */
export function nodeAt(root: ParsedNode | null, path: readonly string[]): ParsedNode | null {
  let node = root;
  for (const name of path) {
    const next = childNode(node, name);
    if (next === undefined || isAlias(next)) return node;
    node = next;
  }
  return node;
}

function childNode(node: ParsedNode | null, name: string): ParsedNode | undefined {
  if (isSeq(node)) return node.items[Number(name)];
  const pair = pairOf(node, name);
  return pair?.value ?? pair?.key;
}

const pairOf = (node: ParsedNode | null, name: string): Pair<ParsedNode, ParsedNode | null> | undefined =>
  isMap<ParsedNode, ParsedNode | null>(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === name) : undefined;

/**
 * The offset at which a field of an object is written, or as much of its path as there is. Undefined when no object begins at `start`.
 *
 * @param start offset of the object in its document.
 */
export function fieldOffset(document: Document.Parsed, start: number, path: readonly string[]): number | undefined {
  let node: ParsedNode | undefined;
  visit(document, {
    Map: (_, map) => {
      if (map.range?.[0] !== start) return undefined;
      node = map as ParsedNode;
      return visit.BREAK;
    },
  });
  let offset = node?.range[0];
  for (const name of path) {
    const next = childNode(node ?? null, name);
    if (next === undefined) return offset;
    offset = pairOf(node ?? null, name)?.key.range[0] ?? next.range[0];
    node = next;
  }
  return offset;
}
