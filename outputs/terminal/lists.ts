import type { ExposureReport, ListReport, MatrixReport, RulesReport, SuggestReport, SuppressionsReport } from "../../engine/report";
import { isolationText, type Sheet, sheetsOf } from "../sheet";
import { connectionsText, counted, objectName, proofStatement } from "../sentences";
import { indented, labelled, sections, type Terminal, wrap } from "./layout";
import { enforcementLines, inputLines, timingLines } from "./preamble";

/** Allowed connections, below each source. */
export function listText(report: ListReport, on: Terminal): string {
  const lines = [...grouped(report.connections, ({ from }) => from.name)].flatMap(([source, connections]) => [
    on.colors.bold(source),
    ...connections.flatMap(({ to, connections: allowed, because }) => [
      ...labelled(on, "  → ", `${to.name}: ${connectionsText(allowed)}`, on.colors.dim),
      ...because.flatMap((each) => labelled(on, "      because ", each, on.colors.dim, on.colors.dim)),
    ]),
  ]);
  return sections(
    enforcementLines(report, on),
    lines.length === 0 ? ["nothing may flow between any two ends"] : lines,
    inputLines(report, on),
    timingLines(report, on),
  );
}

/** Entries under what they have in common, in the order met. */
function grouped<T>(entries: readonly T[], keyOf: (entry: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group === undefined) groups.set(keyOf(entry), [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Sources as rows, destinations as columns; columns that do not fit follow below. */
export function matrixText(report: MatrixReport, on: Terminal): string {
  const [sheet] = sheetsOf(report);
  const blocks = sheet === undefined || report.columns.length === 0 ? [["no end to show"]] : matrixBlocks(sheet, on);
  return sections(enforcementLines(report, on), ...blocks, inputLines(report, on), timingLines(report, on));
}

function matrixBlocks({ columns, rows }: Sheet, on: Terminal): readonly (readonly string[])[] {
  const table = [columns, ...rows];
  const width = (column: number): number => Math.max(...table.map((row) => [...(row[column] ?? "")].length));
  const blocks: number[][] = [];
  let used = Infinity;
  for (let column = 1; column < columns.length; column++) {
    if (used + 2 + width(column) > on.width) {
      blocks.push([]);
      used = width(0);
    }
    blocks.at(-1)?.push(column);
    used += 2 + width(column);
  }
  const line = (row: readonly string[], block: readonly number[]): string =>
    [0, ...block].map((column) => (row[column] === "" ? "-" : (row[column] ?? "")).padEnd(width(column))).join("  ");
  return blocks.map((block) => table.map((row, index) => (index === 0 ? on.colors.bold(line(row, block)) : line(row, block))));
}

/** For each workload and direction: who outside the input can be on the other end. */
export function exposureText(report: ExposureReport, on: Terminal): string {
  const lines = [...grouped(report.workloads, ({ workload }) => workload.name)].flatMap(([name, entries]) => [
    on.colors.bold(name),
    ...entries.flatMap((entry) => exposureLines(entry, on)),
  ]);
  return sections(
    enforcementLines(report, on),
    lines.length === 0 ? ["no workload to show"] : lines,
    inputLines(report, on),
    timingLines(report, on),
  );
}

function exposureLines({ direction, isolated, entries }: ExposureReport["workloads"][number], on: Terminal): readonly string[] {
  const paint = { yes: on.colors.green, no: on.colors.red, maybe: on.colors.yellow }[isolated];
  const word = direction === "ingress" ? "from" : "to";
  return [
    ...labelled(
      on,
      `  ${direction}: `,
      `${isolationText[isolated]}${entries.length === 0 ? ", nothing outside the input" : ""}`,
      on.colors.dim,
      paint,
    ),
    ...entries.flatMap(({ other, connections }) =>
      labelled(on, `    ${word} `, `${other.name}: ${connectionsText(connections)}`, on.colors.dim),
    ),
  ];
}

/** Policies ready for `kubectl apply -f -`: what is not YAML is in comments. */
export function suggestText(report: SuggestReport, on: Terminal): string {
  const { policies, proof, problems } = report;
  const inComment = { ...on, width: on.width - 2, colors: plain(on) };
  const statements = [
    proofStatement(report),
    ...proof.differences.map((each) => `- ${each}`),
    ...problems.map((each) => `problem: ${each}`),
  ];
  const comments = [
    ...enforcementLines(report, inComment),
    ...statements.flatMap((line) => wrap(line, inComment.width)),
    ...inputLines(report, inComment),
  ].map((line) => on.colors.dim(`# ${line}`));
  const documents = policies.map(({ ref, yaml }) => [on.colors.dim(`# ${objectName(ref)}`), ...yaml.trimEnd().split("\n")]);
  return sections(
    comments,
    documents.flatMap((lines, index) => (index === 0 ? lines : ["---", ...lines])),
  );
}

/** Comments are one colour. */
const plain = (on: Terminal): Terminal["colors"] => ({
  ...on.colors,
  bold: String,
  green: String,
  red: String,
  yellow: String,
  dim: String,
});

/** The page of one rule, where it is there; otherwise one line for each. */
export function rulesText({ rules }: RulesReport, on: Terminal): string {
  const [only] = rules;
  if (rules.length === 1 && only?.page !== undefined) return sections(only.page.trimEnd().split("\n"));
  return sections(
    rules.flatMap(({ code, name, severity, fixable, title }) => [
      ...labelled(on, `${code} `, `${name} (${severity}${fixable === true ? ", fixable" : ""})`, on.colors.bold),
      ...indented(on, 7, title, on.colors.dim),
    ]),
    [counted(rules.length, "rule")],
  );
}

/** What was accepted, by whom and until when. */
export function suppressionsText({ suppressions }: SuppressionsReport, on: Terminal): string {
  const paint = {
    used: on.colors.green,
    unused: on.colors.yellow,
    expired: on.colors.red,
    "expires-soon": on.colors.yellow,
    "not-run": on.colors.dim,
  };
  const [sheet] = sheetsOf({ kind: "suppressions", suppressions });
  const lines = suppressions.flatMap(({ state, code, target, expires, owner, source, reason }, index) => [
    ...labelled(on, `${state} `, `${code} ${target}, until ${expires}${owner === undefined ? "" : `, ${owner}`}`, paint[state]),
    ...indented(on, 2, reason),
    ...indented(on, 2, [source, sheet?.rows[index]?.at(-1) ?? ""].filter((part) => part !== "").join(", "), on.colors.dim),
  ]);
  return sections(lines, [counted(suppressions.length, "suppression")]);
}
