/** Readers for formats, written from what the formats say and not from what is rendered. */

/** The rows of a CSV file (RFC 4180), with lines that end in CR LF. */
export function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell, next] = text[at] === '"' ? quotedCell(text, at + 1) : bareCell(text, at);
    row.push(cell);
    if (text[next] === ",") at = next + 1;
    else if (text.startsWith("\r\n", next)) {
      rows.push(row);
      row = [];
      at = next + 2;
    } else throw new Error(`neither a comma nor the end of a line at ${String(next)}: ${JSON.stringify(text.slice(next, next + 20))}`);
  }
  if (row.length > 0) throw new Error("the last line does not end");
  return rows;
}

function quotedCell(text: string, start: number): readonly [string, number] {
  let cell = "";
  for (let at = start; at < text.length; at++) {
    if (text[at] !== '"') cell += text[at] ?? "";
    else if (text[at + 1] === '"') cell += text[at++] ?? "";
    else return [cell, at + 1];
  }
  throw new Error("a quoted cell does not end");
}

function bareCell(text: string, start: number): readonly [string, number] {
  const end = /,|\r\n|$/.exec(text.slice(start))!.index + start;
  const cell = text.slice(start, end);
  if (/["\r\n]/.test(cell)) throw new Error(`a bare cell has what must be quoted: ${JSON.stringify(cell)}`);
  return [cell, end];
}

/** The strings of a DOT file as Graphviz shows them, and the file with a `§` for each. */
export function dotStrings(text: string): { readonly strings: readonly string[]; readonly rest: string } {
  const strings: string[] = [];
  const rest = text.replace(/"((?:\\[\s\S]|[^"\\])*)"/g, (_whole, inside: string) => {
    if (inside.replace(/\\["\\]/g, "").includes("\\")) throw new Error(`an escape of Graphviz's own: ${inside}`);
    strings.push(inside.replace(/\\(["\\])/g, "$1"));
    return "§";
  });
  return { strings, rest };
}
