import type {
  CheckReport,
  DiffReport,
  ExpectationReport,
  ExplainedLayer,
  ExplainedMoment,
  ExplainReport,
  Finding,
  Report,
  SuggestReport,
} from "../../engine/report";
import { layerNames, layerSummary } from "../layer-summary";
import type { RenderOptions } from "../options";
import {
  counted,
  bySeverity,
  connectionsText,
  directionSentence,
  isOpen,
  objectName,
  proofStatement,
  reachStatements,
  refusalText,
  verdictBy,
  withPlace,
} from "../sentences";
import { type Sheet, sheetsOf, type SheetReport } from "../sheet";
import { details, fenced, placeLinks, type PlaceText, prose, table } from "./escape";
import { firstOf, fit, type Limits } from "./fit";
import { changeCounts, changeReasons, changeTable, enforcementLine, flowList, footer, inputDetails } from "./parts";
import { place } from "../reasons";

/** A report as GitHub Markdown for a comment on a pull request or a job's summary: the verdict first, at most 60,000 characters. */
export function renderMarkdown(report: Report, options: RenderOptions): string {
  return fit((limits) => `${linesOf(report, options, limits).join("\n").trimEnd()}\n`);
}

function linesOf(report: Report, options: RenderOptions, limits: Limits): readonly string[] {
  switch (report.kind) {
    case "check":
      return checkLines(report, options, limits);
    case "diff":
      return diffLines(report, options, limits);
    case "explain":
      return explainLines(report, options, limits);
    case "suggest":
      return suggestLines(report, options, limits);
    default:
      return sheetLines(report, options, limits);
  }
}

/** `❌ failed: 1 expectation does not hold; 2 errors` */
function headline(title: string, { result, because }: CheckReport["gate"]): readonly string[] {
  const mark = { passed: "✅ passed", failed: "❌ failed", undecided: "❔ undecided" }[result];
  const grounds = because.length === 0 ? "" : `: ${prose(because.join("; "))}`;
  return [`### ${title}: ${mark}${grounds}`, ""];
}

function checkLines(report: CheckReport, { links, showSuppressed = false }: RenderOptions, limits: Limits): readonly string[] {
  const at = placeLinks(report.inputs, links);
  const findings = bySeverity(report.findings.filter((finding) => showSuppressed || isOpen(finding)));
  const errors = findings.filter(({ severity }) => severity === "error");
  const others = findings.filter(({ severity }) => severity !== "error");
  const failed = report.expectations.filter(({ result }) => result === "failed");
  const undecided = report.expectations.filter(({ result }) => result === "undecided");
  const open = (title: string, lines: readonly string[]): readonly string[] => details(title, lines);
  return [
    ...headline("Network policy check", report.gate),
    ...enforcementLine(report, at),
    ...[connectivity(report), ""],
    ...changeTable(report.diff ?? [], limits),
    ...firstOf(failed, limits.rows, (each) => expectationLines(each, "❌", at), "failed expectations"),
    ...firstOf(errors, limits.rows, (each) => findingLines(each, "❌", at), "errors"),
    ...(failed.length + errors.length === 0 ? [] : [""]),
    ...open(
      `Undecided (${String(undecided.length)})`,
      firstOf(undecided, limits.details, (each) => expectationLines(each, "❔", at), "expectations"),
    ),
    ...open(
      `Warnings and notes (${String(others.length)})`,
      firstOf(others, limits.details, (each) => findingLines(each, markOf(each), at), "findings"),
    ),
    ...changeReasons(report.diff ?? [], limits),
    ...inputDetails(report, limits),
    ...footer(links),
  ];
}

const markOf = ({ severity }: Finding): string => ({ error: "❌", warning: "⚠️", info: "ℹ️" })[severity];

/** What changed and how much is isolated, in one line. */
function connectivity({ summary, diff }: CheckReport): string {
  const { workloads, isolated, expectations, findings } = summary;
  const setAside = findings.suppressed + findings.baselined;
  const all = expectations.passed + expectations.failed + expectations.undecided;
  return [
    ...(diff === undefined ? [] : [`**Connectivity:** ${changeCounts(diff)}`]),
    `isolated for ingress: ${String(isolated.ingress)} of ${counted(workloads, "workload")}, for egress: ${String(isolated.egress)}`,
    ...(all === 0 ? [] : [`${String(expectations.passed)} of ${counted(all, "expectation")} hold`]),
    ...(setAside === 0 ? [] : [`${counted(setAside, "finding")} set aside`]),
  ].join(" · ");
}

function expectationLines(expectation: ExpectationReport, mark: string, at: PlaceText): readonly string[] {
  const { id, statement, problem, witness, because, location } = expectation;
  return [
    `- ${mark} **${prose(id)}** ${prose(statement)}${at(location)}`,
    ...(problem === undefined ? [] : [`  - ${prose(problem)}`]),
    ...(witness === undefined ? [] : flowList(witness)),
    ...(because === undefined ? [] : [`  - because ${prose(because)}`]),
  ];
}

function findingLines(finding: Finding, mark: string, at: PlaceText): readonly string[] {
  const { code, name, subject, message, advice, witness, location, helpUri, status } = finding;
  const title = URL.canParse(helpUri) ? `[${prose(code)} ${prose(name)}](${new URL(helpUri).href})` : `${prose(code)} ${prose(name)}`;
  return [
    `- ${mark} **${title}** ${prose(objectName(subject))}${status === "new" ? "" : ` (${status})`}${at(location)}`,
    `  - ${prose(message)}`,
    ...(witness === undefined ? [] : flowList(witness, verdictBy(finding))),
    `  - to do: ${prose(advice)}`,
  ];
}

