import Table from "cli-table3";
import type { RenderOptions } from "./options";
import { type Sheet, sheetsOf, type SheetReport } from "./sheet";
import { verdictLine } from "./terminal/check";
import { sections, terminal, type Terminal, wrap } from "./terminal/layout";
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
  const cells = (row: readonly string[]): string[] => row.map((text, column) => broken(text, widths[column] ?? narrowest));
  const table = new Table({ head: cells(columns).map(on.colors.bold), style: { head: [], border: [] } });
  table.push(...rows.map(cells));
  return [on.colors.bold(title), ...table.toString().split("\n")];
}

/** Text in lines that fit a column: broken at spaces, and inside a word that is longer. */
const broken = (text: string, width: number): string =>
  wrap(text, width)
    .flatMap((line) => line.match(new RegExp(`.{1,${String(width)}}`, "gu")) ?? [""])
    .join("\n");

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
