import type { CheckReport, ExpectationReport, Finding, GateResult, ReportFlow } from "../../engine/report";
import { place } from "../reasons";
import {
  bySeverity,
  counted,
  directionSentence,
  flowText,
  gateLine,
  groundText,
  isOpen,
  listed,
  objectName,
  verdictBy,
  withPlace,
} from "../sentences";
import { changeLines } from "./changes";
import { indented, labelled, type Paint, sections, type Terminal } from "./layout";
import { enforcementLines, inputLines, timingLines } from "./preamble";

/** The gate's answer: enforcement first, then what went wrong, then what changed, the verdict last. */
export function checkText(report: CheckReport, on: Terminal, showSuppressed: boolean): string {
  return sections(
    enforcementLines(report, on),
    expectationLines(report, on),
    findingLines(report, on, showSuppressed),
    diffLines(report, on),
    inputLines(report, on),
    notRunLines(report, on),
    timingLines(report, on),
    [...summaryLines(report, on), ...verdictLine(report.gate, on)],
  );
}

/** Those that do not hold, in full; how many do. */
function expectationLines({ expectations }: CheckReport, on: Terminal): readonly string[] {
  const broken = expectations.filter(({ result }) => result !== "passed");
  if (broken.length === 0) return [];
  const title = `expectations that do not hold (${String(broken.length)} of ${String(expectations.length)})`;
  return [on.colors.bold(title), ...broken.flatMap((each) => oneExpectation(each, on))];
}

function oneExpectation(expectation: ExpectationReport, on: Terminal): readonly string[] {
  const { red, yellow, dim } = on.colors;
  const { result, severity, id, statement, because, problem, observed, witness, location } = expectation;
  const paint = result === "undecided" || severity === "warning" ? yellow : red;
  const head = `${id}: ${withPlace(statement, place(location))}${severity === "warning" ? " [warning]" : ""}`;
  const field = (label: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : labelled(on, `      ${label.padEnd(8)} `, text, dim);
  return [
    ...labelled(on, `  ${result === "undecided" ? "?" : "✘"} `, head, paint, on.colors.bold),
    ...field("because", because),
    ...field("problem", problem),
    ...(witness === undefined ? [] : flowLines(witness, on)),
    ...field("seen", observed),
  ];
}

/** A flow with its outcome and one line for each direction. */
export function flowLines(flow: ReportFlow, on: Terminal, by = ""): readonly string[] {
  const { dim } = on.colors;
  return [
    ...labelled(on, "      example  ", `${flowText(flow)} is ${flow.verdict.outcome}${by}`, dim),
    ...labelled(on, "      egress   ", directionSentence(flow.verdict.egress, flow.from), dim),
    ...labelled(on, "      ingress  ", directionSentence(flow.verdict.ingress, flow.to), dim),
  ];
}

/** Of one rule so many findings are shown, and the rest is counted: people read some of a thousand, and machines read other formats. */
const findingsOfARule = 20;

function findingLines({ findings, summary }: CheckReport, on: Terminal, showSuppressed: boolean): readonly string[] {
  const shownOnes = bySeverity(findings.filter((finding) => showSuppressed || isOpen(finding)));
  if (shownOnes.length === 0) return [];
  const { error, warning, info } = summary.findings;
  const title = `findings (${counted(error, "error")}, ${counted(warning, "warning")}, ${String(info)} info)`;
  const counts = new Map<string, number>();
  const first = shownOnes.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= findingsOfARule;
  });
  return [
    on.colors.bold(title),
    ...first.flatMap((finding) => oneFinding(finding, on)),
    ...[...counts].flatMap(([code, count]) => countedLines(code, count - findingsOfARule, on)),
  ];
}

const countedLines = (code: string, rest: number, on: Terminal): readonly string[] =>
  rest <= 0 ? [] : indented(on, 2, `and ${String(rest)} more ${code}; all of them: -o json=FILE`, on.colors.dim);

const severityPaint = (severity: Finding["severity"], { colors }: Terminal): Paint =>
  ({ error: colors.red, warning: colors.yellow, info: colors.cyan })[severity];

