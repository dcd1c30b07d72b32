import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackName, SynthesizedStack } from "./synthesized";

/** What a run of the terraform command printed, and how it ended. */
export interface TerraformRun {
  readonly status: number | null;
  /** Standard output and error, with line breaks of its box drawing undone. */
  readonly output: string;
}

/** A folder terraform can work in, with the provider version it has; or the reason there is none. */
export type TerraformFolder = { readonly folder: string; readonly version: string } | { readonly missing: string };

/** `mock_provider` came with 1.7, S3 locking with 1.10. */
const oldestTerraform = [1, 10] as const;

/** The version a machine without the pinned provider may have; tests rewrite the pin in their own copy only. */
const olderProviders: Readonly<Record<string, string>> = { aws: "5.100.0" };

/** Arguments the older version does not know yet, left out with it. */
const youngerArguments = ["deletion_protection"];

/** The stack's JSON for a provider version, which may be older than the one it pins. */
function forVersion({ text, json }: SynthesizedStack, provider: string, version: string): string {
  const pinned = String(json.terraform.required_providers[provider]?.version);
  if (version === pinned) return text;
  const older = JSON.stringify(JSON.parse(text), (key, value: unknown) => (youngerArguments.includes(key) ? undefined : value));
  return older.replace(`"version":"${pinned}"`, `"version":"${version}"`);
}

/** Runs terraform without ever asking a registry: an unreachable proxy stands between them, so only local mirrors are left. */
export function terraform(folder: string, data: string, ...args: readonly string[]): TerraformRun {
  const offline = { HTTPS_PROXY: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1", NO_PROXY: "", no_proxy: "" };
  const quiet = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_REGISTRY_DISCOVERY_RETRY: "0", TF_REGISTRY_CLIENT_TIMEOUT: "2" };
  const env = { ...process.env, ...offline, ...quiet, TF_DATA_DIR: data, TF_CLI_ARGS: "" };
  const { status, stdout, stderr } = spawnSync("terraform", args, { cwd: folder, env, encoding: "utf8", timeout: 110_000 });
  return { status, output: [stdout, stderr].join("").replace(/[\s│]+/g, " ") };
}

/** Why there is no terraform to use; nothing when there is one. */
export function terraformMissing(): string | undefined {
  const { status, stdout } = spawnSync("terraform", ["version", "-json"], {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  if (status !== 0) return "terraform is not on the PATH";
  const version = (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestTerraform;
  return major > oldestMajor || minor >= oldestMinor ? undefined : `terraform ${version} is older than ${oldestTerraform.join(".")}`;
}

/** Puts a stack into a folder and initializes it, with its own provider version or the older one, whichever a local mirror has. */
export function prepare(root: string, name: StackName, stack: SynthesizedStack): TerraformFolder {
  const folder = join(root, name);
  mkdirSync(folder);
  const [required] = Object.entries(stack.json.terraform.required_providers);
  if (required === undefined) throw new Error(`stack \`${name}\` requires no provider`);
  const [provider, { version: pin }] = required;
  const versions = [String(pin), ...(olderProviders[provider] === undefined ? [] : [olderProviders[provider]])];
  const found = versions.find((version) => {
    writeFileSync(join(folder, "cdk.tf.json"), forVersion(stack, provider, version));
    return terraform(folder, join(folder, ".terraform"), "init", "-backend=false", "-input=false", "-no-color").status === 0;
  });
  return found === undefined
    ? { missing: `no local mirror has provider ${provider} ${versions.join(" or ")}` }
    : { folder, version: found };
}

/** Puts another variant of an AWS stack into the place of the one a folder was prepared with: the provider stays. */
export function replaceStack({ folder, version }: { readonly folder: string; readonly version: string }, stack: SynthesizedStack): void {
  writeFileSync(join(folder, "cdk.tf.json"), forVersion(stack, "aws", version));
}

/** Runs one file of `terraform test`, written for the stack in `folder`. */
export function runTestFile(folder: string, source: string, name: string): TerraformRun {
  copyFileSync(join(source, name), join(folder, name));
  return terraform(folder, join(folder, ".terraform"), "test", "-no-color", `-filter=${name}`);
}
