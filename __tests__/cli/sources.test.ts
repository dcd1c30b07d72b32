import { chmodSync, existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { reportSchema } from "../../outputs/report-schema";
import { folderWith, removeFolders } from "./folders";
import { manifests, netpolProcess, netpolWith } from "./netpol";
import { closedShop, openShop } from "./shop";

afterAll(removeFolders);

/** A folder with an executable `kubectl` that writes down how it is called, and then does what a script says. */
function kubectl(script: string): {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly calls: () => readonly string[];
} {
  const folder = folderWith({ kubectl: `#!/bin/sh\necho "$*" >> "$(dirname "$0")/calls"\n${script}` });
  chmodSync(join(folder, "kubectl"), 0o755);
  const calls = (): readonly string[] =>
    existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [];
  return { folder, env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` }, calls };
}

const pod = (name: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
  spec: { containers: [{ name: "main", image: "nginx" }] },
});
const live = {
  apiVersion: "v1",
  kind: "List",
  items: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }, pod("web"), pod("db")],
};
const answering = (): ReturnType<typeof kubectl> => {
  const fake = kubectl(
    `case "$*" in *api-resources*) echo adminnetworkpolicies.policy.networking.k8s.io;; *) cat "$(dirname "$0")/objects.json";; esac\n`,
  );
  writeFileSync(join(fake.folder, "objects.json"), JSON.stringify(live));
  return fake;
};

describe("a live cluster", () => {
  test("is read through kubectl, in the context that is named, and only read", async () => {
    const { env, calls } = answering();
    const { code, stdout } = await netpolWith({ env }, "list", "live:production", "--pods-only", "-o", "json", "--timeout", "7");
    const report = reportSchema.parse(JSON.parse(stdout));
    if (report.kind !== "list") throw new Error("not a list");
    expect(code).toBe(0);
    expect(report.inputs).toEqual([expect.objectContaining({ name: "live:production", kind: "live", objects: 3 })]);
    expect(report.connections.map(({ from, to }) => `${from.name} ${to.name}`).sort()).toEqual(["shop/db shop/web", "shop/web shop/db"]);
    expect(calls()).toEqual([
      "--context production --request-timeout=7s api-resources -o name",
      expect.stringMatching(/^--context production --request-timeout=7s get [a-z.,0-9]+ --all-namespaces -o json$/),
    ]);
    expect(calls()[1]).toContain("adminnetworkpolicies.policy.networking.k8s.io");
    expect(calls()[1]).not.toMatch(/secret|configmap|baselineadmin/);
  });

  test("without a name is the current context; beside manifests each keeps its name", async () => {
    const { env, calls } = answering();
    const cwd = folderWith({ "k8s/all.yaml": openShop.replaceAll("shop", "other") });
    const { stdout } = await netpolWith({ cwd, env }, "check", "live", "k8s", "-o", "json");
    const report = reportSchema.parse(JSON.parse(stdout));
    expect("inputs" in report && report.inputs.map(({ kind }) => kind).sort()).toEqual(["live", "manifests"]);
    expect(calls()[0]).toBe("--request-timeout=60s api-resources -o name");
  });

  test("can be what was there before", async () => {
    const { env } = answering();
    const cwd = folderWith({ "k8s/all.yaml": closedShop });
    const { code, stdout } = await netpolWith(
      { cwd, env },
      "diff",
      "k8s",
      "--before",
      "live:",
      "--fail-on-change",
      "removed",
      "-o",
      "json",
    );
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(
      report.kind === "diff" &&
        report.connections.some(({ from, to, closed }) => from.name === "shop/web" && to.name === "shop/db" && closed === "all"),
    ).toBe(true);
  });

  test.each([
    [
      "cannot be reached",
      `echo "The connection to the server 10.0.0.1:6443 was refused" >&2; exit 1\n`,
      "failed: The connection to the server 10.0.0.1:6443 was refused",
    ],
    ["answers nothing that can be read", `echo "<html>"\n`, "what `kubectl get -o json` printed is not JSON"],
  ])("that %s is one error", async (_, script, message) => {
    const { env } = kubectl(script);
    const { code, stdout, stderr } = await netpolWith({ env }, "check", "live:production");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("that does not answer in time is one error", async () => {
    const { env } = kubectl("exec sleep 60\n");
    const { code, stderr } = await netpolWith({ env }, "check", "live", "--timeout", "0.1");
    expect(code).toBe(2);
    expect(stderr).toContain("the cluster did not answer within 0.1 s");
  }, 30_000);

  test("cannot be read without kubectl", async () => {
    const { code, stderr } = await netpolWith({ env: { PATH: folderWith() } }, "check", "live");
    expect(code).toBe(2);
    expect(stderr).toContain("`kubectl`, which is not on the PATH");
  });
});

describe("standard input", () => {
  test("is read as any file is", () => {
    const { code, stdout } = netpolProcess(["list", "-", "-o", "csv", "--pods-only"], {
      input: openShop.replace("policyTypes: [Ingress, Egress]", "policyTypes: [Egress], egress: [{}]"),
    });
    expect(code).toBe(0);
    expect(stdout).toContain("shop/web");
  });

  test("that is empty is an error: what should have written into it failed", () => {
    const { code, stdout, stderr } = netpolProcess(["check", "-"], { input: "" });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("standard input is empty");
  });

  test("can be named once", async () => {
    const { code, stderr } = await netpolWith({}, "check", "-", "-");
    expect({ code, stderr }).toEqual({ code: 2, stderr: "error: `-` is named twice; standard input can be read once\n" });
  });
});

describe("a folder", () => {
  test("is read with what is below it, without what tools write there", async () => {
    const cwd = folderWith({
      "k8s/deep/er/all.yml": openShop,
      "k8s/node_modules/x/broken.yaml": "kind: [",
      "k8s/.hidden.yaml": "kind: [",
      "k8s/Chart.yaml": "kind: [",
      "k8s/netpol.config.yaml": "version: 1\n",
      "k8s/README.md": "kind: [",
    });
    const { code, stdout } = await netpolWith({ cwd }, "check", "k8s", "-o", "json");
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { summary: { workloads: number } }).summary.workloads).toBe(2);
  });

  test("may hold links to files", async () => {
    const cwd = folderWith({ "real/all.yaml": openShop, "k8s/.keep": "" });
    symlinkSync("../real/all.yaml", join(cwd, "k8s", "all.yaml"));
    symlinkSync("../k8s", join(cwd, "k8s", "round"));
    symlinkSync("../gone.yaml", join(cwd, "k8s", "gone.yaml"));
    expect((await netpolWith({ cwd }, "check", "k8s")).code).toBe(0);
  });
});

describe("a cdktf.out folder", () => {
  const stack = (name: string): object => ({
    resource: { kubernetes_namespace_v1: { [name]: { metadata: { name } } } },
  });
  const stacks = ["policies", "payments"];
  const out = (): string =>
    folderWith({
      "cdktf.out/manifest.json": {
        version: "0.21.0",
        stacks: Object.fromEntries(stacks.map((name) => [name, { name, synthesizedStackPath: `stacks/${name}/cdk.tf.json` }])),
      },
      ...Object.fromEntries(stacks.map((name) => [`cdktf.out/stacks/${name}/cdk.tf.json`, stack(name)])),
      "more.yaml": openShop,
    });
  const namespaces = async (...args: readonly string[]): Promise<number> => {
    const { stdout, stderr } = await netpolWith({ cwd: out() }, "check", "cdktf.out", ...args, "-o", "json");
    if (stdout === "") throw new Error(stderr);
    return (JSON.parse(stdout) as { summary: { namespaces: number } }).summary.namespaces;
  };

  test("is read whole, or by stack; other inputs stay", async () => {
    expect(await namespaces()).toBe(2);
    expect(await namespaces("--stack", "policies")).toBe(1);
    expect(await namespaces("--stack", "policies", "--stack", "payments")).toBe(2);
    expect(await namespaces("more.yaml", "--stack", "policies")).toBe(2);
  });

  test("is read by stack beside what was there before in another form, and may be that alone", async () => {
    expect(await namespaces("--stack", "policies", "--before", "more.yaml")).toBe(1);
    const { code, stderr } = await netpolWith({ cwd: out() }, "check", "more.yaml", "--before", "cdktf.out", "--stack", "payments");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("without the stack that is asked for is one error", async () => {
    const { code, stderr } = await netpolWith({ cwd: out() }, "check", "cdktf.out", "--stack", "policie");
    expect({ code, stderr }).toEqual({ code: 2, stderr: "error: no stack is called `policie`; did you mean `policies`?\n" });
  });
});

test("what was there before may be broken where only the past is: that is a note", async () => {
  const twice = `${closedShop}---\n${closedShop}`;
  const cwd = folderWith({ "new/all.yaml": openShop, "old/all.yaml": twice });
  const { code, stdout } = await netpolWith({ cwd }, "diff", "new", "--before", "old", "-o", "json");
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { connections: readonly object[] }).connections.length).toBeGreaterThan(0);
});

describe("a file that cannot be read is one error, and nothing is written", () => {
  test("one of more than 256 MB is refused by its size", async () => {
    const cwd = folderWith({ "big.yaml": "a: 1\n" });
    truncateSync(join(cwd, "big.yaml"), 2 ** 28 + 1);
    const began = performance.now();
    const { code, stdout, stderr } = await netpolWith({ cwd }, "check", "big.yaml", "-o", "json=out.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: `big\.yaml` has 269 MB, and 268 MB are the most that is read; split it/);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(existsSync(join(cwd, "out.json"))).toBe(false);
  });

  test.each([
    ["one that is not there", "none.yaml", "`none.yaml` is not there"],
    ["a truncated plan", "plan.json", "plan.json"],
    ["a plan of another format", "next.json", "next.json"],
  ])("%s", async (_, name, message) => {
    const plan = readFileSync(join(manifests, "../terraform-plans/plan-cdktf-create.json"), "utf8");
    const cwd = folderWith({
      "plan.json": plan.slice(0, plan.length / 2),
      "next.json": plan.replace(/"format_version":\s*"1\.2"/, '"format_version":"2.0"'),
    });
    const { code, stdout, stderr } = await netpolWith({ cwd }, "check", name, "-o", "json=out.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain("    at ");
    expect(existsSync(join(cwd, "out.json"))).toBe(false);
  });
});

test("inputs of an explanation are words behind its ends, or named with -i, or both; of the other commands too", async () => {
  const explained = async (...inputs: readonly string[]): Promise<string> =>
    (await netpolWith({}, "explain", "frontend/nginx", "backend/nginx:80", ...inputs)).stdout;
  expect(await explained("step-2")).toContain("TCP 80: denied");
  expect(await explained("-i", "step-2")).toBe(await explained("step-2"));
  expect(await explained("step-2", "-i", "shop")).toBe(await explained("-i", "step-2", "-i", "shop"));
  const listed = async (...inputs: readonly string[]): Promise<string> => (await netpolWith({}, "list", ...inputs)).stdout;
  expect(await listed("-i", "step-2", "shop")).toBe(await listed("shop", "step-2"));
});
