/** YAML as `kubectl` reads it: documents one by one, each with its place, so that a folder of thousands needs little memory. */
import { type Document, isAlias, isMap, isScalar, isSeq, Lexer, parseAllDocuments, type ParsedNode, type ScalarTag, visit } from "yaml";

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

const kubectlTags: readonly ScalarTag[] = [
  {
    tag: "tag:yaml.org,2002:bool",
    default: true,
    identify: (value) => typeof value === "boolean",
    test: oldBoolean,
    resolve: (text) => /^(?:y|yes|on)$/i.test(text),
  },
  { tag: "tag:yaml.org,2002:int", default: true, identify: () => false, test: oldOctal, resolve: (text) => Number.parseInt(text, 8) },
];

const parseOptions = {
  prettyErrors: false,
  merge: true,
  logLevel: "silent",
  customTags: (tags: readonly (ScalarTag | string | object)[]) => [...kubectlTags, ...tags],
} as const;

/** How many times aliases may repeat what they stand for: far above any manifest, far below a machine's memory. */
export const mostAliases = 10_000;

/**
 * The documents of a text. `---` at the beginning of a line always begins a document, so the text is cut there first; only where a directive or
 * an explicit end of a document is written does the whole of it have to be parsed at once.
 */
export function* yamlDocuments(text: string): Generator<YamlDocument> {
  const parts = /^(?:%|\.\.\.)/m.test(text) ? [{ offset: 0, source: text }] : parted(text);
  for (const { offset, source } of parts) {
    // A document that is one comment or nothing has no contents; it still carries its comments.
    const parsed = parseAllDocuments(source, parseOptions as unknown as Parameters<typeof parseAllDocuments>[1]);
    if (!Array.isArray(parsed)) continue;
    for (const document of parsed) yield { document, offset, source };
  }
}

function* parted(text: string): Generator<{ readonly offset: number; readonly source: string }> {
  const marker = /^---(?=[ \t\r\n]|$)/gm;
  let from = 0;
  for (const { index } of text.matchAll(marker)) {
    if (index > from) yield { offset: from, source: text.slice(from, index) };
    from = index;
  }
  yield { offset: from, source: text.slice(from) };
}

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

/** A plain word that kubectl does not take for text, though YAML 1.2 does. */
export interface OldWord {
  readonly text: string;
  readonly offset: number;
}

const mayHoldOldWords = /(?:^|[\s[{,:-])(?:y|yes|on|n|no|off|[-+]?0[0-7]+)(?=\s*(?:$|[,\]}:#]))/im;

/** The words of a document that kubectl reads as booleans or octal numbers. */
export function oldWords({ document, source }: YamlDocument): readonly OldWord[] {
  if (!mayHoldOldWords.test(source)) return [];
  const words: OldWord[] = [];
  visit(document, {
    Scalar: (_, { type, source: text = "", range }) => {
      const old = oldBoolean.test(text) || oldOctal.test(text);
      if (type === "PLAIN" && old) words.push({ text, offset: range?.[0] ?? 0 });
    },
  });
  return words;
}

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
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  return pair?.value ?? pair?.key;
}
