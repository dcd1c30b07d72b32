import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { declareStacks, loadSettings } from "../../stacks";

/** Arguments of one resource, provider or data source. */
export type Block = Readonly<Record<string, unknown>>;

/** A stack's cdk.tf.json, as far as tests look into it. */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly output?: Readonly<Record<string, Block>>;
  readonly provider: Readonly<Record<string, readonly Block[]>>;
  readonly terraform: { readonly backend: Block; readonly required_providers: Readonly<Record<string, Block>> };
}

/** One stack as synth wrote it. */
export interface SynthesizedStack {
  readonly text: string;
  readonly json: StackJson;
}

export const stackNames = ["network", "cluster", "policies"] as const;
export type StackName = (typeof stackNames)[number];

/** What synth leaves behind. */
export type Synthesized = Readonly<Record<StackName, SynthesizedStack>> & { readonly warnings: readonly string[] };

/** A day on which 1.27 is long out of support, and 1.36 in standard support. */
export const testDay = "2026-11-23";

/** Synthesizes the real stacks with these settings into a folder of their own, and reads the files back. */
export function synthesize(context: Readonly<Record<string, unknown>> = {}, today: string = testDay): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const app = new App({ outdir });
    declareStacks(app, loadSettings({ context, today }));
    app.synth();
    const stack = (name: StackName): SynthesizedStack => {
      const text = readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8");
      return { text, json: JSON.parse(text) as StackJson };
    };
    return { network: stack("network"), cluster: stack("cluster"), policies: stack("policies"), warnings: warningsOf(app) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const warningsOf = (app: App): string[] =>
  app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === "@cdktf/warn")
    .map(({ data }) => data as string);

/** The one resource of a type, or the one whose address contains `part`. Throws when there is not exactly one. */
export function resource(stack: SynthesizedStack, type: string, part = ""): Block {
  const found = Object.entries(stack.json.resource[type] ?? {}).filter(([name]) => name.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} resources of type \`${type}\` match \`${part}\`, wanted one`);
  return found[0]![1];
}

/** Every address of a stack, such as `aws_vpc.vpc`, sorted. */
export const addresses = ({ json }: SynthesizedStack): string[] =>
  Object.entries(json.resource)
    .flatMap(([type, resources]) => Object.keys(resources).map((name) => `${type}.${name}`))
    .sort();

/** The addresses a resource explicitly depends on, without their hashes. */
export const dependsOn = (block: Block): string[] =>
  ((block.depends_on as string[] | undefined) ?? []).map((address) => address.replace(/_[0-9A-F]{8}$/, ""));
