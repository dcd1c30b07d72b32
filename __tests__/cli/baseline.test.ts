import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { reportSchema } from "../../outputs/report-schema";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { closedShop, openShop, publicWeb } from "./shop";

afterAll(removeFolders);

interface Baseline {
  readonly version: number;
  readonly findings: readonly { readonly fingerprint: string; readonly code: string; readonly subject: string }[];
}
const baselineIn = (folder: string, file = "netpol.baseline.json"): Baseline =>
  JSON.parse(readFileSync(join(folder, file), "utf8")) as Baseline;

/** Fingerprints of a folder of manifests, by code. */
async function fingerprints(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { stdout, stderr } = await netpolWith({ cwd: folderWith(files) }, "check", ".", "-o", "json");
  const report = reportSchema.parse(JSON.parse(stdout === "" ? stderr : stdout));
  if (report.kind !== "check") throw new Error("not a check");
  return report.findings.map(({ code, fingerprint }) => `${code} ${fingerprint}`).sort();
}

test("what was accepted fails nothing any more, what comes new does", async () => {
  const cwd = folderWith({ "k8s/all.yaml": openShop });
  const check = async (): Promise<number> =>
    (await netpolWith({ cwd }, "check", "k8s", "--fail-on", "info", "--baseline", "netpol.baseline.json")).code;
  const { code, stdout } = await netpolWith({ cwd }, "baseline", "create", "k8s");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^netpol\.baseline\.json: \d+ findings? accepted/);
  expect(await check()).toBe(0);
  const other = publicWeb.replace("name: public", "name: again").replace("app: web", "app: db");
  const later = folderWith({ "k8s/all.yaml": `${openShop}---\n${other}`, "netpol.baseline.json": JSON.stringify(baselineIn(cwd)) });
  const args = ["check", "k8s", "--fail-on", "warning", "--baseline", "netpol.baseline.json"];
  expect((await netpolWith({ cwd: later }, ...args)).code).toBe(1);
});

test.each([
  ["more ports", publicWeb.replace("      ports: [{ port: 80 }]\n", "")],
  ["more workloads", publicWeb.replace("{ matchLabels: { app: web } }", "{}")],
])("what was accepted does not hide %s", async (_, later) => {
  const cwd = folderWith({ "old.yaml": openShop, "new.yaml": openShop.replace(publicWeb, later) });
  await netpolWith({ cwd }, "baseline", "create", "old.yaml");
  const check = async (input: string): Promise<number> =>
    (await netpolWith({ cwd }, "check", input, "--fail-on", "warning", "--baseline", "netpol.baseline.json")).code;
  expect(await check("old.yaml")).toBe(0);
  expect(await check("new.yaml")).toBe(1);
});

test("a baseline that is there is not replaced unless that is asked for", async () => {
  const cwd = folderWith({ "k8s/all.yaml": openShop, "mine.json": "{}" });
  const refused = await netpolWith({ cwd }, "baseline", "create", "k8s", "-o", "mine.json");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("`mine.json` is there already");
  expect(readFileSync(join(cwd, "mine.json"), "utf8")).toBe("{}");
  expect((await netpolWith({ cwd }, "baseline", "create", "k8s", "-o", "mine.json", "--force")).code).toBe(0);
  expect(baselineIn(cwd, "mine.json").findings.map(({ code }) => code)).toContain("NP201");
});

test("prune drops what was mended, and leaves alone what was not looked for", async () => {
  const cwd = folderWith({ "open/all.yaml": openShop, "closed/all.yaml": closedShop });
  await netpolWith({ cwd }, "baseline", "create", "open");
  const before = baselineIn(cwd);
  expect((await netpolWith({ cwd }, "baseline", "prune", "closed", "--skip", "NP201")).stdout).not.toContain("NP201");
  expect(baselineIn(cwd).findings.some(({ code }) => code === "NP201")).toBe(true);
  const { code, stdout } = await netpolWith({ cwd }, "baseline", "prune", "closed");
  expect(code).toBe(0);
  expect(stdout).toContain("dropped: NP201 NetworkPolicy shop/public\n");
  expect(before.findings).toEqual(expect.arrayContaining([...baselineIn(cwd).findings]));
  expect(baselineIn(cwd).findings.some((each) => each.code === "NP201")).toBe(false);
});

test("what the tool says of itself is never accepted", async () => {
  const cwd = folderWith({ "k8s/all.yaml": `# netpol-ignore NP201 later\n${openShop}` });
  await netpolWith({ cwd }, "baseline", "create", "k8s");
  expect(baselineIn(cwd).findings.filter(({ code }) => code.startsWith("NP9"))).toEqual([]);
});

test("an input without objects makes no baseline", async () => {
  const cwd = folderWith({ "k8s/.keep": "" });
  expect((await netpolWith({ cwd }, "baseline", "create", "k8s")).code).toBe(3);
  expect(() => baselineIn(cwd)).toThrow("ENOENT");
});

test("a broken baseline is one error with its place", async () => {
  const cwd = folderWith({ "k8s/all.yaml": openShop, "b.json": '{ "version": 1, "finding": [] }' });
  const { code, stderr } = await netpolWith({ cwd }, "check", "k8s", "--baseline", "b.json");
  expect(code).toBe(2);
  expect(stderr).toContain("b.json:1:17: unknown key `finding`; did you mean `findings`?");
});

test("fingerprints stay the same when files are renamed, documents move, and lines and comments come in between", async () => {
  const shadowed = publicWeb.replace("name: public", "name: shadowed").replace("0.0.0.0/0", "203.0.113.0/24");
  const twin = publicWeb.replace("name: public", "name: twin");
  const documents = [openShop, shadowed, twin].join("---\n").split("---\n");
  const expected = await fingerprints({ "all.yaml": documents.join("---\n") });
  expect(expected.length).toBeGreaterThan(3);
  const layouts = fc.record({
    order: fc.shuffledSubarray(documents, { minLength: documents.length }),
    files: fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 3 }),
    noise: fc.array(fc.constantFrom("\n", "# a comment\n", "\n\n# two\n"), { minLength: documents.length, maxLength: documents.length }),
  });
  await fc.assert(
    fc.asyncProperty(layouts, async ({ order, files, noise }) => {
      const written: Record<string, string> = {};
      for (const [n, document] of order.entries()) {
        const name = `${files[n % files.length]!}/x.yaml`;
        written[name] = `${written[name] === undefined ? "" : `${written[name]}---\n`}${noise[n]!}${document}`;
      }
      expect(await fingerprints(written)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});
