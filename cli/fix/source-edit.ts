/** A line of a program that says a value, and what it should say. */
export interface SourceEdit {
  /** Counted from 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** What a text is, and what it has to become. */
export interface TextChange {
  readonly before: string;
  readonly after: string;
}

/**
 * The line where a program writes a value down, changed: in the statement that begins at a line, else anywhere in the text. Undefined where no
 * single line says it: it may be computed, or several lines may be meant.
 */
export function suggestedEdit(source: string, statementLine: number, { before, after }: TextChange): SourceEdit | undefined {
  const lines = source.split(/\r?\n/);
  const literals = literalsOf(before);
  const end = statementEnd(lines, statementLine);
  const inside = (line: number): boolean => line >= statementLine && line <= end;
  const saying = lines.flatMap((text, n) => (literals.some((literal) => text.includes(literal)) ? [n + 1] : []));
  const near = saying.filter(inside);
  const [line, ...others] = near.length > 0 ? near : saying;
  if (line === undefined || others.length > 0) return undefined;
  const text = lines[line - 1] ?? "";
  const literal = literals.find((each) => text.includes(each)) ?? "";
  const changed = text.replaceAll(literal, () => literal.replace(before, () => after));
  return text.split(literal).length === 2 ? { line, before: text, after: changed } : undefined;
}

/** A text in the quotes a program may have it in. */
const literalsOf = (text: string): readonly string[] => ['"', "'", "`"].map((quote) => `${quote}${text}${quote}`);

/** The last line of the statement that begins at a line: where the brackets that it opens are closed. */
function statementEnd(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let line = start; line <= lines.length; line += 1) {
    const code = (lines[line - 1] ?? "").replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/.*$/g, "");
    for (const character of code) {
      if ("([{".includes(character)) depth += 1;
      else if (")]}".includes(character)) depth -= 1;
    }
    if (depth <= 0) return line;
  }
  return lines.length;
}
