import type { Location as SarifLocation, Log, Notification, ReportingDescriptor, Result, Run } from "sarif";
import type {
  CheckReport,
  ConnectionChange,
  DiffReport,
  Enforcement,
  ExpectationReport,
  Finding,
  ReportBase,
  ReportRule,
} from "../engine/report";
import type { Location, ObjectRef } from "../engine/model";
import { changeMessage, enforcementInShort, expectationMessage, findingMessage, isOpen, objectName } from "./sentences";
import type { RenderOptions } from "./options";
import { policyName } from "./reasons";
import { sourcePlace, uriPath } from "./source-place";

/** A result with the rule it belongs to: a lint rule, an expectation, or a kind of change. */
interface Entry {
  readonly rule: ReportingDescriptor;
  readonly result: Result;
}

type Level = "error" | "warning" | "note";

/** What code scanning takes of one run; it refuses files with more. */
const mostResults = 25_000;

/**
 * A report as SARIF 2.1.0, for code scanning. Findings, expectations that do not hold and changed connections are results; each is where a
 * reviewer would change it, and has the Terraform address and the construct path as logical locations.
 */
export function renderSarif(report: CheckReport | DiffReport, { version, showSuppressed = false }: RenderOptions): string {
  const entries = entriesOf(report, showSuppressed).sort((a, b) => rank(a) - rank(b));
  const rules = rulesOf(report, entries);
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  const results = entries.slice(0, mostResults).map(({ rule, result }) => ({ ...result, ruleIndex: index.get(rule.id) ?? -1 }));
  const run: Run = {
    tool: { driver: { name: "netpol", version, rules } },
    automationDetails: { id: automationId(report) },
    columnKind: "utf16CodeUnits",
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report, entries.length - results.length) }],
    results,
  };
  const log: Log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A category of its own for each stack: an upload replaces only what the same category said before. */
function automationId({ inputs }: ReportBase): string {
  const stacks = [...new Set(inputs.flatMap(({ stack }) => (stack === undefined ? [] : [stack])))].sort();
  return ["netpol", ...(stacks.length === 0 ? [] : [stacks.join("+")]), ""].join("/");
}

const levels: readonly Result.level[] = ["error", "warning", "note"];
const rank = ({ result }: Entry): number => levels.indexOf(result.level ?? "warning");

