import type { Json, Problem, Read } from "../objects";

/** A place in a text, for people: line and column count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** What a JSON reader stopped at: a character offset, and what the grammar wanted there. */
interface JsonFault {
  readonly offset: number;
  readonly expected: string;
}

const byteOrderMark = "\uFEFF";
const excerptWidth = 100;

/**
 * Reads one JSON text. A syntax error becomes one problem with line, column and the line itself; `wayOut` ends its message.
 * A leading byte order mark is ignored.
 */
export function readJsonText(file: string, text: string, wayOut: string): Read<Json | undefined> {
  const body = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  try {
    return { value: JSON.parse(body) as Json, problems: [] };
  } catch {
    // The engine's own message differs between Node versions and often holds no position, so the fault is found again here.
    return { value: undefined, problems: [syntaxProblem(file, body, wayOut)] };
  }
}

function syntaxProblem(file: string, text: string, wayOut: string): Problem {
  if (text.trim() === "") return { severity: "error", message: `\`${file}\` is empty: ${wayOut}`, location: { file } };
  const fault = findFault(text);
  const { line, column } = positionOf(text, fault.offset);
  const message = `\`${file}\` is not JSON: expected ${fault.expected} at line ${line}, column ${column}; ${wayOut}\n${excerpt(text, { line, column })}`;
  return { severity: "error", message, location: { file, line, column } };
}

/** The line and column of a character offset. */
export function positionOf(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}

/** The line at a position with a caret under the column; a long line is cut around it. */
export function excerpt(text: string, { line, column }: TextPosition): string {
  const source = (text.split("\n", line)[line - 1] ?? "").replace(/\r$/, "");
  const from = Math.max(0, Math.min(column - 1 - excerptWidth / 2, source.length - excerptWidth));
  const shown = source.slice(from, from + excerptWidth).replace(/\t/g, " ");
  const gutter = `  ${line} | `;
  return `${gutter}${shown}\n${" ".repeat(gutter.length - 2)}| ${" ".repeat(column - 1 - from)}^`;
}

const space = /[ \t\n\r]*/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** What may come next; the innermost open bracket says how a value ends. */
type Expectation = "value" | "value or ]" | "key" | "key or }" | "colon" | "end of value";
type Bracket = "[" | "{";
type Step = { readonly offset: number; readonly expecting: Expectation } | { readonly fault: JsonFault };

/** Where a text that is not JSON stops being JSON. Works without recursion, as deep texts are legal JSON. */
function findFault(text: string): JsonFault {
  const open: Bracket[] = [];
  let offset = 0;
  let expecting: Expectation = "value";
  for (;;) {
    offset = skip(space, text, offset);
    if (expecting === "end of value" && open.length === 0) return { offset, expected: "the end of the file" };
    const step = advance(text, offset, expecting, open);
    if (step === undefined) return { offset, expected: wording(expecting, open, offset >= text.length) };
    if ("fault" in step) return step.fault;
    ({ offset, expecting } = step);
  }
}

/** One token further, or undefined when the token there is not among those that may come. */
function advance(text: string, offset: number, expecting: Expectation, open: Bracket[]): Step | undefined {
  const character = text[offset];
  switch (expecting) {
    case "colon":
      return character === ":" ? { offset: offset + 1, expecting: "value" } : undefined;
    case "end of value":
      return afterValue(character, offset + 1, open);
    case "key":
    case "key or }":
      if (character === "}" && expecting === "key or }") return close(offset + 1, open);
      return character === '"' ? afterString(text, offset, "colon") : undefined;
    default:
      return character === "]" && expecting === "value or ]" ? close(offset + 1, open) : startValue(text, offset, open);
  }
}

function startValue(text: string, offset: number, open: Bracket[]): Step | undefined {
  const character = text[offset];
  if (character === '"') return afterString(text, offset, "end of value");
  if (character === "[" || character === "{") {
    open.push(character);
    return { offset: offset + 1, expecting: character === "[" ? "value or ]" : "key or }" };
  }
  const end = skip(word, text, offset);
  return end === offset ? undefined : { offset: end, expecting: "end of value" };
}

function afterValue(character: string | undefined, next: number, open: Bracket[]): Step | undefined {
  const inList = open.at(-1) === "[";
  if (character === ",") return { offset: next, expecting: inList ? "value" : "key" };
  return character === (inList ? "]" : "}") ? close(next, open) : undefined;
}

function close(next: number, open: Bracket[]): Step {
  open.pop();
  return { offset: next, expecting: "end of value" };
}

/** Scans by hand: a string may hold megabytes, which a regular expression would try to remember one by one. */
function afterString(text: string, start: number, expecting: Expectation): Step {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return { offset: at + 1, expecting };
    if (character < " ") return { fault: { offset: at, expected: '`"` before the line break or control character' } };
    if (character === "\\") {
      const end = skip(escape, text, at);
      if (end === at) return { fault: { offset: at, expected: "an escape that JSON has" } };
      at = end - 1;
    }
  }
  return { fault: { offset: at, expected: '`"` but the file ends' } };
}

function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}

function wording(expecting: Expectation, open: readonly Bracket[], atEnd: boolean): string {
  const closing = open.at(-1) === "[" ? "`]`" : "`}`";
  const words: Record<Expectation, string> = {
    value: "a value",
    "value or ]": "a value or `]`",
    key: "a key in double quotes",
    "key or }": "a key in double quotes or `}`",
    colon: "`:`",
    "end of value": `\`,\` or ${closing}`,
  };
  return atEnd ? `${words[expecting]} but the file ends` : words[expecting];
}
