import type { CheckReport, ConnectionChange, DiffReport, ExpectationReport, Finding, ReportBase } from "../engine/report";
import type { Location } from "../engine/model";
import { changeMessage, enforcementInShort, expectationMessage, findingMessage, gateLine, isOpen } from "./sentences";
import { sourcePlace } from "./source-place";

/** A line of the log that GitHub shows beside the code. */
interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
  readonly location?: Location;
}

/** GitHub keeps ten of each level for a step and drops the others without a word. */
const mostOfALevel = 10;

/**
 * A report as GitHub workflow commands: what fails first, at most ten errors and ten warnings, then notices; the last one says how the gate
 * came out and how many are not shown.
 */
export function renderGithub(report: CheckReport | DiffReport): string {
  const all = [
    ...enforcementAnnotation(report),
    ...(report.kind === "check" ? checkAnnotations(report) : report.connections.map(ofChange)),
  ];
  const shown = [...first(all, "error", mostOfALevel), ...first(all, "warning", mostOfALevel), ...first(all, "notice", mostOfALevel - 1)];
  const rest = all.length - shown.length;
  const verdict = `${gateLine(report.gate)}${rest === 0 ? "" : `; ${String(rest)} more not shown here`}`;
  return [...shown, { level: "notice" as const, title: "netpol", message: verdict }].map((each) => `${command(each, report)}\n`).join("");
}

const first = (all: readonly Annotation[], level: Annotation["level"], most: number): readonly Annotation[] =>
  all.filter((each) => each.level === level).slice(0, most);

function enforcementAnnotation({ enforcement }: ReportBase): readonly Annotation[] {
  if (enforcement === undefined || enforcement.state === "enforced") return [];
  const message = enforcementInShort(enforcement);
  const location = enforcement.grounds[0]?.location;
  const level = enforcement.state === "unknown" ? "notice" : "warning";
  return [{ level, title: "enforcement", message, ...(location === undefined ? {} : { location }) }];
}

const checkAnnotations = ({ expectations, findings, diff = [] }: CheckReport): readonly Annotation[] => [
  ...expectations.filter(({ result }) => result !== "passed").map(ofExpectation),
  ...findings.filter(isOpen).map(ofFinding),
  ...diff.map(ofChange),
];

const ofExpectation = (expectation: ExpectationReport): Annotation => ({
  level: expectation.result === "failed" && expectation.severity === "error" ? "error" : "warning",
  title: `expectation ${expectation.id}`,
  message: expectationMessage(expectation),
  location: expectation.location,
});

const ofFinding = (finding: Finding): Annotation => ({
  level: ({ error: "error", warning: "warning", info: "notice" } as const)[finding.severity],
  title: `${finding.code} ${finding.name}`,
  message: findingMessage(finding),
  location: finding.location,
});

/** A change is shown at the first policy that caused it. */
function ofChange(change: ConnectionChange): Annotation {
  const location = change.causes.policies.find((policy) => policy.location !== undefined)?.location;
  return {
    level: change.exposure ? "warning" : "notice",
    title: `connection ${change.kind}`,
    message: changeMessage(change),
    ...(location === undefined ? {} : { location }),
  };
}

function command({ level, title, message, location = {} }: Annotation, { inputs }: ReportBase): string {
  const place = sourcePlace(location, inputs);
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ["file", place?.file],
    ["line", place?.line],
    ["col", place?.column],
    ["title", title],
  ];
  const written = properties.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]));
  return `::${level} ${written.join(",")}::${escapeMessage(message)}`;
}

/** A message ends at the end of the line. */
export const escapeMessage = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** A property ends at a comma, and all of them at a colon. */
export const escapeProperty = (text: string): string => escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
