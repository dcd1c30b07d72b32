import {
  isUndecidedChange,
  type CheckReport,
  type ConnectionChange,
  type DiffReport,
  type ExpectationReport,
  type ExplainReport,
  type ExposureReport,
  type Finding,
  type ListReport,
  type ReportConnections,
} from "../engine/report";
import { place } from "./reasons";
import { expectationDetail, isolationText, layerSheet, type Sheet, sheetsOf, type SheetReport } from "./sheet";
import { bySeverity, changeCauses, changeText, isOpen, objectName } from "./sentences";
import type { RenderOptions } from "./options";

/**
 * A report as one CSV file: a header, one line for each entry (RFC 4180: lines end with CR LF, quotes are doubled). What certainly flows and
 * what may have a column each, in the words of the JSON: `none`, `all`, `TCP 80,443; UDP 53`.
 */
export function renderCsv(report: SheetReport, { showSuppressed = false }: RenderOptions): string {
  const sheet = csvSheet(report, showSuppressed);
  return sheet === undefined ? "" : [sheet.columns, ...sheet.rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** The rows of a report as CSV has them; none where a report lists nothing. */
export function csvSheet(report: SheetReport, showSuppressed: boolean): Omit<Sheet, "title"> | undefined {
  switch (report.kind) {
    case "check":
      return checkSheet(report, showSuppressed);
    case "diff":
      return changeSheet(report);
    case "list":
      return listSheet(report);
    case "exposure":
      return exposureSheet(report);
    case "explain":
      return explainSheet(report);
    default:
      return sheetsOf(report)[0];
  }
}

/** What policies say, then what layers beside them do: one file has one list, so a row of either leaves the other's columns empty. */
function explainSheet(report: ExplainReport): Omit<Sheet, "title"> {
  const [flows, layers] = [sheetsOf(report)[0], layerSheet(report)];
  return {
    columns: [...(flows?.columns ?? []), "layer", "detail", "at"],
    rows: [
      ...(flows?.rows ?? []).map((row) => [...row, "policies", "", ""]),
      ...layers.rows.map(([when = "", layer = "", outcome = "", detail = "", at = ""]) => [when, "", outcome, "", "", layer, detail, at]),
    ],
  };
}

const connectionCells = ({ certain, possible }: ReportConnections): readonly string[] => [certain, possible];

const stateColumns = ["before certain", "before possible", "after certain", "after possible"];
const stateCells = ({ before, after }: ConnectionChange): readonly string[] => [...connectionCells(before), ...connectionCells(after)];

const changeSheet = ({ connections }: DiffReport): Omit<Sheet, "title"> => ({
  columns: ["change", "certain", "from", "to", ...stateColumns, "opened", "closed", "exposure", "because"],
  rows: connections.map((change) => [
    change.kind,
    isUndecidedChange(change) ? "no" : "yes",
    change.from.name,
    change.to.name,
    ...stateCells(change),
    change.opened,
    change.closed,
    change.exposure ? "yes" : "no",
    changeCauses(change).join("; "),
  ]),
});

const listSheet = ({ connections }: ListReport): Omit<Sheet, "title"> => ({
  columns: ["from", "to", "certain", "possible", "because"],
  rows: connections.map(({ from, to, connections: allowed, because }) => [
    from.name,
    to.name,
    ...connectionCells(allowed),
    because.join("; "),
  ]),
});

const exposureSheet = ({ workloads }: ExposureReport): Omit<Sheet, "title"> => ({
  columns: ["workload", "direction", "isolation", "other end", "certain", "possible"],
  rows: workloads.flatMap(({ workload, direction, isolated, entries }) => {
    const head = [workload.name, direction, isolationText[isolated]];
    if (entries.length === 0) return [[...head, "", "none", "none"]];
    return entries.map(({ other, connections }) => [...head, other.name, ...connectionCells(connections)]);
  }),
});

/** What a spreadsheet would read as a formula when a cell starts with it. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/u;

/** One cell. What would be a formula gets an apostrophe before it, so that opening a report never runs what a label says. */
export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The three lists of a check under one header: CSV has no second table. */
const checkSheet = ({ expectations, findings, diff = [] }: CheckReport, showSuppressed: boolean): Omit<Sheet, "title"> => ({
  columns: ["entry", "id", "name", "result", "subject", "message", "at", "fingerprint", ...stateColumns],
  rows: [
    ...expectations.map(expectationCells),
    ...bySeverity(findings)
      .filter((each) => showSuppressed || isOpen(each))
      .map(findingCells),
    ...diff.map(changeCells),
  ],
});

/** For entries that are about no change. */
const stateless = stateColumns.map(() => "");

const expectationCells = (each: ExpectationReport): readonly string[] => [
  ...["expectation", each.id, each.kind, each.result, each.statement],
  ...[expectationDetail(each), place(each.location), "", ...stateless],
];

const findingCells = ({ code, name, severity, status, subject, message, location, fingerprint }: Finding): readonly string[] => [
  ...["finding", code, name, status === "new" ? severity : status, objectName(subject)],
  ...[message, place(location), fingerprint, ...stateless],
];

const changeCells = (change: ConnectionChange): readonly string[] => [
  ...["change", "", change.exposure ? "exposure" : "", change.kind, `${change.from.name} → ${change.to.name}`],
  ...[changeText(change), changeCauses(change).join("; "), "", ...stateCells(change)],
];
