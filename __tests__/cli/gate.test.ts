import fc from "fast-check";
import { type GatePolicy, failsGate, gateResult } from "../../cli/gate/gate";
import type { ConnectionChange, ExpectationReport, Finding, ReportInput } from "../../engine/report";

const finding = (severity: Finding["severity"], status: Finding["status"] = "new"): Finding => ({
  code: "NP201",
  name: "exposed-to-internet",
  severity,
  subject: { kind: "NetworkPolicy", namespace: "shop", name: "web" },
  message: "it is open",
  advice: "close it",
  location: {},
  because: [],
  fingerprint: "0",
  helpUri: "docs",
  status,
});

const expectation = (result: ExpectationReport["result"], severity: ExpectationReport["severity"] = "error"): ExpectationReport => ({
  id: "e",
  statement: "s",
  kind: "allow",
  result,
  severity,
  pairs: 1,
  location: {},
});

const end = { kind: "workload", name: "shop/web" } as const;
function change(opened: string, closed: string, exposure = false, certain = "TCP 80", before = "none"): ConnectionChange {
  return {
    kind: "changed",
    from: end,
    to: end,
    before: { certain: before, possible: before },
    after: { certain, possible: "TCP 80" },
    opened,
    closed,
    exposure,
    causes: { policies: [], workloads: [], namespaces: [] },
  };
}

const usual: GatePolicy = { failOn: "error", failOnChange: "none", unknown: "warn" };
const nothing = { findings: [], expectations: [], inputs: [] };
const hidden: ReportInput = {
  name: "plan.json",
  kind: "plan",
  objects: 1,
  opaque: [{ location: {}, because: "a chart" }],
  incomplete: ["targeted"],
};

const findings = fc.array(
  fc.tuple(fc.constantFrom("error", "warning", "info"), fc.constantFrom("new", "suppressed", "baselined")).map(([a, b]) => finding(a, b)),
  { maxLength: 4 },
);
const expectations = fc.array(
  fc.tuple(fc.constantFrom("passed", "failed", "undecided"), fc.constantFrom("error", "warning")).map(([a, b]) => expectation(a, b)),
  { maxLength: 4 },
);
const changes = fc.array(
  fc
    .tuple(fc.constantFrom("none", "TCP 80"), fc.constantFrom("none", "TCP 81"), fc.boolean(), fc.constantFrom("TCP 80", "none"))
    .map(([opened, closed, exposure, certain]) => change(opened, closed, exposure, certain)),
  { maxLength: 3 },
);
const policies: fc.Arbitrary<GatePolicy> = fc.record({
  failOn: fc.constantFrom("error", "warning", "info", "none"),
  failOnChange: fc.constantFrom("none", "added", "removed", "any", "exposure"),
  unknown: fc.constantFrom("strict", "warn", "ignore"),
});
const reports = fc.record({ findings, expectations, diff: changes, inputs: fc.constantFrom<readonly ReportInput[]>([], [hidden]) });

/** Whether a change is one that the gate is set to fail for. */
function concerns({ opened, closed, exposure }: ConnectionChange, { failOnChange }: GatePolicy): boolean {
  const by = { none: false, added: opened !== "none", removed: closed !== "none", any: opened + closed !== "nonenone", exposure };
  return by[failOnChange];
}

/** Whether something beside findings and the change policy leaves the gate undecided. */
function isUndecidedFor({ expectations: expected, inputs, diff }: Parameters<typeof gateResult>[0], { unknown }: GatePolicy): boolean {
  const open = expected.some(({ result, severity }) => result === "undecided" && severity === "error");
  const vague = inputs.length > 0 || (diff ?? []).some(({ after }) => after.certain !== after.possible);
  return { strict: open || vague, warn: open, ignore: false }[unknown];
}

test("a gate fails exactly when something that is set to fail is there, whatever cannot be decided beside it", () => {
  fc.assert(
    fc.property(reports, policies, (report, policy) => {
      const ranks = { info: 0, warning: 1, error: 2, none: 3 };
      const finds = report.findings.some(({ status, severity }) => status === "new" && ranks[severity] >= ranks[policy.failOn]);
      const breaks = report.expectations.some(({ result, severity }) => result === "failed" && severity === "error");
      const alters = report.diff.some((each) => concerns(each, policy) && each.before.certain !== each.after.certain);
      const { result, because } = gateResult(report, policy);
      expect(result === "failed").toBe(finds || breaks || alters);
      expect(because.length > 0).toBe(result !== "passed");
    }),
  );
});

test("a gate that does not fail is undecided by what is not known, as far as that is asked for", () => {
  fc.assert(
    fc.property(reports, policies, (report, policy) => {
      const quiet: GatePolicy = { ...policy, failOn: "none", failOnChange: "none" };
      const kept = { ...report, expectations: report.expectations.filter(({ result }) => result !== "failed") };
      expect(gateResult(kept, quiet).result).toBe(isUndecidedFor(kept, policy) ? "undecided" : "passed");
      const perhaps = kept.diff.filter((each) => each.before.certain === each.after.certain);
      const mayFail = policy.unknown !== "ignore" && perhaps.some((each) => concerns(each, policy));
      const withChanges = gateResult({ ...kept, diff: perhaps }, { ...quiet, failOnChange: policy.failOnChange });
      expect(withChanges.result === "undecided").toBe(isUndecidedFor({ ...kept, diff: perhaps }, policy) || mayFail);
    }),
  );
});

test("nothing found passes under every policy", () => {
  fc.assert(
    fc.property(policies, (policy) => {
      expect(gateResult(nothing, policy)).toEqual({ result: "passed", because: [] });
    }),
  );
});

test("each ground is said once, with how often it is there", () => {
  const { because } = gateResult(
    { ...nothing, findings: [finding("error"), finding("error")], expectations: [expectation("failed")], diff: [change("TCP 80", "none")] },
    { ...usual, failOnChange: "added" },
  );
  expect(because).toEqual([
    "expectation e fails",
    "NP201 exposed-to-internet, 2 times",
    "1 pair connects more than before (--fail-on-change added)",
  ]);
});

test("what is suppressed or in the baseline fails nothing", () => {
  expect([finding("error", "suppressed"), finding("error", "baselined")].map((each) => failsGate(each, usual))).toEqual([false, false]);
});
