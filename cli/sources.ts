import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure";

/** A file that was read. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** What synth writes about its stacks. */
interface Manifest {
  readonly stacks?: Readonly<Record<string, { readonly synthesizedStackPath?: string; readonly annotations?: readonly Annotation[] }>>;
}

interface Annotation {
  readonly level?: string;
  readonly message?: string;
}

/** Reads the synthesized stacks of a `cdktf.out` folder, in the order synth lists them. */
export const readCdktfOut = (folder: string): readonly SourceFile[] => readStacks(folder).map(({ source }) => source());

/** A stack of a `cdktf.out` folder, read when it is asked for. */
export interface SynthesizedStack {
  readonly name: string;
  readonly source: () => SourceFile;
}

/** The stacks that a `cdktf.out` folder lists, in the order synth lists them. */
export function readStacks(folder: string): readonly SynthesizedStack[] {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Failure(`\`${folder}\` is not a folder; run \`npx cdktf synth\` first, or name the folder it wrote`);
  }
  if (!existsSync(manifest)) {
    throw new Failure(`\`${folder}\` has no manifest.json, so it is not what \`cdktf synth\` writes; run \`npx cdktf synth\` first`);
  }
  const stacks = Object.entries(parseManifest(manifest).stacks ?? {}).flatMap(([name, { synthesizedStackPath: path }]) =>
    path === undefined ? [] : [{ name, source: () => readSource(join(folder, path)) }],
  );
  if (stacks.length === 0) throw new Failure(`\`${manifest}\` names no stack; run \`npx cdktf synth\` again`);
  return stacks;
}

/** What synth warned of, each once. */
export function synthWarnings(folder: string): readonly string[] {
  const stacks = Object.values(parseManifest(join(folder, "manifest.json")).stacks ?? {});
  const warnings = stacks.flatMap(({ annotations = [] }) => annotations.filter(({ level }) => level === "@cdktf/warn"));
  return [...new Set(warnings.flatMap(({ message }) => message ?? []))];
}

function parseManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (error) {
    throw new Failure(`\`${file}\` is not JSON (${(error as Error).message}); run \`npx cdktf synth\` again`);
  }
}

function readSource(file: string): SourceFile {
  try {
    return { file, text: readFileSync(file, "utf8") };
  } catch (error) {
    throw new Failure(`\`${file}\` cannot be read (${(error as Error).message}); run \`npx cdktf synth\` again`);
  }
}
