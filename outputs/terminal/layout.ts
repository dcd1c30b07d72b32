import { createColors } from "picocolors";

/** Adds colour to text, or leaves it as it is. */
export type Paint = (text: string) => string;

/** What text is laid out for. */
export interface Terminal {
  readonly colors: ReturnType<typeof createColors>;
  readonly width: number;
}

/** A terminal as wide as asked for, at most 100 columns: longer lines are hard to read. */
export const terminal = ({ color, width = 100 }: { readonly color: boolean; readonly width?: number }): Terminal => ({
  colors: createColors(color),
  width: Math.max(40, Math.min(width, 100)),
});

/** Breaks at spaces. A word that is longer than the width stays whole: paths and names are copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && [...last].length + 1 + [...word].length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Text after a label, continued under itself. */
export function labelled({ width }: Terminal, label: string, text: string, paintLabel: Paint, paint: Paint = same): readonly string[] {
  const indent = [...label].length;
  return wrap(text, width - indent).map((line, index) => `${index === 0 ? paintLabel(label) : " ".repeat(indent)}${paint(line)}`);
}

/** Text on lines of its own, indented. */
export const indented = (terminal: Terminal, indent: number, text: string, paint: Paint = same): readonly string[] =>
  labelled(terminal, " ".repeat(indent), text, same, paint);

export const same: Paint = (text) => text;

/** Sections with an empty line between them; empty ones are left out. */
export const sections = (...blocks: readonly (readonly string[])[]): string =>
  `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => harmless(line.trimEnd())).join("\n"))
    .join("\n\n")}\n`;

/** A log of GitHub Actions takes a line that starts with two colons for a command, and `##[` wherever it is: a name must not be one. */
const harmless = (line: string): string => line.replace(/^(\s*):(?=:)/, "$1: ").replaceAll("##[", "## [");
