import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { documentedRules, fingerprintSource, lintRules, retiredCodes } from "../../../engine/lint";
import { findings } from "./lint-yaml";
import { exampleIn, pages } from "./pages";

/** Rules of the VPC CNI have pages of their own making. */
const general = /^np\d+-.*\.md$/;

const all = pages(general);
const ours = documentedRules.filter(({ code }) => code.startsWith("NP"));
const pageOf = (code: string) => all.find(({ file }) => file.startsWith(`${code.toLowerCase()}-`));

const headings = ["What it reports", "Why", "Bad", "Good", "How to fix", "When not to use it"];

describe("the rules", () => {
  test("have codes of their own, in order, none of them used before for another", () => {
    const codes = lintRules.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(codes.filter((code) => retiredCodes.includes(code))).toEqual([]);
    const names = documentedRules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("are in the band of their category", () => {
    const bands = { correctness: "NP1", exposure: "NP2", coverage: "NP3", change: "NP4", enforcement: "VPC", tool: "NP9" };
    expect(documentedRules.filter(({ code, category }) => !code.startsWith(bands[category])).map(({ code }) => code)).toEqual([]);
  });

  test("are all in the registry: a file that is not is never run", () => {
    const folder = join(__dirname, "..", "..", "..", "engine", "lint", "rules");
    const files = readdirSync(folder).filter((file) => file.startsWith("np"));
    expect(files.sort()).toEqual(
      ours.filter(({ category }) => category !== "tool").map(({ code, name }) => `${code.toLowerCase()}-${name}.ts`),
    );
  });
});

describe("the pages", () => {
  test("are one for each rule, and no other", () => {
    expect(all.map(({ file }) => file)).toEqual(ours.map(({ code, name }) => `${code.toLowerCase()}-${name}.md`));
  });

  test.each(ours)("$code says what its rule says of itself", ({ code, name, title, severity, category, needs }) => {
    const lines = pageOf(code)!.text.split("\n");
    expect(lines[0]).toBe(`# ${code} ${name}`);
    expect(lines[2]).toBe(`${title}.`);
    expect(lines[4]).toContain(`Severity: ${severity} · Category: ${category}`);
    expect(lines[4]?.includes("Needs: a plan")).toBe(needs?.includes("plan") ?? false);
  });

  test.each(ours.filter(({ category }) => category !== "tool"))("$code has every section, in order, and none is empty", ({ code }) => {
    const { sections } = pageOf(code)!;
    expect([...sections.keys()].filter((heading) => heading !== "In CDKTF")).toEqual(headings);
    expect([...sections].filter(([, text]) => text.trim() === "")).toEqual([]);
  });
});

describe("the examples", () => {
  const rules = ours.filter(({ category }) => category !== "tool");

  test.each(rules)("the bad one of $code makes the rule fire", ({ code }) => {
    const found = findings(code, exampleIn(pageOf(code)!.sections.get("Bad") ?? ""));
    expect(found.map((each) => each.rule.code)).toContain(code);
    expect(new Set(found.map(fingerprintSource)).size).toBe(found.length);
  });

  test.each(rules)("the good one of $code does not", ({ code }) => {
    const example = exampleIn(pageOf(code)!.sections.get("Good") ?? "");
    expect(example.after).not.toBe("");
    expect(findings(code, example).map(({ message }) => message)).toEqual([]);
  });

  test.each(rules)("a message of $code is lower-case, short of a period, and says what to do", ({ code }) => {
    for (const { message, advice } of findings(code, exampleIn(pageOf(code)!.sections.get("Bad") ?? ""))) {
      for (const text of [message, advice]) {
        expect(text).toMatch(/^[a-z`]|^(API|NetworkPolicy|Service|ClusterNetworkPolicy)/);
        expect(text).not.toMatch(/\.$/);
        expect(text).not.toMatch(/undefined|\[object/);
      }
    }
  });
});

test.each(ours.filter(({ category }) => category !== "tool"))("$code has a test of its own", ({ code, name }) => {
  const file = `${code.toLowerCase()}-${name}.test.ts`;
  expect(existsSync(join(__dirname, file))).toBe(true);
});