const diffLines = (report: DiffReport, { links }: RenderOptions, limits: Limits): readonly string[] => [
  ...headline("Network connectivity", report.gate),
  ...enforcementLine(report, placeLinks(report.inputs, links)),
  ...[`${changeCounts(report.connections)}, ${counted(report.unchangedPairs, "pair")} as before`, ""],
  ...changeTable(report.connections, limits),
  ...changeReasons(report.connections, limits),
  ...details(
    "Workloads that come and go",
    firstOf(
      [...report.workloadsAdded.map((name) => `added: ${name}`), ...report.workloadsRemoved.map((name) => `removed: ${name}`)],
      limits.details,
      (line) => [`- ${prose(line)}`],
      "workloads",
    ),
  ),
  ...inputDetails(report, limits),
  ...footer(links),
];

/** A paragraph needs an empty line behind it. */
const ended = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, ""]);

function layerLines(moment: ExplainedMoment, layers: readonly ExplainedLayer[]): readonly string[] {
  const summary = layerSummary(moment, layers);
  return [
    ...(summary === undefined ? [] : [`- beside the specification: ${prose(summary)}`]),
    ...layers.flatMap(({ layer, outcome, part, message, remarks = [], location }) => [
      `- ${layerNames[layer]}: **${outcome}**${part === undefined ? "" : ` for ${prose(part.name)}`}, ${prose(withPlace(message, place(location)))}`,
      ...remarks.map((remark) => `  - note: ${prose(remark)}`),
    ]),
  ];
}

function explainLines(report: ExplainReport, { links }: RenderOptions, limits: Limits): readonly string[] {
  const { before, after, asked, layers, layersBefore = [], service } = report;
  const at = placeLinks(report.inputs, links);
  return [
    `### ${prose(asked)}: ${after.parts === undefined ? prose(connectionsText(after.connections)) : "depends on the address"}`,
    "",
    ...(after.parts === undefined && before?.parts === undefined ? [] : [...reachStatements(report).map((line) => `- ${prose(line)}`), ""]),
    ...enforcementLine(report, at),
    ...(before === undefined
      ? []
      : ["**Before**", "", ...momentLines(before, limits), "", ...ended(layerLines(before, layersBefore)), "**After**", ""]),
    ...momentLines(after, limits),
    "",
    ...(service?.refused === undefined ? [] : [`- through the Service: ${prose(refusalText(service.refused))}`]),
    ...(service?.backends ?? []).map(
      ({ workload, port, outcome }) => `- through the Service: ${prose(workload)} port ${String(port)}, **${outcome}**`,
    ),
    ...layerLines(after, layers),
    ...firstOf(after.remedies, limits.details, remedyLines, "remedies"),
    ...inputDetails(report, limits),
    ...footer(links),
  ];
}

const momentLines = ({ flows }: ExplainedMoment, { rows }: Limits): readonly string[] =>
  firstOf(
    flows,
    rows,
    ({ from, to, ports, verdict }) => [
      `- ${prose(ports)}: **${verdict.outcome}**`,
      `  - egress: ${prose(directionSentence(verdict.egress, from))}`,
      `  - ingress: ${prose(directionSentence(verdict.ingress, to))}`,
    ],
    "flows",
  );

const remedyLines = ({ goal, description, yaml, alsoOpens }: ExplainedMoment["remedies"][number]): readonly string[] => [
  "",
  `**To ${goal} it:** ${prose(description)}${alsoOpens.length === 0 ? "" : `; also opens ${prose(alsoOpens.join("; "))}`}`,
  ...(yaml === undefined ? [] : ["", ...fenced("yaml", yaml)]),
];

function suggestLines(report: SuggestReport, { links }: RenderOptions, limits: Limits): readonly string[] {
  const { policies, proof, problems } = report;
  const at = placeLinks(report.inputs, links);
  const sign = !proof.exact
    ? "⚠️ not exactly what was asked for"
    : proof.assumptions === undefined
      ? "✅ exactly what was asked for"
      : "✅ exactly what was asked for, under an assumption";
  return [
    `### ${counted(policies.length, "policy", "policies")} suggested: ${sign}`,
    "",
    ...enforcementLine(report, at),
    ...(proof.assumptions === undefined ? [] : [prose(proofStatement(report)), ""]),
    ...firstOf([...proof.differences, ...problems], limits.rows, (line) => [`- ${prose(line)}`], "differences"),
    ...firstOf(policies, limits.details, ({ ref, yaml }) => ["", `**${prose(objectName(ref))}**`, "", ...fenced("yaml", yaml)], "policies"),
  ];
}

function sheetLines(
  report: Exclude<SheetReport, { readonly kind: "check" | "diff" | "explain" }>,
  { links }: RenderOptions,
  limits: Limits,
): readonly string[] {
  const sheets = sheetsOf(report).flatMap((sheet) => [...sheetTable(sheet, limits), ""]);
  if (!("inputs" in report)) return sheets;
  const [title = "", , ...rest] = sheets;
  return [
    title,
    "",
    ...enforcementLine(report, placeLinks(report.inputs, links)),
    ...rest,
    ...inputDetails(report, limits),
    ...footer(links),
  ];
}

function sheetTable({ title, columns, rows }: Sheet, limits: Limits): readonly string[] {
  const shown = rows.slice(0, limits.rows).map((row) => row.map((cell) => prose(cell)));
  const rest = rows.length - shown.length;
  return [
    `### ${prose(title)} (${String(rows.length)})`,
    "",
    ...(shown.length === 0
      ? []
      : table(
          columns.map((column) => prose(column)),
          shown,
        )),
    ...(rest === 0 ? [] : ["", `… and ${String(rest)} more rows cut to keep this short`]),
  ];
}