function oneFinding(finding: Finding, on: Terminal): readonly string[] {
  const { dim, bold } = on.colors;
  const { code, name, severity, subject, location, field, message, witness, because, advice, fix } = finding;
  const subjectText = `${objectName(subject)}${field === undefined ? "" : ` ${field}`}`;
  const line = (label: string, text: string): readonly string[] => labelled(on, `      ${label.padEnd(8)} `, text, dim);
  return [
    ...labelled(on, `  ${severity} `, `${code} ${name}: ${withPlace(subjectText, place(location))}`, severityPaint(severity, on), bold),
    ...indented(on, 6, message),
    ...statusLines(finding, line),
    ...(witness === undefined ? [] : flowLines(witness, on, verdictBy(finding))),
    ...(because.length === 0 ? [] : line("because", listed(because.map(groundText)))),
    ...line("do", advice),
    ...(fix === undefined ? [] : line("--fix", fix)),
  ];
}

function statusLines({ status, suppression }: Finding, line: (label: string, text: string) => readonly string[]): readonly string[] {
  if (status === "new") return [];
  if (suppression === undefined) return line("status", status);
  return line("status", `${status} until ${suppression.expires} by ${suppression.source}: ${suppression.reason}`);
}

function diffLines({ diff, summary }: CheckReport, on: Terminal): readonly string[] {
  if (diff === undefined || summary.diff === undefined) return [];
  const { added, removed, changed } = summary.diff;
  const title = `connectivity: ${String(added)} added, ${String(removed)} removed, ${String(changed)} changed`;
  return [on.colors.bold(title), ...changeLines(diff, on)];
}

function notRunLines({ rulesNotRun }: CheckReport, on: Terminal): readonly string[] {
  if (rulesNotRun.length === 0) return [];
  const reasons = [...new Set(rulesNotRun.map(({ because }) => because))];
  const codesOf = (reason: string): readonly string[] => rulesNotRun.filter(({ because }) => because === reason).map(({ code }) => code);
  const rulesText = (codes: readonly string[]): string =>
    codes.length === 1 ? codes.join() : `${counted(codes.length, "rule")} (${listed(codeRanges(codes))})`;
  const lines = reasons.flatMap((reason) => labelled(on, "  - ", `${rulesText(codesOf(reason))}: ${reason}`, on.colors.dim));
  return [on.colors.bold("rules that were not run"), ...lines];
}

/** Codes with those that follow on each other put together: `VPC001-VPC032`. */
export function codeRanges(codes: readonly string[]): readonly string[] {
  const ranges: [first: string, last: string][] = [];
  for (const code of codes) {
    const range = ranges[ranges.length - 1];
    if (range !== undefined && isNext(range[1], code)) range[1] = code;
    else ranges.push([code, code]);
  }
  return ranges.flatMap(([first, last]) => (first === last ? [first] : isNext(first, last) ? [first, last] : [`${first}-${last}`]));
}

function isNext(code: string, other: string): boolean {
  const [band, number] = [code.replace(/\d+$/, ""), Number(/\d+$/.exec(code)?.[0])];
  return other === `${band}${String(number + 1).padStart(code.length - band.length, "0")}`;
}

function summaryLines({ summary }: CheckReport, on: Terminal): readonly string[] {
  const { workloads, namespaces, policies, isolated, findings, expectations } = summary;
  const [all, ingress, egress] = [workloads, isolated.ingress, isolated.egress].map(String) as [string, string, string];
  const asked = expectations.passed + expectations.failed + expectations.undecided;
  const setAside = [
    ...(findings.suppressed === 0 ? [] : [`${String(findings.suppressed)} suppressed`]),
    ...(findings.baselined === 0 ? [] : [`${String(findings.baselined)} in the baseline`]),
  ];
  const text = [
    `${counted(workloads, "workload")} in ${counted(namespaces, "namespace")}, ${counted(policies, "policy", "policies")}`,
    `isolated: ${ingress} of ${all} for ingress, ${egress} of ${all} for egress`,
    ...(asked === 0 ? [] : [`${String(expectations.passed)} of ${counted(asked, "expectation")} hold`]),
    ...(setAside.length === 0 ? [] : [`findings set aside: ${setAside.join(", ")}`]),
  ];
  return labelled(on, "", text.join("; "), on.colors.dim, on.colors.dim);
}

/** The last line of every gate. */
export function verdictLine(gate: GateResult, on: Terminal): readonly string[] {
  const { green, red, yellow, bold } = on.colors;
  const paint = { passed: green, failed: red, undecided: yellow }[gate.result];
  return labelled(on, "", gateLine(gate), bold, (text) => bold(paint(text)));
}
