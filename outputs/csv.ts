import type { CheckReport } from "../engine/report";
import { place } from "./reasons";
import { type Sheet, sheetsOf, type SheetReport } from "./sheet";
import { bySeverity, changeCauses, connectionsText, isOpen, objectName } from "./sentences";
import type { RenderOptions } from "./options";
import { expectationDetail } from "./sheet";

/** A report as one CSV file: a header, one line for each entry (RFC 4180: lines end with CR LF, quotes are doubled). */
export function renderCsv(report: SheetReport, { showSuppressed = false }: RenderOptions): string {
  const [sheet] = report.kind === "check" ? [checkSheet(report, showSuppressed)] : sheetsOf(report);
  return sheet === undefined ? "" : [sheet.columns, ...sheet.rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** What a spreadsheet would read as a formula when a cell starts with it. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/u;

/** One cell. What would be a formula gets an apostrophe before it, so that opening a report never runs what a label says. */
export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The three lists of a check under one header: CSV has no second table. */
function checkSheet({ expectations, findings, diff = [] }: CheckReport, showSuppressed: boolean): Sheet {
  return {
    title: "check",
    columns: ["entry", "id", "name", "result", "subject", "message", "at", "fingerprint"],
    rows: [
      ...expectations.map((each) => [
        "expectation",
        each.id,
        each.kind,
        each.result,
        each.statement,
        expectationDetail(each),
        place(each.location),
        "",
      ]),
      ...bySeverity(findings)
        .filter((each) => showSuppressed || isOpen(each))
        .map(({ code, name, severity, status, subject, message, location, fingerprint }) => [
          "finding",
          code,
          name,
          status === "new" ? severity : status,
          objectName(subject),
          message,
          place(location),
          fingerprint,
        ]),
      ...diff.map((change) => [
        "change",
        "",
        change.exposure ? "exposure" : "",
        change.kind,
        `${change.from.name} → ${change.to.name}`,
        `${connectionsText(change.before)} → ${connectionsText(change.after)}`,
        changeCauses(change).join("; "),
        "",
      ]),
    ],
  };
}
