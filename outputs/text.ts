import { createColors } from "picocolors";
import { type ExpectationReport, type MatrixCell, outcomeOf, type ReachabilityReport } from "../engine/report";
import { place, policyName, reason } from "./reasons";
import { wrap } from "./terminal/layout";

/** How text is laid out. */
export interface TextOptions {
  readonly color: boolean;
}

type Colors = ReturnType<typeof createColors>;

/** Renders reports for a terminal, at most 80 columns wide as long as names allow. */
export function renderText(title: string, reports: readonly ReachabilityReport[], { color }: TextOptions): string {
  const colors = createColors(color);
  const blocks = reports.map((report) => reportBlock(report, colors));
  return `${[colors.bold(title), ...blocks, summary(reports, colors)].join("\n\n")}\n`;
}

function reportBlock(report: ReachabilityReport, colors: Colors): string {
  const policies = report.policies.map((policy) => {
    const at = place(policy.location);
    return `  ${colors.dim("policy")} ${policyName(policy)}${at === "" ? "" : colors.dim(`  ${at}`)}`;
  });
  return [
    colors.bold(colors.cyan(report.title)),
    ...policies,
    ...matrix(report, colors),
    ...report.expectations.flatMap((each) => expectationLines(each, colors)),
  ].join("\n");
}

/** Who reaches whom: one row for each source, one column for each destination. */
function matrix({ matrix: { rows, columns, cells } }: ReachabilityReport, colors: Colors): readonly string[] {
  const table = [
    ["from \\ to", ...columns.map(({ name }) => name)],
    ...rows.map(({ name }, n) => [name, ...columns.map((_, column) => cellText(cells[n]?.[column] ?? null))]),
  ];
  const widths = columns.map((_, column) => Math.max(...table.map((row) => row[column + 1]?.length ?? 0)));
  const first = Math.max(...table.map((row) => row[0]?.length ?? 0));
  const line = ([head = "", ...texts]: readonly string[], paint: (text: string) => string): string =>
    `  ${head.padEnd(first)}  ${texts.map((text, i) => paint(text.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd();
  return table.map((row, i) => line(row, i === 0 ? colors.dim : (text) => paintConnections(text, colors)));
}

const paintConnections = (text: string, colors: Colors): string => {
  const word = text.trim();
  return word === "all" ? colors.green(text) : word === "none" ? colors.red(text) : word === "-" ? colors.dim(text) : colors.yellow(text);
};

/** `all`, `none`, the ports, or the ports that are certain with those that are not; `-` where there is nothing to ask. */
function cellText(cell: MatrixCell | null): string {
  if (cell === null) return "-";
  const { certain, possible } = cell.connections;
  return certain === possible ? certain : certain === "none" ? `undecided: ${possible}` : `${certain}, perhaps ${possible}`;
}

function expectationLines(
  { statement, result, observed, because, problem, witness }: ExpectationReport,
  colors: Colors,
): readonly string[] {
  const mark = { passed: colors.green("✔"), failed: colors.red("✘"), undecided: colors.yellow("?") }[result];
  const detail = (label: string, text: string): readonly string[] => labelled(label, text, colors);
  const flow = witness === undefined ? "" : `${witness.from.name} → ${witness.to.name} ${witness.protocol} ${String(witness.port)}`;
  return [
    ...wrap(statement, 80 - 4).map((line, n) => (n === 0 ? `  ${mark} ${line}` : `      ${line}`)),
    ...(observed === undefined ? [] : detail("seen:", observed)),
    ...(result === "passed" || because === undefined ? [] : detail("because:", because)),
    ...(problem === undefined ? [] : detail("problem:", problem)),
    ...(witness === undefined
      ? []
      : [
          ...detail("flow:", flow).map((line) => `${line}  ${paintOutcome(witness.verdict.outcome, colors)}`),
          ...detail("egress:", reason(witness.verdict.egress)),
          ...detail("ingress:", reason(witness.verdict.ingress)),
        ]),
  ];
}

const paintOutcome = (outcome: "allowed" | "denied" | "undecided", colors: Colors): string =>
  ({ allowed: colors.green, denied: colors.red, undecided: colors.yellow })[outcome](outcome);

/** A line behind a word; breaks at the width, and keeps going on indented lines. */
const labelled = (label: string, text: string, colors: Colors): readonly string[] =>
  wrap(text, 80 - 16).map((line, i) => `      ${colors.dim((i === 0 ? label : "").padEnd(9))}${line}`);

function summary(reports: readonly ReachabilityReport[], colors: Colors): string {
  const results = reports.flatMap(({ expectations }) => expectations.map(({ result }) => result));
  const count = (wanted: ExpectationReport["result"]): string => String(results.filter((result) => result === wanted).length);
  const text = `${count("passed")} expectations hold, ${count("failed")} fail, ${count("undecided")} undecided`;
  return { passed: colors.green, failed: colors.red, undecided: colors.yellow }[outcomeOf(reports)](text);
}
