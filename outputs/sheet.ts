import {
  isUndecidedChange,
  type CheckReport,
  type ConnectionChange,
  type DivergencesReport,
  type ExpectationReport,
  type ExplainedLayer,
  type ExplainedMoment,
  type ExplainReport,
  type ExposureReport,
  type Finding,
  type ListReport,
  type MatrixCell,
  type MatrixReport,
  type Report,
  type RulesReport,
  type SuppressionsReport,
} from "../engine/report";
import { layerNames } from "./layer-summary";
import { place } from "./reasons";
import { deviationText } from "./vpc-cni-sentences";
import {
  bySeverity,
  changeCauses,
  changeMark,
  connectionsText,
  directionSentence,
  flowText,
  isOpen,
  objectName,
  undecidedChange,
} from "./sentences";

/** A report, or a part of one, as rows and columns: what `table`, `csv` and `markdown` have in common. */
export interface Sheet {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The kinds of report that are rows and columns. */
export type SheetReport = Exclude<Report, { readonly kind: "suggest" }>;

/** Everything a report lists, one sheet for each list that is not empty; a report of one list keeps it when it is empty. */
export function sheetsOf(report: SheetReport, showSuppressed = false): readonly Sheet[] {
  switch (report.kind) {
    case "check":
      return checkSheets(report, showSuppressed);
    case "diff":
      return [changeSheet(report.connections)];
    case "explain":
      return [explainSheet(report), layerSheet(report)].filter(({ rows }, index) => index === 0 || rows.length > 0);
    case "list":
      return [listSheet(report)];
    case "matrix":
      return [matrixSheet(report)];
    case "exposure":
      return [exposureSheet(report)];
    case "divergences":
      return [divergenceSheet(report)];
    case "rules":
      return [rulesSheet(report)];
    case "suppressions":
      return [suppressionSheet(report)];
  }
}

const checkSheets = ({ expectations, findings, diff }: CheckReport, showSuppressed: boolean): readonly Sheet[] =>
  [
    expectationSheet(expectations),
    findingSheet(findings.filter((each) => showSuppressed || isOpen(each))),
    ...(diff === undefined ? [] : [changeSheet(diff)]),
  ].filter(({ rows }) => rows.length > 0);

/** What an expectation has to show: its problem, or the flow that decides it. */
export function expectationDetail({ problem, witness, result }: ExpectationReport): string {
  const flow = witness === undefined || result === "passed" ? [] : [`${flowText(witness)} is ${witness.verdict.outcome}`];
  return [...(problem === undefined ? [] : [problem]), ...flow].join("; ");
}

const expectationSheet = (expectations: readonly ExpectationReport[]): Sheet => ({
  title: "expectations",
  columns: ["result", "id", "statement", "detail", "at"],
  rows: expectations.map((each) => [each.result, each.id, each.statement, expectationDetail(each), place(each.location)]),
});

/** A row for each example; the first of a cause counts all its pairs where there are more. */
const divergenceSheet = ({ divergences }: DivergencesReport): Sheet => ({
  title: "divergences",
  columns: ["from", "to", "specification", "VPC CNI", "example", "why", "rules", "do"],
  rows: divergences.flatMap(({ examples, deviations, because, changes, pairs }) => {
    const why = deviations.map(deviationText).join("; ");
    const counted = pairs > examples.length ? `${why} (${String(pairs)} pairs)` : why;
    return examples.map(({ from, to, connection }, place) => [
      from.name,
      to.name,
      connection.specification,
      connection.vpcCni,
      flowText(connection),
      place === 0 ? counted : why,
      because.join(", "),
      changes.join("; "),
    ]);
  }),
});

const findingSheet = (findings: readonly Finding[]): Sheet => ({
  title: "findings",
  columns: ["severity", "code", "subject", "message", "at"],
  rows: bySeverity(findings).map(({ severity, code, name, subject, message, location, status }) => [
    status === "new" ? severity : `${severity} (${status})`,
    `${code} ${name}`,
    objectName(subject),
    message,
    place(location),
  ]),
});

/** Pairs whose connections differ, before and after beside each other. */
export const changeSheet = (changes: readonly ConnectionChange[]): Sheet => ({
  title: "connectivity changes",
  columns: ["change", "from", "to", "before", "after", "exposure", "because"],
  rows: changes.map((change) => [
    change.kind,
    change.from.name,
    change.to.name,
    connectionsText(change.before),
    isUndecidedChange(change) ? undecidedChange(change) : connectionsText(change.after),
    change.exposure ? (isUndecidedChange(change) ? "perhaps" : "yes") : "no",
    changeCauses(change).join("; "),
  ]),
});

/** The moments of an explanation in order, each with the layers beside the specification. */
const momentsOf = ({ before, after, layers, layersBefore = [] }: ExplainReport): readonly Told[] => [
  ...(before === undefined ? [] : [{ when: "before", moment: before, layers: layersBefore }]),
  { when: before === undefined ? "now" : "after", moment: after, layers },
];

interface Told {
  readonly when: string;
  readonly moment: ExplainedMoment;
  readonly layers: readonly ExplainedLayer[];
}

/** What policies say of the flows that were asked about. */
const explainSheet = (report: ExplainReport): Sheet => ({
  title: report.asked,
  columns: ["when", "ports", "outcome", "egress", "ingress"],
  rows: momentsOf(report).flatMap(({ when, moment }) =>
    moment.flows.map(({ from, to, ports, verdict }) => [
      when,
      ports,
      verdict.outcome,
      directionSentence(verdict.egress, from),
      directionSentence(verdict.ingress, to),
    ]),
  ),
});

/** What each layer beside the specification does, then what else is to be known of it: a remark has no outcome. */
export const layerSheet = (report: ExplainReport): Sheet => ({
  title: "beside the specification",
  columns: ["when", "layer", "outcome", "detail", "at"],
  rows: momentsOf(report).flatMap(({ when, layers }) =>
    layers.flatMap(({ layer, outcome, part, message, remarks = [], location }) => [
      [when, layerNames[layer], outcome, part === undefined ? message : `${part.name}: ${message}`, place(location)],
      ...remarks.map((remark) => [when, layerNames[layer], "", remark, ""]),
    ]),
  ),
});

const listSheet = ({ connections }: ListReport): Sheet => ({
  title: "connections",
  columns: ["from", "to", "connections", "because"],
  rows: connections.map(({ from, to, connections: allowed, because }) => [
    from.name,
    to.name,
    connectionsText(allowed),
    because.join("; "),
  ]),
});

const matrixSheet = ({ rows, columns, cells, by }: MatrixReport): Sheet => ({
  title: `connections by ${by}`,
  columns: ["from \\ to", ...columns.map(({ name }) => name)],
  rows: rows.map(({ name }, row) => [name, ...columns.map((_, column) => cellText(cells[row]?.[column] ?? null))]),
});

/** One pair in few words: the connections, or of namespaces how many pairs connect. Nothing where it is not asked about. */
export function cellText(cell: MatrixCell | null): string {
  if (cell === null) return "";
  const { summary, connections, pairs, change } = cell;
  const text =
    pairs === undefined
      ? connectionsText(connections)
      : summary === "some"
        ? `${String(pairs.connected)}/${String(pairs.all)} pairs`
        : summary;
  return change === undefined ? text : `${text} [${changeMark[change]}]`;
}

/** Whether a policy isolates a workload, as a word of a sentence. */
export const isolationText: Readonly<Record<ExposureReport["workloads"][number]["isolated"], string>> = {
  yes: "isolated",
  no: "not isolated",
  maybe: "perhaps isolated",
};

const exposureSheet = ({ workloads }: ExposureReport): Sheet => ({
  title: "exposure",
  columns: ["workload", "direction", "isolation", "other end", "connections"],
  rows: workloads.flatMap(({ workload, direction, isolated, entries }) => {
    const head = [workload.name, direction, isolationText[isolated]];
    if (entries.length === 0) return [[...head, "", "none"]];
    return entries.map(({ other, connections }) => [...head, other.name, connectionsText(connections)]);
  }),
});

const rulesSheet = ({ rules }: RulesReport): Sheet => ({
  title: "rules",
  columns: ["code", "name", "severity", "category", "fixable", "title"],
  rows: rules.map(({ code, name, severity, category, fixable, title }) => [
    code,
    name,
    severity,
    category,
    fixable === true ? "yes" : "no",
    title,
  ]),
});

const suppressionSheet = ({ suppressions }: SuppressionsReport): Sheet => ({
  title: "suppressions",
  columns: ["state", "code", "target", "expires", "owner", "source", "reason", "at"],
  rows: suppressions.map(({ state, code, target, expires, owner = "", source, reason, location }) => [
    state,
    code,
    target,
    expires,
    owner,
    source,
    reason,
    place(location),
  ]),
});