/** Every rule that was run, then what else results speak of; each once. */
function rulesOf({ ...report }: CheckReport | DiffReport, entries: readonly Entry[]): ReportingDescriptor[] {
  const run = report.kind === "check" ? report.rules.map(lintRule) : [];
  return [...new Map([...entries.map(({ rule }) => rule), ...run].map((rule) => [rule.id, rule])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
}

function entriesOf(report: CheckReport | DiffReport, showSuppressed: boolean): Entry[] {
  if (report.kind === "diff") return report.connections.map((change) => ofChange(change, report));
  const { findings, expectations, diff = [] } = report;
  return [
    ...findings.filter((finding) => showSuppressed || isOpen(finding)).map((finding) => ofFinding(finding, report)),
    ...expectations.filter(({ result }) => result !== "passed").map((expectation) => ofExpectation(expectation, report)),
    ...diff.map((change) => ofChange(change, report)),
  ];
}

/** What code scanning ranks by: the middle of its bands high, medium and low. */
const securitySeverity: Readonly<Record<Level, string>> = { error: "8.0", warning: "5.5", note: "2.0" };
const levelOf: Readonly<Record<Finding["severity"], Level>> = { error: "error", warning: "warning", info: "note" };

interface RuleText {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly level: Level;
  readonly tag: string;
  readonly helpUri?: string;
  readonly page?: string;
}

const descriptor = ({ id, name, title, level, tag, helpUri, page }: RuleText): ReportingDescriptor => ({
  id,
  name,
  shortDescription: { text: title },
  fullDescription: { text: title },
  ...(helpUri !== undefined && URL.canParse(helpUri) ? { helpUri } : {}),
  help: {
    text: helpUri === undefined ? title : `${title}\n${helpUri}`,
    markdown: page ?? (helpUri === undefined ? title : `[${id} ${name}](${helpUri})`),
  },
  defaultConfiguration: { level },
  properties: { tags: ["security", tag], precision: "very-high", "security-severity": securitySeverity[level] },
});

const lintRule = ({ code, name, title, severity, category, helpUri, page }: ReportRule): ReportingDescriptor =>
  descriptor({
    id: code,
    name,
    title,
    level: severity === "off" ? "note" : levelOf[severity],
    tag: category,
    helpUri,
    ...(page === undefined ? {} : { page }),
  });

function ofFinding(finding: Finding, report: CheckReport): Entry {
  const { code, name, severity, location, subject, fingerprint, because, helpUri, advice } = finding;
  const rule = report.rules.find((each) => each.code === code);
  const known =
    rule === undefined ? descriptor({ id: code, name, title: advice, level: levelOf[severity], tag: "lint", helpUri }) : lintRule(rule);
  const grounds = because.map((ground) => ("policy" in ground ? ground.policy : ground));
  const related = grounds.flatMap((policy) => relatedLocation(policy.location, policyName(policy), report));
  return {
    rule: known,
    result: {
      ruleId: code,
      level: levelOf[severity],
      message: { text: findingMessage(finding) },
      locations: sarifLocations(location, report, subject),
      ...(related.length === 0 ? {} : { relatedLocations: related.map((each, id) => ({ id, ...each })) }),
      partialFingerprints: { "netpol/v1": fingerprint },
      ...suppressionOf(finding),
    },
  };
}

function suppressionOf({ status, suppression }: Finding): Pick<Result, "suppressions" | "baselineState"> {
  if (status === "baselined") return { baselineState: "unchanged" };
  if (status === "new") return {};
  const justification = suppression === undefined ? {} : { justification: `${suppression.reason} (until ${suppression.expires})` };
  return { suppressions: [{ kind: "external", status: "accepted", ...justification }] };
}

function ofExpectation(expectation: ExpectationReport, report: CheckReport): Entry {
  const { id, statement, result, severity, location } = expectation;
  const level = result === "failed" && severity === "error" ? "error" : "warning";
  const ruleId = `expectation/${id}`;
  return {
    rule: descriptor({ id: ruleId, name: id, title: statement, level, tag: "expectation" }),
    result: {
      ruleId,
      level,
      message: { text: expectationMessage(expectation) },
      locations: sarifLocations(location, report),
      partialFingerprints: { "netpol/v1": ruleId },
    },
  };
}

const changeTitles: Readonly<Record<ConnectionChange["kind"], string>> = {
  added: "two ends can connect that could not before",
  removed: "two ends can no longer connect",
  changed: "two ends can connect in another way than before",
};

/** A change is where the first policy is that caused it. */
function ofChange(change: ConnectionChange, report: ReportBase): Entry {
  const { kind, from, to, exposure, causes } = change;
  const [policy] = causes.policies;
  const ruleId = `connection-${kind}`;
  const text = changeMessage(change);
  return {
    rule: descriptor({ id: ruleId, name: ruleId, title: changeTitles[kind], level: "note", tag: "change" }),
    result: {
      ruleId,
      level: exposure ? "warning" : "note",
      message: { text },
      locations: sarifLocations(policy?.location ?? {}, report),
      partialFingerprints: { "netpol/v1": `${ruleId}: ${from.name} → ${to.name}` },
    },
  };
}

/** The one place of a result; none where nothing is known. */
function sarifLocations(location: Location, { inputs }: ReportBase, subject?: ObjectRef): SarifLocation[] {
  const place = sourcePlace(location, inputs);
  const logicalLocations = [
    ...(subject === undefined ? [] : [{ fullyQualifiedName: objectName(subject), kind: "object" }]),
    ...(location.address === undefined ? [] : [{ fullyQualifiedName: location.address, kind: "resource" }]),
    ...(location.constructPath === undefined ? [] : [{ fullyQualifiedName: location.constructPath, kind: "construct" }]),
  ];
  if (place === undefined && logicalLocations.length === 0) return [];
  return [
    {
      ...(place === undefined ? {} : { physicalLocation: physical(place) }),
      ...(logicalLocations.length === 0 ? {} : { logicalLocations }),
    },
  ];
}

const physical = ({ file, line, column }: NonNullable<ReturnType<typeof sourcePlace>>): NonNullable<SarifLocation["physicalLocation"]> => ({
  artifactLocation: { uri: uriPath(file) },
  region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
});

function relatedLocation(location: Location | undefined, text: string, { inputs }: ReportBase): readonly SarifLocation[] {
  const place = location === undefined ? undefined : sourcePlace(location, inputs);
  return place === undefined ? [] : [{ physicalLocation: physical(place), message: { text } }];
}

function enforcementNotification(enforcement: Enforcement): Notification {
  const isFine = enforcement.state === "enforced" || enforcement.state === "unknown";
  return { level: isFine ? "note" : "warning", message: { text: `enforcement: ${enforcementInShort(enforcement)}` } };
}

/** What is no result: whether policies are enforced, what is not in the input, what was cut. */
function notifications({ enforcement, notes, inputs }: ReportBase, cut: number): Notification[] {
  return [
    ...(enforcement === undefined ? [] : [enforcementNotification(enforcement)]),
    ...notes.map(({ severity, message }) => ({ level: severity, message: { text: message } })),
    ...inputs.flatMap(({ name, incomplete }) =>
      incomplete.map((because) => ({ level: "warning" as const, message: { text: `${name} is incomplete: ${because}` } })),
    ),
    ...(cut === 0
      ? []
      : [{ level: "warning" as const, message: { text: `${String(cut)} more results are left out, the least severe ones` } }]),
  ];
}
