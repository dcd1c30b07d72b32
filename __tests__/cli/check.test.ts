import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../../cli/synthesize";
import { runScript } from "./run-script";

const folder = mkdtempSync(join(tmpdir(), "netpol-check-"));
const good = join(folder, "good");

beforeAll(async () => {
  await synthesize(3, good);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const check = (...args: readonly string[]) => runScript("cli/main.ts", ["check", ...args]);

/** A copy of the synthesized stacks with the policies stack rewritten. */
function changed(name: string, change: (text: string) => string): string {
  const copy = join(folder, name);
  cpSync(good, copy, { recursive: true });
  const file = join(copy, "stacks", "policies", "cdk.tf.json");
  writeFileSync(file, change(readFileSync(file, "utf8")));
  return copy;
}

test("the gate passes on our own stacks", () => {
  const { code, stdout } = check(good);
  expect(code).toBe(0);
  expect(stdout).toContain("7 expectations hold, 0 fail, 0 undecided");
});

test("the gate fails where an expectation is broken, and shows the flow and the rule", () => {
  const mistyped = changed("mistyped", (text) =>
    text.replace('"kubernetes.io/metadata.name": "frontend"', '"kubernetes.io/metadata.name": "fronted"'),
  );
  const { code, stdout } = check(mistyped);
  expect(code).toBe(1);
  expect(stdout).toContain("✘ frontend/nginx → backend/nginx  TCP 80  denied");
  expect(stdout).toContain("expected: allowed, because netpol-allow-nginx-front lets pods labelled app=nginx of namespace frontend in");
});

test("what is known only after apply is undecided, exit code 3", () => {
  const unknown = changed("unknown", (text) =>
    text.replace(
      '"kubernetes.io/metadata.name": "frontend"',
      '"kubernetes.io/metadata.name": "${kubernetes_namespace_v1.namespaces_frontend_Namespace_566676FD.metadata[0].uid}"',
    ),
  );
  const { code, stdout } = check(unknown);
  expect(stdout).toContain("undecided");
  expect(code).toBe(3);
});

describe("an input that cannot be read is one error and exit code 2", () => {
  test.each([
    ["a folder that is not there", () => join(folder, "nowhere"), "is not a folder; run `npx cdktf synth` first"],
    ["a folder synth did not write", () => folder, "has no manifest.json"],
    ["a stack that is not JSON", () => changed("broken", (text) => text.slice(0, 200)), "is not JSON"],
    [
      "a reference to a resource that is not there",
      () =>
        changed("dangling", (text) =>
          text.replace('"kubernetes.io/metadata.name": "frontend"', '"kubernetes.io/metadata.name": "${kubernetes_namespace_v1.gone.id}"'),
        ),
      "kubernetes_namespace_v1.gone",
    ],
  ])("%s", (_, input, message) => {
    const { code, stdout, stderr } = check(input());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("error: ");
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("a step that does not exist", () => {
    const { code, stderr } = check(good, "--step", "4");
    expect({ code, stderr }).toEqual({ code: 2, stderr: "error: `--step 4` is no step of the experiment; choose 1, 2, 3\n" });
  });
});

test("a workload an expectation speaks of must be there", () => {
  const { code, stderr } = check(changed("renamed", (text) => text.replaceAll('"name": "nginx"', '"name": "apache"')));
  expect(code).toBe(2);
  expect(stderr).toContain("an expectation speaks of `");
});

interface SynthesizedPeer {
  namespace_selector?: object;
  pod_selector?: object;
}

/** The stacks with another list of peers in the one rule that lets somebody in. */
function withPeers(name: string, change: (peer: SynthesizedPeer) => readonly SynthesizedPeer[]): string {
  return changed(name, (text) => {
    const stack = JSON.parse(text) as {
      resource: { kubernetes_network_policy_v1: Record<string, { spec: { ingress?: { from: SynthesizedPeer[] }[] } }> };
    };
    for (const { spec } of Object.values(stack.resource.kubernetes_network_policy_v1)) {
      for (const rule of spec.ingress ?? []) rule.from = rule.from.flatMap(change);
    }
    return JSON.stringify(stack);
  });
}

describe("the gate notices the usual mistakes in a peer with two conditions", () => {
  test.each<[string, (peer: SynthesizedPeer) => readonly SynthesizedPeer[]]>([
    ["two peers instead of one", ({ namespace_selector = {}, pod_selector = {} }) => [{ namespace_selector }, { pod_selector }]],
    ["no pod selector", ({ namespace_selector = {} }) => [{ namespace_selector }]],
    ["no namespace selector", ({ pod_selector = {} }) => [{ pod_selector }]],
    ["every namespace", ({ pod_selector = {} }) => [{ namespace_selector: {}, pod_selector }]],
    ["everybody", () => [{ namespace_selector: {} }]],
  ])("%s", (mistake, change) => {
    const { code, stdout } = check(withPeers(mistake.replaceAll(" ", "-"), change));
    expect(code).toBe(1);
    expect(stdout).toContain("✘");
  });
});

describe("bad usage is exit code 2", () => {
  test.each([[[]], [["check"]], [["check", "--bogus"]], [["chek"]]])("%j", (args) => {
    const { code, stdout } = runScript("cli/main.ts", args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

test("help shows examples", () => {
  const { code, stdout } = check("--help");
  expect(code).toBe(0);
  expect(stdout).toContain("Examples:");
});
