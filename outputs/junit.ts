import type { CheckReport, DiffReport, ExpectationReport, Finding, GateResult } from "../engine/report";
import type { Location } from "../engine/model";
import type { RenderOptions } from "./options";
import { place } from "./reasons";
import { changeMessage, counted, enforcementInShort, expectationMessage, findingMessage, isOpen } from "./sentences";

/** One thing that passes, fails or is not decided. */
interface TestCase {
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  /** One line on why it did not pass. */
  readonly message?: string;
  /** Everything there is to say; of a case that passes, what it lets pass. */
  readonly details?: string;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/**
 * A report as JUnit XML: a test case for each expectation, for each rule and for the gate itself. What the gate lets pass is no failure here
 * either: findings below the gate's severity are in the output of the suite, and what is undecided is skipped.
 *
 * Kept to what the schemas of Jenkins and of Ant have in common; `skipped`, which Ant writes and its schema has forgotten, is the exception.
 */
export function renderJunit(report: CheckReport | DiffReport, { version, time }: RenderOptions): string {
  const suites = report.kind === "check" ? checkSuites(report) : [gateSuite(report.gate, gateDetails(report, report.connections))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...suites.flatMap((suite, id) => suiteLines(suite, { id: String(id), version, ...(time === undefined ? {} : { time }) })),
    "</testsuites>",
    "",
  ].join("\n");
}

function checkSuites(report: CheckReport): readonly TestSuite[] {
  const { expectations, findings, gate } = report;
  const suites = [
    gateSuite(gate, gateDetails(report, report.diff ?? [])),
    { name: "expectations", cases: expectations.map(expectationCase) },
    { name: "rules", cases: ruleCases(report, findings.filter(isOpen)) },
  ];
  return suites.filter(({ cases }) => cases.length > 0);
}

/** Enforcement first, then what changed. */
const gateDetails = ({ enforcement }: CheckReport | DiffReport, changes: DiffReport["connections"]): readonly string[] => [
  ...(enforcement === undefined ? [] : [`enforcement: ${enforcementInShort(enforcement)}`]),
  ...changes.map((change) => `${change.kind}: ${changeMessage(change)}`),
];

function gateSuite({ result, because }: GateResult, details: readonly string[]): TestSuite {
  const outcome = ({ passed: "passed", failed: "failed", undecided: "skipped" } as const)[result];
  const message = because.join("; ");
  return { name: "gate", cases: [{ name: "gate", result: outcome, message, details: [...because, ...details].join("\n") }] };
}

function expectationCase(expectation: ExpectationReport): TestCase {
  const { id, statement, result, severity, location } = expectation;
  const [message = ""] = expectationMessage(expectation).split("\n");
  const details = detailsOf(expectationMessage(expectation), location);
  if (result === "passed") return { name: `${id}: ${statement}`, result };
  const isFailure = result === "failed" && severity === "error";
  return { name: `${id}: ${statement}`, result: isFailure ? "failed" : "skipped", message, details };
}

const detailsOf = (message: string, location: Location): string => {
  const at = place(location);
  return at === "" ? message : `${message}\nat ${at}`;
};

/** Every rule, those that are off or were not run as skipped; findings of rules that the report does not list have a case as well. */
function ruleCases({ rules, rulesNotRun, gate }: CheckReport, findings: readonly Finding[]): readonly TestCase[] {
  const names = new Map([...rules, ...findings].map(({ code, name }) => [code, `${code} ${name}`]));
  const skipped = new Map([
    ...rulesNotRun.map(({ code, because }) => [code, `not run: ${because}`] as const),
    ...rules.filter(({ severity }) => severity === "off").map(({ code }) => [code, "the rule is off"] as const),
  ]);
  return [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, name]) => {
      const found = findings.filter((finding) => finding.code === code);
      return found.length > 0 ? findingsCase(name, found, gate.result === "failed") : unfoundCase(name, skipped.get(code));
    });
}

const unfoundCase = (name: string, skipped: string | undefined): TestCase =>
  skipped === undefined ? { name, result: "passed" } : { name, result: "skipped", message: skipped, details: skipped };

function findingsCase(name: string, found: readonly Finding[], gateFailed: boolean): TestCase {
  const failed = gateFailed && found.some(({ severity }) => severity === "error");
  const details = found.map((finding) => detailsOf(`${finding.severity}: ${findingMessage(finding)}`, finding.location)).join("\n\n");
  return { name, result: failed ? "failed" : "passed", message: counted(found.length, "finding"), details };
}

/** What a suite is told apart by, and who wrote it. */
interface SuiteFacts {
  readonly id: string;
  readonly version: string;
  readonly time?: string;
}

function suiteLines({ name, cases }: TestSuite, { id, version, time }: SuiteFacts): readonly string[] {
  const count = (result: TestCase["result"]): string => String(cases.filter((each) => each.result === result).length);
  const output = cases.flatMap((each) => (each.result !== "passed" || each.details === undefined ? [] : [`${each.name}\n${each.details}`]));
  const facts = {
    ...{ name, package: "netpol", id, hostname: "localhost" },
    ...{ tests: String(cases.length), failures: count("failed"), errors: "0", time: "0" },
    ...(count("skipped") === "0" ? {} : { skipped: count("skipped") }),
    // Ant's schema wants no zone.
    ...(time === undefined ? {} : { timestamp: time.replace(/(\.\d+)?Z$/, "") }),
  };
  return [
    `  <testsuite${attributes(facts)}>`,
    `    <properties><property${attributes({ name: "netpol.version", value: version })}/></properties>`,
    ...cases.flatMap((each) => caseLines(name, each)),
    `    <system-out>${xmlText(output.join("\n\n"))}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
  ];
}

function caseLines(suite: string, { name, result, message = "", details = "" }: TestCase): readonly string[] {
  const open = `    <testcase${attributes({ name, classname: `netpol.${suite}`, time: "0" })}`;
  switch (result) {
    case "failed":
      return [`${open}>`, `      <failure${attributes({ message, type: suite })}>${xmlText(details)}</failure>`, "    </testcase>"];
    case "skipped":
      return [`${open}>`, `      <skipped>${xmlText(details)}</skipped>`, "    </testcase>"];
    case "passed":
      return [`${open}/>`];
  }
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(value).replaceAll("\n", "&#10;")}"`)
    .join("");

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Text of an element or an attribute. Characters that XML 1.0 has no way to write are gone before: see `printable`. */
const xmlText = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
