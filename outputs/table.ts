import type { RenderOptions } from "./options";
import { type Sheet, sheetsOf, type SheetReport } from "./sheet";
import { verdictLine } from "./terminal/check";
import { type Paint, same, sections, terminal, type Terminal, wrap } from "./terminal/layout";
import { enforcementLines } from "./terminal/preamble";

/** A report as boxed tables for a terminal, with the enforcement before and the gate's verdict after them. */
export function renderTable(report: SheetReport, options: RenderOptions): string {
  const on = terminal(options);
  const sheets = sheetsOf(report, options.showSuppressed).map((sheet) => tableLines(sheet, on));
  return sections("inputs" in report ? enforcementLines(report, on) : [], ...sheets, "gate" in report ? verdictLine(report.gate, on) : []);
}

function tableLines({ title, columns, rows }: Sheet, on: Terminal): readonly string[] {
  if (rows.length === 0) return [`${on.colors.bold(title)}: none`];
  const widths = columnWidths([columns, ...rows], on.width);
  const cells = (row: readonly string[]): Cells => row.map((text, column) => broken(text, widths[column] ?? narrowest));
  return [on.colors.bold(title), ...boxed(cells(columns), rows.map(cells), on.colors.bold)];
}

/** Text in lines that fit a column: broken at spaces, and inside a word that is longer. */
const broken = (text: string, width: number): readonly string[] =>
  wrap(text, width).flatMap((line) => line.match(new RegExp(`.{1,${String(width)}}`, "gu")) ?? [""]);

/** The lines of each cell of a row. */
type Cells = readonly (readonly string[])[];

/** Rows in boxes. Drawn here, since the packages that draw tables measure each line again and again: seconds for a few long cells. */
function boxed(head: Cells, rows: readonly Cells[], paintHead: Paint): readonly string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].flatMap((row) => (row[column] ?? []).map(displayWidth))));
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => "─".repeat(width + 2)).join(middle)}${right}`;
  const body = rows.flatMap((row) => [rule("├", "┼", "┤"), ...rowLines(row, widths, same)]);
  return [rule("┌", "┬", "┐"), ...rowLines(head, widths, paintHead), ...body, rule("└", "┴", "┘")];
}

function rowLines(row: Cells, widths: readonly number[], paint: Paint): readonly string[] {
  const height = Math.max(...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const cells = widths.map((width, column) => {
      const text = row[column]?.[line] ?? "";
      return ` ${text === "" ? "" : paint(text)}${" ".repeat(width - displayWidth(text))} `;
    });
    return `│${cells.join("│")}│`;
  });
}

/** Characters that take two columns of a terminal, and marks that take none. */
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60\uFFE0-\uFFE6]/gu;
const marks = /\p{Mark}/gu;

const displayWidth = (text: string): number => [...text].length + (text.match(wide)?.length ?? 0) - (text.match(marks)?.length ?? 0);

/** No column is made narrower than this many characters to fit the terminal; a table of more columns is wider than it. */
const narrowest = 10;

/** Each column as wide as its longest cell, then the widest ones cut until the table fits. Each has a border and two spaces of its own. */
function columnWidths(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? "")].length)));
  const room = width - 3 * widths.length - 1;
  for (let over = widths.reduce((sum, each) => sum + each, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
