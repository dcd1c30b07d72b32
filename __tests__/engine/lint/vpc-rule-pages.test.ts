import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fingerprintSource, fixableCodes, lintRules } from "../../../engine/lint";
import { pages } from "./pages";
import { vpcFindings } from "./vpc-lint";

/** Up to 29 about the add-on and what it enforces, from 30 on about the AWS network. */
const ours = /^vpc\d{3}/i;
const rules = lintRules.filter(({ code }) => ours.test(code));
const all = pages(ours);
const pageOf = (code: string) => all.find(({ file }) => file.startsWith(`${code.toLowerCase()}-`))!;
const headings = ["What it reports", "Why", "Bad", "Good", "How to fix", "When not to use it"];

/** The objects of an example, and the Terraform that stands beside them; without one, a cluster that enforces its policies. */
function example(code: string, heading: string): readonly [manifests: string, infrastructure?: string] {
  const blocks = [...(pageOf(code).sections.get(heading) ?? "").matchAll(/^```yaml ?(\w*)\n(.*?)^```$/gms)];
  const text = (role: string): string | undefined => blocks.find(([, found]) => found === role)?.[2];
  const infrastructure = text("infrastructure");
  return infrastructure === undefined ? [text("") ?? ""] : [text("") ?? "", infrastructure];
}

describe("the rules about the VPC CNI", () => {
  test("are all in the registry: a file that is not is never run", () => {
    const folder = join(__dirname, "..", "..", "..", "engine", "lint", "rules");
    const files = readdirSync(folder).filter((file) => ours.test(file));
    expect(files.sort()).toEqual(rules.map(({ code, name }) => `${code.toLowerCase()}-${name}.ts`));
  });

  test("cover the whole band, and none of them runs without infrastructure", () => {
    expect(rules.map(({ code }) => code)).toEqual(Array.from({ length: 32 }, (_, index) => `VPC${String(index + 1).padStart(3, "0")}`));
    expect(rules.filter(({ needs, category }) => needs?.includes("infrastructure") !== true || category !== "enforcement")).toEqual([]);
  });

  test("have a page each, and a test each", () => {
    expect(all.map(({ file }) => file)).toEqual(rules.map(({ code, name }) => `${code.toLowerCase()}-${name}.md`));
    const untested = rules.filter(({ code, name }) => !existsSync(join(__dirname, `${code.toLowerCase()}-${name}.test.ts`)));
    expect(untested.map(({ code }) => code)).toEqual([]);
  });
});

describe("a page", () => {
  test.each(rules)("of $code says what its rule says of itself", ({ code, name, title, severity }) => {
    const lines = pageOf(code).text.split("\n");
    expect(lines.slice(0, 5)).toEqual([
      `# ${code} ${name}`,
      "",
      `${title}.`,
      "",
      `Severity: ${severity} · Category: enforcement · Needs: the infrastructure`,
    ]);
  });

  test.each(rules)("of $code has every section, in order, and none is empty", ({ code }) => {
    const { sections } = pageOf(code);
    expect([...sections.keys()].filter((heading) => heading !== "In CDKTF")).toEqual(headings);
    expect([...sections].filter(([, text]) => text.trim() === "")).toEqual([]);
  });
});

describe("the examples", () => {
  test.each(rules)("the bad one of $code makes the rule fire at its severity, and says what to do", ({ code, severity }) => {
    const found = vpcFindings(code, ...example(code, "Bad"));
    expect(found.map((each) => each.severity)).toContain(severity);
    expect(new Set(found.map(fingerprintSource)).size).toBe(found.length);
    for (const text of found.flatMap(({ message, advice }) => [message, advice])) {
      expect(text).toMatch(/^[a-z`]/);
      expect(text).not.toMatch(/\.$|undefined|\[object/);
    }
  });

  test("the rules that are called fixable are those whose findings carry a fix", () => {
    const withFix = rules.filter(({ code }) => vpcFindings(code, ...example(code, "Bad")).some(({ fix }) => fix !== undefined));
    expect(withFix.map(({ code }) => code)).toEqual(fixableCodes.filter((code) => ours.test(code)));
  });

  test.each(rules)("the good one of $code does not", ({ code }) => {
    const [manifests, ...rest] = example(code, "Good");
    expect(manifests).not.toBe("");
    expect(vpcFindings(code, manifests, ...rest).map(({ message }) => message)).toEqual([]);
  });
});
