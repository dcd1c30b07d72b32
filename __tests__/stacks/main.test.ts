import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const projectFolder = join(__dirname, "..", "..");

/** Runs the app as cdktf.json says, as cdktf does: context and output folder in the environment. */
function runApp(environment: Readonly<Record<string, string>>) {
  const outdir = mkdtempSync(join(tmpdir(), "app-"));
  const { app } = JSON.parse(readFileSync(join(projectFolder, "cdktf.json"), "utf8")) as { app: string };
  const [command = "", ...args] = app.split(" ");
  const env = { PATH: process.env.PATH, HOME: outdir, CDKTF_OUTDIR: outdir, ...environment };
  const { status, stderr } = spawnSync(command, args, { cwd: projectFolder, env, encoding: "utf8" });
  const written = existsSync(join(outdir, "manifest.json"));
  const backend = written ? readFileSync(join(outdir, "stacks", "policies", "cdk.tf.json"), "utf8") : "";
  rmSync(outdir, { recursive: true });
  return { status, stderr, written, policies: backend };
}

describe("the app", () => {
  test("synthesizes all stacks without AWS, Terraform or any setting", () => {
    const { status, stderr, written } = runApp({});
    expect({ status, stderr, written }).toEqual({ status: 0, stderr: "", written: true });
  });

  test("takes settings from the context cdktf passes on", () => {
    const { policies } = runApp({ CDKTF_CONTEXT_JSON: JSON.stringify({ netpol: { name: "shop", step: 1 } }) });
    expect(policies).toContain('"shop"');
    expect(policies).not.toContain("kubernetes_network_policy_v1");
  });

  test("answers a bad setting with one line, and writes nothing", () => {
    const { status, stderr, written } = runApp({ NETPOL_EKS_NAT_MODE: "none" });
    expect({ status, stderr, written }).toEqual({
      status: 1,
      stderr: "error: setting `natMode` in `NETPOL_EKS_NAT_MODE` is `none`: allowed is `single` or `per-az`\n",
      written: false,
    });
  });
});

test("main.ts fits on a screen", () => {
  expect(readFileSync(join(projectFolder, "main.ts"), "utf8").split("\n").length).toBeLessThan(30);
});
