/** The policies stack, driven by the real terraform command against the provider double. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../inputs";
import type { Synthesized } from "../stacks/synthesized";
import { KubernetesDouble } from "./kubernetes-double";

/** Milliseconds after which a run of terraform is stopped. */
const patience = 60_000;

/** What is deployed at one moment, to go back to. */
export interface Moment {
  readonly objects: KubernetesDouble["objects"];
  /** The state file; absent before the first apply. */
  readonly state: string | undefined;
}

/**
 * A folder laid out as the project is: `cdktf.out/stacks/policies`, and the states beside `cdktf.out`. The stack runs exactly as it was
 * synthesized. Where it reads the cluster stack's state, the test has written one; and its provider runs already, so that neither its
 * credentials nor a registry are asked for.
 */
export class Deployment {
  readonly root = mkdtempSync(join(tmpdir(), "policies-"));
  readonly folder = join(this.root, "cdktf.out", "stacks", "policies");
  readonly cluster = new KubernetesDouble();
  /** What every output of the cluster stack is, as its state says. In base64, because one of them is decoded. */
  readonly secret = Buffer.from("a secret of the cluster").toString("base64");
  private readonly stateFile = join(this.root, "terraform.policies.tfstate");

  /** Starts the provider and initializes the stack. */
  static async of(stacks: Synthesized): Promise<Deployment> {
    const deployment = new Deployment();
    await deployment.cluster.start();
    mkdirSync(deployment.folder, { recursive: true });
    writeFileSync(join(deployment.root, "terraform.cluster.tfstate"), JSON.stringify(clusterState(stacks, deployment.secret)));
    writeFileSync(join(deployment.root, "empty.tfrc"), "");
    deployment.configure(JSON.parse(stacks.policies.text) as JsonObject);
    await deployment.terraform("init", "-input=false");
    return deployment;
  }

  close(): void {
    this.cluster.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Writes the configuration that the next plan is made of. */
  configure(configuration: JsonObject): void {
    writeFileSync(join(this.folder, "cdk.tf.json"), JSON.stringify(configuration, null, 2));
  }

  /** Plans a configuration; returns the plan in JSON, which also is in `plan.json` of the folder. */
  async plan(configuration: JsonObject, ...args: readonly string[]): Promise<string> {
    this.configure(configuration);
    await this.terraform("plan", "-input=false", "-out=plan", ...args);
    const { stdout } = await this.terraform("show", "-json", "plan");
    writeFileSync(join(this.folder, "plan.json"), stdout);
    return stdout;
  }

  /** Carries out the plan made last. */
  async apply(): Promise<void> {
    await this.terraform("apply", "-input=false", "plan");
  }

  get moment(): Moment {
    return { objects: new Map(this.cluster.objects), state: existsSync(this.stateFile) ? readFileSync(this.stateFile, "utf8") : undefined };
  }

  /** Goes back to what was deployed at a moment. */
  goTo({ objects, state }: Moment): void {
    this.cluster.restore(objects);
    if (state === undefined) rmSync(this.stateFile, { force: true });
    else writeFileSync(this.stateFile, state);
  }

  /** Runs terraform without blocking this process, in which the provider must answer. Throws what it prints when it fails. */
  private async terraform(...args: readonly string[]): Promise<{ readonly stdout: string }> {
    const foreign = /^(TF_|HTTPS?_PROXY$|NO_PROXY$)/i;
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_CLI_CONFIG_FILE: join(this.root, "empty.tfrc"),
      TF_REATTACH_PROVIDERS: this.cluster.reattach,
    };
    const [command = "", ...rest] = args;
    const child = spawn("terraform", [command, ...(command === "show" ? rest : ["-no-color", ...rest])], {
      cwd: this.folder,
      env,
      timeout: patience,
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
    const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    if (status !== 0) throw new Error(`terraform ${args.join(" ")} ended with ${String(status)}\n${output.stdout}${output.stderr}`);
    return output;
  }
}

/** The state of a cluster stack that was applied, with one value for each of its outputs. */
function clusterState({ cluster }: Synthesized, value: string): object {
  const outputs = Object.keys(cluster.json.output ?? {}).map((name) => [name, { value, type: "string", sensitive: true }]);
  return {
    version: 4,
    terraform_version: "1.10.0",
    serial: 1,
    lineage: "made-up",
    outputs: Object.fromEntries(outputs) as object,
    resources: [],
  };
}
