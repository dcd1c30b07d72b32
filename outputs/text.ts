import { createColors } from "picocolors";
import { type Connections, ConnectionSet, type DirectionVerdict } from "../engine";
import { type CheckedFlow, gateResult, type ReachabilityReport } from "../engine/report";
import { place, policyName, reason } from "./reasons";

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
    ...report.checks.flatMap((check) => checkLines(check, colors)),
  ].join("\n");
}

/** Who reaches whom: one row for each source, one column for each destination. */
function matrix({ reach }: ReachabilityReport, colors: Colors): readonly string[] {
  const sources = [...new Set(reach.map(({ from }) => from))];
  const targets = [...new Set(reach.map(({ to }) => to))];
  const cell = (from: string, to: string): string => {
    const found = reach.find((each) => each.from === from && each.to === to);
    return found === undefined ? "-" : summaryOf(found.connections);
  };
  const rows = [["from \\ to", ...targets], ...sources.map((from) => [from, ...targets.map((to) => cell(from, to))])];
  const widths = targets.map((_, column) => Math.max(...rows.map((row) => row[column + 1]?.length ?? 0)));
  const first = Math.max(...rows.map((row) => row[0]?.length ?? 0));
  const line = ([head = "", ...cells]: readonly string[], paint: (text: string) => string): string =>
    `  ${head.padEnd(first)}  ${cells.map((text, i) => paint(text.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd();
  return rows.map((row, i) => line(row, i === 0 ? colors.dim : (text) => paintConnections(text, colors)));
}

const paintConnections = (text: string, colors: Colors): string => {
  const word = text.trim();
  return word === "all" ? colors.green(text) : word === "none" ? colors.red(text) : word === "-" ? colors.dim(text) : colors.yellow(text);
};

/** `all`, `none`, the ports, or the ports that are certain with those that are not. */
function summaryOf({ certain, possible }: Connections): string {
  if (certain.equals(possible)) return certain.toString();
  const undecided = possible.subtract(certain);
  return certain.equals(ConnectionSet.none)
    ? `undecided: ${undecided.toString()}`
    : `${certain.toString()}, undecided: ${undecided.toString()}`;
}

function checkLines(check: CheckedFlow, colors: Colors): readonly string[] {
  const { from, to, protocol, port, result, expect, observed, verdict, because } = check;
  const mark = { passed: colors.green("✔"), failed: colors.red("✘"), undecided: colors.yellow("?") }[result];
  const ports = protocol === "every" ? "every port" : port === "every" ? `every ${protocol} port` : `${protocol} ${String(port)}`;
  const outcome = paintOutcome(verdict.outcome, colors);
  const head = `  ${mark} ${from} → ${to}  ${ports}  ${outcome}`;
  const seen = observed === undefined ? [] : [`      ${colors.dim("seen:    ")}${observed}`];
  const broken = result === "passed" ? [] : [`      ${colors.dim("expected:")} ${expect}, because ${because}`, witnessLine(check, colors)];
  return [head, ...seen, ...broken, ...reasonLines(verdict.egress, colors), ...reasonLines(verdict.ingress, colors)];
}

const witnessLine = ({ witness }: CheckedFlow, colors: Colors): string =>
  `      ${colors.dim("example: ")} ${witness.protocol} ${String(witness.port)}`;

const paintOutcome = (outcome: "allowed" | "denied" | "undecided", colors: Colors): string =>
  ({ allowed: colors.green, denied: colors.red, undecided: colors.yellow })[outcome](outcome);

/** Breaks at the width, and keeps going on indented lines. */
function reasonLines(verdict: DirectionVerdict, colors: Colors): readonly string[] {
  const label = `${verdict.direction}:`.padEnd(9);
  const lines = wrap(reason(verdict), 80 - 16);
  return lines.map((line, i) => `      ${colors.dim(i === 0 ? label : " ".repeat(9))}${line}`);
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function summary(reports: readonly ReachabilityReport[], colors: Colors): string {
  const checks = reports.flatMap((report) => report.checks);
  const count = (result: CheckedFlow["result"]): number => checks.filter((check) => check.result === result).length;
  const text = `${String(count("passed"))} expectations hold, ${String(count("failed"))} fail, ${String(count("undecided"))} undecided`;
  return { passed: colors.green, failed: colors.red, undecided: colors.yellow }[gateResult(reports)](text);
}
