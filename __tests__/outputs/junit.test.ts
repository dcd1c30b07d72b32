/** JUnit XML, held against a schema of what CI servers read. */
import type { CheckReport } from "../../engine/report";
import { formatsOf, renderReport } from "../../outputs";
import { stories } from "./stories";
import { junitProblems } from "./xml";

const junit = (report: CheckReport): string => renderReport(report, "junit", { color: false, version: "1.2.3" });
const check = stories["opened-to-the-internet"] as CheckReport;

test("every story is valid", async () => {
  const documents = Object.values(stories)
    .filter(({ kind }) => formatsOf(kind).includes("junit"))
    .map((report) => renderReport(report, "junit", { color: false, version: "1.2.3", time: "2026-11-23T10:11:12.345Z" }));
  expect(documents.length).toBeGreaterThan(2);
  expect(await junitProblems(documents)).toEqual([]);
});

test.each([
  ["not XML", "<testsuites><testsuite></testsuites>"],
  ["a suite without cases", junit(check).replace(/<testcase[\s\S]*<\/testcase>|<testcase[^>]*\/>/g, "")],
  ["a case without a name", junit(check).replace('<testcase name="gate"', "<testcase")],
])("%s is found", async (_what, document) => {
  expect(await junitProblems([document])).not.toEqual([]);
});

test("there is a case for the gate, for each expectation and for each rule", () => {
  const names = [...junit(check).matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name);
  expect(names).toEqual([
    "gate",
    ...check.expectations.map(({ id, statement }) => `${id}: ${statement}`),
    "NP103 inert-direction",
    "NP201 open-to-the-internet",
    "NP301 not-isolated",
  ]);
});

test("what the gate lets pass is no failure", () => {
  expect(junit(check).match(/<failure/g)).toHaveLength(3);
  expect(junit({ ...check, gate: { result: "passed", because: [] }, expectations: [] })).not.toContain("<failure");
});

test("what is undecided is neither passed nor failed", () => {
  const text = junit(stories["undecided-plan"] as CheckReport);
  expect(text).toContain(
    '<testcase name="db-closed: deny shop/web → shop/db TCP 5432" classname="netpol.expectations" time="0">\n      <skipped>',
  );
  expect(text).not.toContain("<failure");
});

test("a rule that is off or was not run is skipped, with the reason", () => {
  const [rule] = check.rules;
  if (rule === undefined) throw new Error("the story has no rule");
  const rules = [
    { ...rule, code: "NP998", name: "switched-off", severity: "off" as const },
    { ...rule, code: "NP999", name: "unasked" },
  ];
  const text = junit({ ...check, rules, rulesNotRun: [{ code: "NP999", because: "needs a plan" }] });
  expect(text).toMatch(/name="NP998 switched-off"[^>]*>\s*<skipped>the rule is off<\/skipped>/);
  expect(text).toMatch(/name="NP999 unasked"[^>]*>\s*<skipped>not run: needs a plan<\/skipped>/);
});
