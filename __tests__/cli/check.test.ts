import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { reportSchema } from "../../outputs/report-schema";
import { folderWith, removeFolders } from "./folders";
import { manifests, netpol, netpolWith } from "./netpol";
import { closedShop, onlyInternet, openShop } from "./shop";

afterAll(removeFolders);

const experiment = `version: 1
expect:
  - id: front-reaches-back
    allow: { from: frontend/nginx, to: backend/nginx, ports: 80/TCP }
  - id: back-is-closed-to-others
    only: { to: backend/nginx, from: { namespace: frontend, pods: { app: nginx } } }
`;

/** Step 3 of the experiment with another list of peers in the rule that lets somebody in, and what must flow. */
function withPeers(peers: string): string {
  const file = (name: string): string => readFileSync(join(manifests, "step-3", name), "utf8");
  const allow = file("netpol-allow-nginx-front.yaml").split("    - from:")[0] ?? "";
  return folderWith({
    "k8s/nginx.yaml": file("nginx.yaml"),
    "k8s/deny.yaml": file("default-deny-ingress.yaml"),
    "k8s/allow.yaml": `${allow}    - from:\n${peers}`,
    "flows.yaml": experiment,
  });
}

const pods = "podSelector: { matchLabels: { app: nginx } }";
const front = "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: frontend } }";
const checkPeers = (peers: string) => netpolWith({ cwd: withPeers(peers) }, "check", "k8s", "-e", "flows.yaml");

describe("the gate on the experiment", () => {
  test("passes where the rule says what is meant", async () => {
    const { code, stdout } = await checkPeers(`        - { ${front}, ${pods} }\n`);
    expect({ code, last: stdout.trimEnd().split("\n").at(-1) }).toEqual({ code: 0, last: "passed" });
    expect(stdout).toMatch(/2 of 2\s+expectations hold/);
  });

  test.each([
    ["two peers instead of one", `        - { ${front} }\n        - { ${pods} }\n`, "back-is-closed-to-others"],
    ["no namespace selector", `        - { ${pods} }\n`, "front-reaches-back"],
    ["every namespace", `        - { namespaceSelector: {}, ${pods} }\n`, "back-is-closed-to-others"],
    ["everybody", `        - { namespaceSelector: {} }\n`, "back-is-closed-to-others"],
    [
      "a mistyped namespace",
      `        - { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: fronted } } }\n`,
      "front-reaches-back",
    ],
  ])("fails for %s, and names the flow and the rule", async (_, peers, id) => {
    const { code, stdout } = await checkPeers(peers);
    expect(code).toBe(1);
    expect(stdout).toContain(`✘ ${id}`);
    expect(stdout).toMatch(/example {2}.* → backend\/nginx TCP \d+ is (allowed|denied)/);
    expect(stdout).toMatch(/ingress {2}(allowed by backend\/netpol-allow-nginx-front|denied, isolated by backend\/)/);
  });
});

describe("exit codes", () => {
  const check = (files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    netpolWith({ cwd: folderWith(files) }, "check", "k8s", ...args);

  test("0: nothing that fails", async () => {
    expect((await check({ "k8s/all.yaml": openShop }, ...onlyInternet)).code).toBe(0);
  });

  test("1: a finding of the severity asked for", async () => {
    const { code, stdout } = await check({ "k8s/all.yaml": openShop }, ...onlyInternet, "--fail-on", "warning");
    expect(code).toBe(1);
    expect(stdout).toContain("FAILED: NP201 exposed-to-internet");
  });

  test("1 wins over 3: what fails is not hidden by what cannot be decided", async () => {
    const opaque = {
      "k8s/all.yaml": openShop,
      "flows.yaml": "version: 1\nexpect: [{ id: closed, deny: { from: internet, to: shop/web } }]\n",
    };
    expect((await check(opaque, "-e", "flows.yaml", "--unknown", "strict")).code).toBe(1);
  });

  test("2 wins over all: what cannot be read is no answer", async () => {
    const broken = { "k8s/all.yaml": openShop, "k8s/broken.yaml": "kind: [\n" };
    const { code, stdout, stderr } = await check(broken, "--fail-on", "warning");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: k8s\/broken\.yaml:\d+:\d+: /);
    expect(stderr).not.toContain("    at ");
  });

  test.each([
    ["a folder without any file", {}],
    ["a folder without Kubernetes objects", { "k8s/values-of-mine.yaml": "replicas: 3\n" }],
    ["an empty file", { "k8s/all.yaml": "" }],
  ])("3: %s, unless that is allowed", async (_, files) => {
    const cwd = folderWith({ "k8s/.keep": "", ...files });
    const refused = await netpolWith({ cwd }, "check", "k8s", "-o", "json=out.json");
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(/^error: .*--allow-empty/);
    expect(readdirSync(cwd)).not.toContain("out.json");
    expect((await netpolWith({ cwd }, "check", "k8s", "--allow-empty")).code).toBe(0);
  });

  test.each([[[]], [["check", "--bogus"]], [["chek"]], [["check", "k8s", "--fail-on", "fatal"]]])("2: %j", async (args) => {
    const { code, stdout } = await netpolWith({ cwd: folderWith({ "k8s/all.yaml": closedShop }) }, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("what is asked for must exist", () => {
  test.each([
    [["--only", "NP999"], "`--only NP999` names no rule"],
    [["--skip", "np20"], "`--skip np20` names no rule"],
    [["--rule", "NP20=error"], "`NP20` is no rule; did you mean `NP20"],
    [["--rule", "NP201=fatal"], "`--rule NP201=fatal` gives no severity"],
    [["--disallow-suppressions", "comments"], "`--disallow-suppressions comments` is no source; did you mean `comment`?"],
    [["--baseline", "none.json"], "baseline `none.json` is not there"],
    [["-e", "none.yaml"], "expectations `none.yaml` are not there"],
    [["-o", "yaml"], "`yaml` is no output format"],
    [["-o", "dot"], "`--output dot` cannot show this"],
    [["-o", "json", "-o", "sarif"], "json and sarif cannot both go to standard output"],
    [["--timeout", "soon"], "`--timeout soon` is no number of seconds"],
    [["--stack", "policies"], "`--stack` chooses among the stacks of a `cdktf.out` folder, and no input is one"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await netpol("check", "step-3", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

test("rules are chosen by pattern, and what is left out is off in the report", async () => {
  const { stdout } = await netpol("check", "shop", "--only", "NP2*", "--skip", "NP205", "-o", "json");
  const report = reportSchema.parse(JSON.parse(stdout));
  if (report.kind !== "check") throw new Error("not a check");
  const on = report.rules.filter(({ severity }) => severity !== "off").map(({ code }) => code);
  expect(on).toContain("NP201");
  expect(on.filter((code) => code !== "NP900" && (!code.startsWith("NP2") || code === "NP205"))).toEqual([]);
  expect(report.findings.map(({ code }) => code).every((code) => code.startsWith("NP2"))).toBe(true);
});

test("help shows examples and exit codes", async () => {
  const { code, stdout } = await netpol("check", "--help");
  expect(code).toBe(0);
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain("Exit codes: 0 passed, 1 the gate failed, 2 could not run, 3 undecided or nothing to check");
});
