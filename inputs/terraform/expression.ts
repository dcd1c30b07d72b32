/**
 * The part of Terraform's expression language that can be read without Terraform: references, literals and calls. Everything else
 * (operators, conditionals, `for`, splats, directives) is opaque on purpose: a plan evaluates it exactly, a second evaluator would not.
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "template"; readonly parts: readonly TemplatePart[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  /** `root.a[0]["b"]`: attribute names are literal steps. `text` is how it was written. */
  | { readonly kind: "reference"; readonly root: string; readonly steps: readonly Expression[]; readonly text: string }
  | { readonly kind: "opaque" };

/** Text, or `${…}` with what it holds and how it was written. */
export type TemplatePart = string | { readonly text: string; readonly expression: Expression };

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

/** Thrown and caught in this file only: the expression is outside the part that is read. */
class Opaque extends Error {}

const opaque: Expression = { kind: "opaque" };
const deepest = 50;

/** Whether a string holds anything Terraform would replace. */
export const isTemplate = (text: string): boolean => text.includes("${") || text.includes("%{");

/** Splits a string of a Terraform JSON file into text and interpolations; `$${` and `%%{` are text. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const whole: readonly TemplatePart[] = [{ text, expression: opaque }];
  const parts: TemplatePart[] = [];
  let literal = "";
  for (let at = 0; at < text.length;) {
    if (text.startsWith("$${", at) || text.startsWith("%%{", at)) {
      literal += text.slice(at + 1, at + 3);
      at += 3;
    } else if (text.startsWith("%{", at)) {
      return whole;
    } else if (text.startsWith("${", at)) {
      const end = interpolationEnd(text, at + 2, 0);
      if (end === undefined) return whole;
      if (literal !== "") parts.push(literal);
      literal = "";
      parts.push({ text: text.slice(at, end + 1), expression: parseExpression(text.slice(at + 2, end)) });
      at = end + 1;
    } else {
      literal += text.charAt(at);
      at += 1;
    }
  }
  return literal === "" && parts.length > 0 ? parts : [...parts, literal];
}

/** Reads the inside of `${…}`, or of a list such as `depends_on`. */
export function parseExpression(text: string): Expression {
  const cursor: Cursor = { text, at: 0, depth: 0 };
  try {
    const expression = readExpression(cursor);
    return cursor.at === text.length ? expression : opaque;
  } catch (error) {
    if (error instanceof Opaque) return opaque;
    throw error;
  }
}

/** Index of the brace that closes an interpolation whose inside starts at `start`; braces in quotes do not count. */
function interpolationEnd(text: string, start: number, nesting: number): number | undefined {
  if (nesting > deepest) return undefined;
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
    if (text[at] === '"') {
      const end = quoteEnd(text, at + 1, nesting);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

/** Index of the quote that closes a string whose inside starts at `start`. */
function quoteEnd(text: string, start: number, nesting: number): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
    else if (text.startsWith("$${", at)) at += 2;
    else if (text.startsWith("${", at)) {
      const end = interpolationEnd(text, at + 2, nesting + 1);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

function readExpression(cursor: Cursor): Expression {
  cursor.depth += 1;
  if (cursor.depth > deepest) throw new Opaque();
  take(cursor, /\s*/y);
  const expression = readPrimary(cursor);
  take(cursor, /\s*/y);
  cursor.depth -= 1;
  return expression;
}

function readPrimary(cursor: Cursor): Expression {
  if (take(cursor, /\[/y)) return { kind: "list", items: readItems(cursor, /\]/y, readExpression) };
  if (take(cursor, /\{/y)) return { kind: "object", entries: readItems(cursor, /\}/y, readEntry) };
  if (take(cursor, /\(/y)) return readParenthesized(cursor);
  if (cursor.text[cursor.at] === '"') return readQuoted(cursor);
  const number = take(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { kind: "literal", value: Number(number) };
  return readWord(cursor);
}

function readParenthesized(cursor: Cursor): Expression {
  const inner = readExpression(cursor);
  if (!take(cursor, /\)/y)) throw new Opaque();
  return inner;
}

function readWord(cursor: Cursor): Expression {
  const start = cursor.at;
  const word = take(cursor, /[\p{L}_][\p{L}\p{N}_-]*/uy);
  if (word === undefined || word === "for") throw new Opaque();
  if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
  if (word === "null") return { kind: "literal", value: null };
  if (take(cursor, /\(/y)) return { kind: "call", name: word, args: readItems(cursor, /\)/y, readExpression) };
  const steps = readSteps(cursor);
  return { kind: "reference", root: word, steps, text: cursor.text.slice(start, cursor.at) };
}

function readSteps(cursor: Cursor): readonly Expression[] {
  const steps: Expression[] = [];
  for (;;) {
    const name = take(cursor, /\.[\p{L}\p{N}_-]+/uy)?.slice(1);
    if (name !== undefined) {
      steps.push({ kind: "literal", value: /^\d+$/.test(name) ? Number(name) : name });
    } else if (take(cursor, /\[/y)) {
      steps.push(readExpression(cursor));
      if (!take(cursor, /\]/y)) throw new Opaque();
    } else return steps;
  }
}

/** Comma-separated things up to the closing bracket; a last comma is allowed. Entries parted by line only are opaque. */
function readItems<T>(cursor: Cursor, close: RegExp, read: (cursor: Cursor) => T): readonly T[] {
  const items: T[] = [];
  for (;;) {
    take(cursor, /\s*/y);
    if (take(cursor, close)) return items;
    items.push(read(cursor));
    if (take(cursor, /,/y)) continue;
    if (take(cursor, close)) return items;
    throw new Opaque();
  }
}

function readEntry(cursor: Cursor): readonly [Expression, Expression] {
  const word = take(cursor, /[\p{L}_][\p{L}\p{N}_-]*(?=\s*[=:])/uy);
  const key: Expression = word === undefined ? readExpression(cursor) : { kind: "literal", value: word };
  take(cursor, /\s*/y);
  if (!take(cursor, /[=:](?!=)/y)) throw new Opaque();
  return [key, readExpression(cursor)];
}

function readQuoted(cursor: Cursor): Expression {
  const end = quoteEnd(cursor.text, cursor.at + 1, 0);
  if (end === undefined) throw new Opaque();
  const inside = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  const parts = parseTemplate(inside).map((part) => (typeof part === "string" ? unescape(part) : part));
  return parts.every((part) => typeof part === "string") ? { kind: "literal", value: parts.join("") } : { kind: "template", parts };
}

function unescape(text: string): string {
  const names: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs, (whole, four?: string, eight?: string, single?: string) => {
    const digits = four ?? eight;
    if (digits === undefined) return names[single ?? ""] ?? whole;
    const point = Number.parseInt(digits, 16);
    return point > 0x10ffff ? whole : String.fromCodePoint(point);
  });
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text)?.[0];
  if (match !== undefined) cursor.at = pattern.lastIndex;
  return match;
}
