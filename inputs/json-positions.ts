/** Where the parts of a JSON text are written. The text is valid JSON: whoever asks has parsed it. */

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The offset at which the value of an RFC 6901 pointer begins, or of as much of the pointer as there is. */
export function offsetOfPath(text: string, path: readonly string[]): number {
  let at = start(text, 0);
  for (const name of path) {
    const next = childOffset(text, at, name);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** The offsets at which the elements of the list at a path begin; none when no list is there. */
export function elementOffsets(text: string, path: readonly string[]): readonly number[] {
  let at = start(text, 0);
  for (const name of path) {
    const next = childOffset(text, at, name);
    if (next === undefined) return [];
    at = next;
  }
  return text.charCodeAt(at) === openBracket ? [...children(text, at)].map(({ offset }) => offset) : [];
}

/** The names of a path that lead somewhere in a text, and the offset of the last. */
export function childOffset(text: string, container: number, name: string): number | undefined {
  for (const { key, offset } of children(text, container)) if (key === name) return offset;
  return undefined;
}

/** A key that one object has twice, and the offsets of the first and the second. */
export interface RepeatedKey {
  readonly key: string;
  readonly first: number;
  readonly second: number;
}

/** The first key that an object of the text repeats: `JSON.parse` keeps the last value and says nothing. One walk, whatever the depth. */
export function repeatedKey(text: string): RepeatedKey | undefined {
  /** For each open bracket the keys met so far, with their offsets; absent for a list. */
  const open: (Map<string, number> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === openBrace) open.push(new Map());
    else if (code === openBracket) open.push(undefined);
    else if (code === closeBrace || code === closeBracket) open.pop();
    if (code !== quote) continue;
    const end = stringEnd(text, at);
    const keys = text.charCodeAt(start(text, end)) === colon ? open.at(-1) : undefined;
    const key = keys === undefined ? "" : stringAt(text, at, end);
    const first = keys?.get(key);
    if (first !== undefined) return { key, first, second: at };
    keys?.set(key, at);
    at = end - 1;
  }
  return undefined;
}

/** The string between two offsets, quotes included. Most have no escape, and need no parser. */
function stringAt(text: string, from: number, end: number): string {
  const inside = text.slice(from + 1, end - 1);
  return inside.includes("\\") ? (JSON.parse(text.slice(from, end)) as string) : inside;
}

interface Child {
  /** The name of a property, or the index of an element. */
  readonly key: string;
  readonly offset: number;
}

function* children(text: string, container: number): Generator<Child> {
  const opening = text.charCodeAt(container);
  if (opening !== openBrace && opening !== openBracket) return;
  let at = start(text, container + 1);
  for (let index = 0; text.charCodeAt(at) !== closeBrace && text.charCodeAt(at) !== closeBracket && at < text.length; index += 1) {
    let key = String(index);
    if (opening === openBrace) {
      const end = stringEnd(text, at);
      key = JSON.parse(text.slice(at, end)) as string;
      at = start(text, start(text, end) + 1);
    }
    yield { key, offset: at };
    at = start(text, valueEnd(text, at));
    if (text[at] === ",") at = start(text, at + 1);
  }
}

/** The next character that is no white space. */
function start(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n\uFEFF".includes(text.charAt(at))) at += 1;
  return at;
}

/** The offset after a string that begins with its quote. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) return at + 1;
  }
  return text.length;
}

function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = stringEnd(text, at) - 1;
    else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) {
      // The bracket that closes what the value is in.
      if (depth === 0) return at;
      depth -= 1;
    } else if (depth > 0 || text[at] !== ",") continue;
    else return at;
    if (depth === 0 && code !== quote) return at + 1;
  }
  return text.length;
}
