import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../../../engine/evaluation";
import { lint, type LintResult } from "../../../engine/lint";
import { toCluster } from "../../../inputs/kubernetes";
import { parseSynth } from "../../../inputs/synth";
import { stackNames, synthesize } from "../../stacks/synthesized";
import { variants } from "../../stacks/variants";

/** What the general rules find in the synthesized stacks. */
function lintStacks(settings: Readonly<Record<string, unknown>>): readonly LintResult[] {
  const synthesized = synthesize(settings);
  const files = stackNames.map((name) => ({ file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: synthesized[name].text }));
  const objects = parseSynth(files).value;
  const { results } = lint({ evaluation: evaluate(toCluster(objects).value), changes: [], objects });
  return results.filter(({ rule }) => rule.code.startsWith("NP"));
}

/** The table of docs/rules.md: step, code, object. */
function explained(step: number): readonly string[] {
  const page =
    readFileSync(join(__dirname, "..", "..", "..", "docs", "rules.md"), "utf8").split("## What the experiment reports, and why")[1] ?? "";
  const rows = page
    .split("\n")
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.split("|").map((cell) => cell.replaceAll("`", "").trim()));
  return rows
    .filter(([, steps = ""]) => steps.split(", ").includes(String(step)))
    .flatMap(([, , code = "", objects = ""]) => objects.split(", ").map((name) => `${code} ${name}`))
    .sort();
}

test.each([1, 2, 3])("what the rules find at step %i is what the docs explain", (step) => {
  const found = lintStacks({ step });
  expect(found.map(({ rule, subject }) => `${rule.code} ${subject.name}`).sort()).toEqual(explained(step));
  expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
});

test.each(Object.entries(variants))("the stacks with the settings of %s have no other finding", (_title, settings) => {
  const closesBothWays = "profile" in settings || "enforcingMode" in settings;
  const codes = [...new Set(lintStacks(settings).map(({ rule }) => rule.code))];
  expect(codes).toEqual(closesBothWays ? ["NP207"] : ["NP207", "NP302", "NP303"]);
});
