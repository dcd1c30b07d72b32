import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../cli/version";
import { formats, formatsOf, type ReportKind } from "../../outputs";
import { reportSchema } from "../../outputs/report-schema";
import { allowEverybody, allowFront, planThatAdds, secret } from "./experiment-plan";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";

afterAll(removeFolders);

let cwd = "";
beforeAll(() => {
  cwd = folderWith({
    "step-3.json": planThatAdds(allowFront),
    "public.json": planThatAdds(allowEverybody),
    "flows.yaml": "version: 1\nexpect: [{ id: back-is-not-public, deny: { from: internet, to: backend/nginx } }]\n",
  });
});

describe("step 2 → step 3 as a plan shows exactly the one flow opened, and why", () => {
  test("as data", async () => {
    const { code, stdout } = await netpolWith({ cwd }, "diff", "step-3.json", "-o", "json");
    const report = reportSchema.parse(JSON.parse(stdout));
    if (report.kind !== "diff") throw new Error("not a diff");
    expect(code).toBe(0);
    expect(report.connections).toHaveLength(1);
    const [change] = report.connections;
    expect(change).toMatchObject({
      kind: "added",
      from: { name: "frontend/nginx" },
      to: { name: "backend/nginx" },
      before: { certain: "none", possible: "none" },
      after: { certain: "all", possible: "all" },
      exposure: true,
      causes: { policies: [{ namespace: "backend", name: "netpol-allow-nginx-front", change: "added" }], workloads: [], namespaces: [] },
      example: { before: { outcome: "denied" }, after: { outcome: "allowed" } },
    });
    expect(change?.example?.before?.ingress.isolatedBy.map(({ name }) => name)).toEqual(["default-deny-ingress"]);
    expect(change?.example?.after?.ingress.allowedBy).toEqual([
      expect.objectContaining({ rule: 0, peer: 0, policy: expect.objectContaining({ name: "netpol-allow-nginx-front" }) as object }),
    ]);
    expect([report.workloadsAdded, report.workloadsRemoved]).toEqual([[], []]);
  });

  test.each(formatsOf("diff").filter((format) => format !== "json"))("as %s", async (format) => {
    const { stdout } = await netpolWith({ cwd }, "diff", "step-3.json", "-o", format);
    expect(stdout).toContain("frontend/nginx");
    expect(stdout).toContain("backend/nginx");
    // A table breaks long names over several lines.
    if (format !== "table") expect(stdout).toContain("netpol-allow-nginx-front");
    expect(stdout.replaceAll(version, "<version>")).toMatchSnapshot();
  });

  test("the gate lets it pass, unless nothing may be added", async () => {
    const gate = async (which: string): Promise<number> =>
      (await netpolWith({ cwd }, "check", "step-3.json", "--fail-on-change", which)).code;
    expect([await gate("none"), await gate("removed"), await gate("added"), await gate("any"), await gate("exposure")]).toEqual([
      0, 0, 1, 1, 1,
    ]);
  });
});

describe("a change that opens `backend` to 0.0.0.0/0", () => {
  const args = ["check", "public.json", "-e", "flows.yaml", "--fail-on-change", "exposure"];

  test("fails the gate, and says so where a reviewer looks first", async () => {
    const { code, stdout } = await netpolWith({ cwd }, ...args);
    expect(code).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split(/\n(?=FAILED)/)
        .at(-1)
        ?.replaceAll("\n", " "),
    ).toMatch(/^FAILED: expectation back-is-not-public fails; .*across a border where nothing did \(--fail-on-change exposure\)$/);
  });

  test("as a comment: the verdict, the connection, the flow and the rule", async () => {
    const { stdout } = await netpolWith({ cwd }, ...args, "-o", "markdown");
    const [headline, , ...rest] = stdout.split("\n");
    expect(headline).toMatch(/^### Network policy check: ❌ failed: expectation back-is-not-public fails/);
    expect(rest.slice(0, 8).join("\n")).toMatch(/\| 🔴 \+ \| 0\.0\.0\.0\/0 \| backend\/nginx \| none \| all \|/);
    expect(stdout).toContain("back-is-not-public");
    expect(stdout).toContain("allowed by backend/public ingress");
    expect(stdout.length).toBeLessThan(12_000);
    const golden = join(__dirname, "stories", "backend-opened-to-the-internet.md");
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, stdout);
    expect(stdout).toBe(readFileSync(golden, "utf8"));
  });

  test.each([...formatsOf("check")])("as %s names the policy that opens it", async (format) => {
    const { code, stdout } = await netpolWith({ cwd }, ...args, "-o", format);
    expect(code).toBe(1);
    expect(stdout).toContain("backend");
    expect(stdout).toContain("public");
  });
});

describe("secrets of a plan reach no output", () => {
  const commands: readonly (readonly [ReportKind, readonly string[]])[] = [
    ["check", ["check", "public.json", "-e", "flows.yaml", "--show-suppressed"]],
    ["diff", ["diff", "public.json"]],
    ["list", ["list", "public.json", "--explain"]],
    ["matrix", ["matrix", "public.json"]],
    ["exposure", ["exposure", "public.json"]],
    ["explain", ["explain", "frontend/nginx", "backend/nginx:80", "-i", "public.json"]],
    ["suppressions", ["suppressions", "public.json"]],
  ];
  const cases = commands.flatMap(([kind, args]) =>
    formats.filter((each) => formatsOf(kind).includes(each)).map((each) => [kind, each, args] as const),
  );

  test("the plan is full of them", () => {
    const text = readFileSync(join(cwd, "public.json"), "utf8");
    expect(new Set(text.match(new RegExp(`${secret}-\\w+`, "g"))).size).toBe(9);
  });

  test.each(cases)("%s as %s", async (_, format, args) => {
    const { code, stdout, stderr } = await netpolWith({ cwd }, ...args, "-o", format);
    expect(code).toBeLessThan(2);
    expect(stdout).not.toBe("");
    expect(stdout + stderr).not.toContain(secret);
  });

  test("nor an error message", async () => {
    const text = JSON.stringify(planThatAdds(allowFront)).replace('"replicas":"1"', '"replicas":{"a":1}').replace('"cidr"', '"cidrs"');
    const folder = folderWith({
      "broken.json": text.replaceAll('"policy_types":["Ingress"]', '"policy_types":["Egres"]'),
      "cut.json": text.slice(0, -40),
    });
    for (const file of ["broken.json", "cut.json"]) {
      const { code, stdout, stderr } = await netpolWith({ cwd: folder }, "check", file);
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain(secret);
    }
  });
});
