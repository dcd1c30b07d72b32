import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Evaluation, evaluate } from "../engine";
import { withPodRanges } from "../engine/pod-placement";
import { type InputFile, joinInputs, readInputs, type Snapshot, toCluster } from "../inputs";

/** Clusters of one input: what is to be there, and what was there before where the input tells. */
export interface LoadedClusters {
  readonly after: Evaluation;
  readonly before?: Evaluation;
}

const readNames = /\.(?:ya?ml|json)$/i;

/** Reads a file, or every YAML and JSON file below a folder (`cdktf.out`, manifests); anything wrong with it is an Error that says what. */
export const clustersFrom = (...paths: readonly string[]): LoadedClusters => clustersFromText(...paths.flatMap(filesAt));

/** Reads texts: what `Testing.synth(stack)` returns, `terraform show -json`, or YAML. */
export function clustersFromText(...texts: readonly (string | InputFile)[]): LoadedClusters {
  const files = texts.map((text, n) => (typeof text === "string" ? { file: `input ${String(n + 1)}`, text } : text));
  const read = readInputs(files);
  const joined = joinInputs(read.value);
  refuse([...read.problems, ...joined.problems]);
  const { after, before } = joined.value;
  return { after: evaluated(after), ...(before === undefined ? {} : { before: evaluated(before) }) };
}

/** The cluster that is to be there. */
export const clusterFrom = (...paths: readonly string[]): Evaluation => clustersFrom(...paths).after;

/** The cluster of a synthesized stack: `clusterFromSynth(Testing.synth(stack))`. */
export const clusterFromSynth = (...synthesized: readonly string[]): Evaluation =>
  clustersFromText(...synthesized.map((text, n) => ({ file: `stack-${String(n + 1)}.tf.json`, text }))).after;

function evaluated({ objects, resources }: Snapshot): Evaluation {
  const { value, problems } = toCluster(objects);
  refuse(problems);
  return evaluate(withPodRanges(value, { resources }));
}

function refuse(problems: readonly { readonly severity: string; readonly message: string }[]): void {
  const errors = problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

function filesAt(path: string): readonly InputFile[] {
  if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, "utf8") }];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesAt(inside);
    // CDKTF's list of stacks holds no object.
    return readNames.test(entry.name) && entry.name !== "manifest.json" ? [{ file: inside, text: readFileSync(inside, "utf8") }] : [];
  });
}
