import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { callerOf } from "../../policies";
import { placed, recordPlaces } from "../../stacks";
import { stackNames, synthesize, type Block, type SynthesizedStack } from "./synthesized";
import { variants } from "./variants";

const projectFolder = join(__dirname, "..", "..");

interface Source {
  readonly file: string;
  readonly line: number;
}

const sourceOf = (block: Block): Source | undefined => (block["//"] as { netpol?: { source?: Source } }).netpol?.source;

const resourcesOf = ({ json }: SynthesizedStack): [string, Block][] =>
  Object.entries(json.resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]): [string, Block] => [`${type}.${name}`, block]),
  );

const textAt = ({ file, line }: Source): string => readFileSync(join(projectFolder, file), "utf8").split("\n")[line - 1] ?? "";

describe.each(Object.entries(variants))("with the settings of %s", (_title, context) => {
  const synthesized = synthesize(context);

  test("every AWS resource points at a line of stacks/ that makes a construct", () => {
    const resources = stackNames.flatMap((name) => resourcesOf(synthesized[name])).filter(([address]) => address.startsWith("aws_"));
    expect(resources.length).toBeGreaterThan(30);
    for (const [address, block] of resources) {
      const source = sourceOf(block);
      expect([address, source?.file]).toEqual([address, expect.stringMatching(/^stacks\/[a-z/-]+\.ts$/)]);
      expect([address, textAt(source!)]).toEqual([address, expect.stringMatching(/\bnew [A-Z]\w+\(|placed\(/)]);
    }
  });

  test("every Kubernetes object points at the line of policies/ that declares it", () => {
    const resources = resourcesOf(synthesized.policies).filter(([address]) => address.startsWith("kubernetes_"));
    expect(resources.length).toBeGreaterThanOrEqual(8);
    for (const [address, block] of resources) {
      const source = sourceOf(block);
      expect([address, source?.file]).toEqual([address, expect.stringMatching(/^policies\/[a-z-]+\.ts$/)]);
      expect([address, textAt(source!)]).toEqual([address, expect.stringContaining("declared")]);
    }
  });
});

test("a resource of a shared construct points at who used the construct, not at the construct", () => {
  const { cluster } = synthesize();
  const addon = (name: string): Source | undefined =>
    resourcesOf(cluster)
      .map(([address, block]) => (address.includes(name) ? sourceOf(block) : undefined))
      .find(Boolean);
  expect(textAt(addon("aws_eks_addon.kube-proxy")!)).toContain('new ManagedAddon(this, "kube-proxy"');
  expect(textAt(addon("aws_eks_addon.vpc-cni")!)).toContain('new ManagedAddon(this, "vpc-cni"');
});

/** Runs something written on one line, and says which. */
function lineOf(act: () => unknown): number {
  act();
  return callerOf(lineOf)?.line ?? 0;
}

test("a construct of the user's own, in a folder of any name, has the place where it was made, and so have its parts", () => {
  class Network extends Construct {
    readonly vpc: Vpc;
    constructor(scope: Construct, id: string) {
      super(scope, id);
      placed(this);
      this.vpc = new Vpc(this, "vpc", { cidrBlock: "10.0.0.0/16" });
    }
  }
  const outdir = mkdtempSync(join(tmpdir(), "places-"));
  try {
    const app = new App({ outdir, skipValidation: true });
    const stack = new TerraformStack(app, "net");
    recordPlaces(stack);
    const line = lineOf(() => new Network(stack, "network"));
    placed(new Vpc(stack, "own", { cidrBlock: "10.1.0.0/16" }));
    new Vpc(stack, "unplaced", { cidrBlock: "10.2.0.0/16" });
    app.synth();
    const json = JSON.parse(readFileSync(join(outdir, "stacks", "net", "cdk.tf.json"), "utf8")) as {
      resource: { aws_vpc: Record<string, Block> };
    };
    const file = "__tests__/stacks/attribution.test.ts";
    const sources = Object.values(json.resource.aws_vpc).map(sourceOf);
    expect(sources).toEqual([{ file, line }, { file, line: line + 1 }, undefined]);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

test("places are the same whichever loader compiles the project", () => {
  const outdir = mkdtempSync(join(tmpdir(), "loader-"));
  try {
    const env = { PATH: process.env.PATH, HOME: outdir, CDKTF_OUTDIR: outdir };
    const { stderr, status } = spawnSync(process.execPath, ["--import", "tsx", "main.ts"], { cwd: projectFolder, env, encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const synthesized = synthesize();
    for (const name of stackNames) {
      expect(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")).toBe(synthesized[name].text);
    }
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
