/**
 * What would move the cursor, colour the screen, break a line, hide text or turn it round when a name is printed: control characters, line
 * separators, and the marks of bidirectional text.
 */
const unprintable = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu;

/** Text with everything invisible written as `\u001b`. Names come from files that anybody can write. */
export const printable = (text: string): string => text.replace(unprintable, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Fields that hold whole documents: their lines stay lines. */
const documents = new Set(["yaml", "page"]);

/** The same data with every text printable. Every format starts from it but JSON and CSV, which quote instead. */
export function printableData<T>(data: T): T {
  return copy(data, "") as T;
}

function copy(value: unknown, key: string): unknown {
  if (typeof value === "string") return documents.has(key) ? value.split("\n").map(printable).join("\n") : printable(value);
  if (Array.isArray(value)) return value.map((part) => copy(part, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part, name)]));
}
