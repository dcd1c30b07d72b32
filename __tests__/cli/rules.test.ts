import { readFileSync } from "node:fs";
import { join } from "node:path";
import { documentedRules, fixableCodes } from "../../engine/lint";
import { reportSchema } from "../../outputs/report-schema";
import { findings } from "../engine/lint/lint-yaml";
import { exampleIn, pages } from "../engine/lint/pages";
import { folderWith, removeFolders } from "./folders";
import { netpol, netpolWith } from "./netpol";

afterAll(removeFolders);

test("every rule is listed, with its code, name, severity and what it reports", async () => {
  const { code, stdout } = await netpol("rules", "-o", "json");
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(code).toBe(0);
  expect(report.kind === "rules" && report.rules.map((rule) => `${rule.code} ${rule.name}`)).toEqual(
    documentedRules.map((rule) => `${rule.code} ${rule.name}`),
  );
});

test.each(["text", "table", "markdown", "csv"])("the list as %s names every rule", async (format) => {
  const { stdout } = await netpol("rules", "-o", format);
  expect(documentedRules.filter(({ code }) => !stdout.includes(code))).toEqual([]);
});

test.each(["NP103", "np103", "inert-direction"])("%s shows the page of the rule", async (id) => {
  const { code, stdout } = await netpol("rules", id);
  expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync(join(__dirname, "../../docs/rules/np103-inert-direction.md"), "utf8") });
});

test.each([
  ["NP13", "`NP13` is no rule; did you mean `NP103`"],
  ["inert-directions", "`inert-directions` is no rule; did you mean `inert-direction`?"],
])("%s is refused with the closest there is", async (id, message) => {
  const { code, stdout, stderr } = await netpol("rules", id);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message.slice(0, -3));
});

test("severities are those of the configuration", async () => {
  const cwd = folderWith({ "netpol.config.yaml": "version: 1\nrules: { NP201: off, NP205: error }\n" });
  const { stdout } = await netpolWith({ cwd }, "rules", "-o", "csv");
  expect(stdout).toMatch(/^NP201,exposed-to-internet,off,/m);
  expect(stdout).toMatch(/^NP205,egress-to-internet-open,error,/m);
});

test("the general rules that are called fixable are those whose findings carry a fix", () => {
  const withFix = pages(/^np\d+-/)
    .filter(({ sections }) => sections.has("Bad"))
    .map(({ file, sections }) => ({ code: file.slice(0, 5).toUpperCase(), example: exampleIn(sections.get("Bad") ?? "") }))
    .filter(({ code, example }) => findings(code, example).some(({ fix }) => fix !== undefined))
    .map(({ code }) => code);
  expect(withFix).toEqual(fixableCodes.filter((code) => code.startsWith("NP")));
});
