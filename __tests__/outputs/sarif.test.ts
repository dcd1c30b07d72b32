/** SARIF, held against the schema of version 2.1.0 and against what code scanning asks for beyond it. */
import type { Log, Result } from "sarif";
import type { CheckReport, DiffReport, Finding } from "../../engine/report";
import { type RenderOptions, renderReport } from "../../outputs";
import { parsedSarif, sarifProblems } from "./sarif-schema";
import { stories } from "./stories";

const options = { color: false, version: "1.2.3" };
const check = stories["opened-to-the-internet"] as CheckReport;
const sarif = (report: CheckReport | DiffReport, more: Partial<RenderOptions> = {}): Log =>
  parsedSarif(renderReport(report, "sarif", { ...options, ...more }));
const resultsOf = (log: Log): readonly Result[] => log.runs[0]!.results!;
const resultOf = (code: string): Result => resultsOf(sarif(check)).find(({ ruleId }) => ruleId === code)!;

test.each(["opened-to-the-internet", "nothing-wrong", "undecided-plan", "one-flow-opened"])("%s is valid", (name) => {
  const log = sarif(stories[name] as CheckReport, { showSuppressed: true });
  expect(sarifProblems(log)).toEqual([]);
  for (const { ruleId, ruleIndex } of resultsOf(log)) expect(log.runs[0]!.tool.driver.rules![ruleIndex!]!.id).toBe(ruleId);
});

test("a log that is not valid is found", () => {
  const log = sarif(check);
  expect(sarifProblems({ ...log, version: "2.0.0" })).not.toEqual([]);
  expect(sarifProblems({ ...log, runs: [{ ...log.runs[0], results: [{ level: "fatal" }] }] })).not.toEqual([]);
});

test("a clean run has an empty list of results, and the rules that were run", () => {
  const log = sarif(stories["nothing-wrong"] as CheckReport);
  expect(log.runs[0]!.results).toEqual([]);
  expect(log.runs[0]!.tool.driver.rules!.map(({ id }) => id)).toEqual(["NP103", "NP201", "NP301"]);
});

test("a finding is where the TypeScript is that created it, with its address and construct beside it", () => {
  expect(resultOf("NP201")).toMatchObject({
    level: "error",
    partialFingerprints: { "netpol/v1": "6f0d7f1b0f2a" },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: "stacks/policies.ts" }, region: { startLine: 41 } },
        logicalLocations: [
          { fullyQualifiedName: "NetworkPolicy shop/allow-all", kind: "object" },
          { fullyQualifiedName: "kubernetes_network_policy_v1.allow-all", kind: "resource" },
          { fullyQualifiedName: "policies/shop/allow-all", kind: "construct" },
        ],
      },
    ],
  });
});

test("a finding in a manifest is at its line and column", () => {
  expect(resultOf("NP103").locations![0]!.physicalLocation).toEqual({
    artifactLocation: { uri: "manifests/shop.yaml" },
    region: { startLine: 14, startColumn: 3 },
  });
});

test.each(["plan", "state", "cdktf", "live"])("a line of a %s is no place in the repository", (kind) => {
  const inputs = [{ ...check.inputs[0]!, name: "plan.json", kind }];
  const finding = check.findings.find(({ code }) => code === "NP301")!;
  const [location] = resultsOf(sarif({ ...check, inputs, findings: [finding], expectations: [], diff: [] }))[0]!.locations!;
  expect(location!.physicalLocation).toBeUndefined();
  expect(location!.logicalLocations).toContainEqual({ fullyQualifiedName: "kubernetes_network_policy_v1.late", kind: "resource" });
});

test("levels follow severities, and rules say how grave they are to whoever ranks them", () => {
  const { rules } = sarif(check).runs[0]!.tool.driver;
  const grave = ["NP201", "NP103", "NP301"].map((code) => [
    resultOf(code).level,
    rules!.find(({ id }) => id === code)!.properties!["security-severity"] as string,
  ]);
  expect(grave).toEqual([
    ["error", "8.0"],
    ["warning", "5.5"],
    ["note", "2.0"],
  ]);
  expect(rules!.find(({ id }) => id === "NP103")!.help!.markdown).toContain("# NP103 inert-direction");
});

test("suppressed findings carry why they were accepted", () => {
  const found = resultsOf(sarif(check, { showSuppressed: true })).filter(({ suppressions }) => suppressions !== undefined);
  expect(found.map(({ suppressions }) => suppressions)).toEqual([
    [{ kind: "external", status: "accepted", justification: "CloudFront needs the public port (until 2027-03-31)" }],
  ]);
});

test("each stack is a category of its own", () => {
  expect(sarif(check).runs[0]!.automationDetails!.id).toBe("netpol/policies/");
  const stackless = check.inputs.map(({ stack: _stack, ...input }) => input);
  expect(sarif({ ...check, inputs: stackless }).runs[0]!.automationDetails!.id).toBe("netpol/");
});

test("code scanning gets at most 25,000 results, the worst ones, and is told how many are missing", () => {
  const [finding] = check.findings;
  const many: readonly Finding[] = Array.from({ length: 25_010 }, (_, index) => ({ ...finding!, fingerprint: String(index) }));
  const worst = check.findings.find(({ severity }) => severity === "error")!;
  const log = sarif({ ...check, findings: [...many, worst], expectations: [], diff: [] });
  expect(resultsOf(log)).toHaveLength(25_000);
  expect(resultsOf(log)[0]!.ruleId).toBe("NP201");
  expect(JSON.stringify(log.runs[0]!.invocations)).toContain("11 more results are left out");
});
