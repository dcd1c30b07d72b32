import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Evaluation, evaluate } from "../engine";
import { resourcesOfCluster } from "../engine/enforcement/deployed-cluster";
import { enforcementOf } from "../engine/enforcement/enforcement";
import { withPodRanges } from "../engine/pod-placement";
import type { Enforcement } from "../engine/report";
import { type InputFile, joinInputs, readInputs, type Snapshot, toCluster } from "../inputs";

/** Clusters of one input: what is to be there, and what was there before where the input tells. */
export interface LoadedClusters {
  readonly after: Evaluation;
  readonly before?: Evaluation;
}

/** What inputs do not tell. */
export interface ClusterOptions {
  /** The ranges pods get their addresses from. @default those of the VPC beside an EKS cluster; private ones where nothing tells */
  readonly podCidrs?: readonly string[];
  /** Only the cluster of these provider configurations, such as `kubernetes.staging`. @default all, which must be of one cluster */
  readonly providers?: readonly string[];
}

/** Inputs, with options before them where something has to be told. */
export type Sources<T> = readonly T[] | readonly [ClusterOptions, ...T[]];

const readNames = /\.(?:ya?ml|json)$/i;

/** Reads a file, or every YAML and JSON file below a folder (`cdktf.out`, manifests); anything wrong with it is an Error that says what. */
export function clustersFrom(...sources: Sources<string>): LoadedClusters {
  const paths = textsIn(sources);
  return loaded(paths.flatMap(filesAt), optionsIn(sources));
}

/** Reads texts: what `Testing.synth(stack)` returns, `terraform show -json`, or YAML. */
export function clustersFromText(...sources: Sources<string | InputFile>): LoadedClusters {
  const texts = inputsIn(sources);
  return loaded(
    texts.map((text, n) => (typeof text === "string" ? { file: `input ${String(n + 1)}`, text } : text)),
    optionsIn(sources),
  );
}

/** The cluster that is to be there: `clusterFrom("cdktf.out")`, `clusterFrom({ podCidrs: ["10.0.0.0/16"] }, "manifests")`. */
export const clusterFrom = (...sources: Sources<string>): Evaluation => clustersFrom(...sources).after;

/** The cluster of a synthesized stack: `clusterFromSynth(Testing.synth(stack))`. */
export function clusterFromSynth(...sources: Sources<string>): Evaluation {
  const stacks = textsIn(sources);
  return loaded(
    stacks.map((text, n) => ({ file: `stack-${String(n + 1)}.tf.json`, text })),
    optionsIn(sources),
  ).after;
}

function loaded(files: readonly InputFile[], options: ClusterOptions): LoadedClusters {
  const read = readInputs(files);
  const { providers, ...ranges } = options;
  const joined = joinInputs(read.value, providers === undefined ? {} : { providers });
  refuse([...read.problems, ...joined.problems]);
  const { after, before, targets } = joined.value;
  if (targets.missing.length > 0) throw new Error(`no object is deployed by a provider configuration \`${targets.missing.join("`, `")}\``);
  const side = ({ objects, resources }: Snapshot): Evaluation =>
    evaluated({ objects, resources: resourcesOfCluster(resources, targets) }, ranges);
  return { after: side(after), ...(before === undefined ? {} : { before: side(before) }) };
}

type Source = string | InputFile | ClusterOptions;

const isOptions = (source: Source): source is ClusterOptions => typeof source === "object" && !("text" in source);

const optionsIn = (sources: readonly Source[]): ClusterOptions => sources.find(isOptions) ?? {};

const textsIn = (sources: readonly (string | ClusterOptions)[]): readonly string[] =>
  sources.flatMap((each) => (isOptions(each) ? [] : [each]));

const inputsIn = (sources: readonly Source[]): readonly (string | InputFile)[] =>
  sources.flatMap((each) => (isOptions(each) ? [] : [each]));

const enforcements = new WeakMap<Evaluation, Enforcement>();

/** Whether policies are enforced, as the input of a cluster shows it; `undefined` for a cluster that was not read from an input. */
export const enforcementIn = (evaluation: Evaluation): Enforcement | undefined => enforcements.get(evaluation);

function evaluated({ objects, resources }: Snapshot, options: ClusterOptions): Evaluation {
  const { value, problems } = toCluster(objects);
  refuse(problems);
  const evaluation = evaluate(withPodRanges(value, { ...options, resources }));
  enforcements.set(evaluation, enforcementOf({ evaluation, infrastructure: resources, objects }).enforcement);
  return evaluation;
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
