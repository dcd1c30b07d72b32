import { evaluate, evaluateChange, type EvaluatedChange, type Evaluation } from "../engine";
import { type ClusterEnforcement, enforcementOf } from "../engine/enforcement/enforcement";
import { type Cluster, markSharedNames } from "../engine/model";
import { withPodRanges } from "../engine/pod-placement";
import type { ReportBase, ReportInput, ReportNote } from "../engine/report";
import { unknownsIn } from "../engine/unknowns";
import { fieldLocation, type Input, type InputFile, type JoinedInput, type Problem, readInputs, type Snapshot, toCluster } from "../inputs";
import type { Config } from "./config/config-schema";
import { type Concealment, concealment } from "./concealment";
import { Failure, problemLine } from "./failure";
import { readNamed, refuseUnknownStacks } from "./named-inputs";
import { joinCluster, refuseMissingProviders } from "./join-cluster";
import type { Phases } from "./phases";
import { unplacedPods } from "./unplaced-pods";

/** What a command looks at. */
export interface AnalysisRequest {
  /** Paths, `-`, or `live:CONTEXT`. */
  readonly inputs: readonly string[];
  /** What was there before, where the inputs themselves do not tell. */
  readonly before?: readonly string[];
  readonly context?: Config["context"];
  /** Seconds to wait for a live cluster. */
  readonly timeout?: number;
  /** Only these stacks of a `cdktf.out` folder. @default all */
  readonly stacks?: readonly string[];
  /** Only the clusters of these provider configurations, taken for one. @default all, which must be of one cluster */
  readonly providers?: readonly string[];
  /** New texts of files, by name, in place of those that are read. @default none */
  readonly texts?: ReadonlyMap<string, string>;
}

/** A cluster at one moment. */
export interface ClusterState {
  readonly evaluation: Evaluation;
  /** Whether and how policies are enforced. */
  readonly enforcement: ClusterEnforcement;
  /** The infrastructure around it. */
  readonly resources: Snapshot["resources"];
}

/** The inputs, read and evaluated. */
export interface Analysis extends ClusterState {
  readonly joined: JoinedInput;
  /** Absent when nothing tells what was there before. */
  readonly before?: ClusterState;
  readonly report: Pick<ReportBase, "inputs" | "enforcement" | "notes" | "unknowns">;
  /** Whether the inputs hold no Kubernetes object at all, neither now nor before; what `--before` names does not count. */
  readonly isEmpty: boolean;
  /** What is there to be read and was not, or has no effect: gates take it for more than a remark. Fields have their own place. */
  readonly concerns: readonly Problem[];
  /** The kinds of objects where no object is of a kind that is modelled. */
  readonly unmodelled: readonly string[];
  /** Takes what Terraform marks sensitive out of a report. */
  readonly conceal: Concealment;
  /** Texts of the inputs, by file, for edits. */
  readonly files: readonly InputFile[];
}

/** More errors than this are counted, not listed. */
const errorsListed = 20;

/** Reads the inputs of a command and evaluates what they hold. Everything that is wrong with them is one Failure. */
export function analyse(request: AnalysisRequest, phases: Phases): Analysis {
  if (request.stacks !== undefined) refuseUnknownStacks(request.stacks, [...request.inputs, ...(request.before ?? [])]);
  const { files, inputs, problems: read } = load(request.inputs, request, phases);
  const { value: joined, problems: met } = joinCluster(inputs, request.providers);
  const past = pastOf(joined, request, phases);
  const after = phases.run("model", () => clusterOf(joined.after, request));
  const found = after.problems.map((problem) => (problem.concern === undefined ? problem : placed(problem, files)));
  const moments = [joined.after, ...(joined.before === undefined ? [] : [joined.before])];
  const conceal = concealment([...moments, ...(past.found === undefined ? [] : [past.found.snapshot])]);
  const problems = conceal([...read, ...past.problems, ...met, ...found]);
  refuse(problems, files);
  const { found: before } = past;
  const evaluated = phases.run("evaluate", () => evaluatedMoments(after.value, before?.cluster));
  const state = stateOf(joined.after, evaluated.after, request);
  const { cluster } = state.evaluation;
  const isNothing = isEmpty(cluster) && !tellsOfPast(joined, request);
  return {
    joined,
    ...state,
    ...(before === undefined || evaluated.before === undefined ? {} : { before: stateOf(before.snapshot, evaluated.before, request) }),
    report: {
      inputs: inputs.map(inputOf),
      enforcement: state.enforcement.enforcement,
      notes: [...unplacedNotes(cluster), ...distinctNotes(problems)],
      unknowns: unknownsOf(cluster),
    },
    isEmpty: isNothing,
    concerns: conceal(found).filter(({ concern }) => concern !== undefined),
    conceal,
    unmodelled: isNothing ? kindsOf(moments) : [],
    files,
  };
}

/** Both moments tell workloads of one name apart in the same way. */
function evaluatedMoments(after: Cluster, before: Cluster | undefined): Partial<EvaluatedChange> & Pick<EvaluatedChange, "after"> {
  if (before === undefined) return { after: evaluate(markSharedNames(after, [])) };
  const named = markSharedNames(after, [before]);
  return evaluateChange(markSharedNames(before, [named]), named);
}

function stateOf({ resources, objects }: Snapshot, evaluation: Evaluation, { context = {} }: AnalysisRequest): ClusterState {
  const { defaultNamespace } = context;
  const named = defaultNamespace === undefined ? {} : { defaultNamespace };
  return { evaluation, resources, enforcement: enforcementOf({ evaluation, infrastructure: resources, objects, ...named }) };
}

/** What was there before: what `--before` names, else what the inputs themselves tell. */
interface Past {
  /** Absent when nothing tells. */
  readonly found?: { readonly cluster: Cluster; readonly snapshot: Snapshot };
  readonly problems: readonly Problem[];
}

/** Texts that cannot be read are errors; what only the past holds cannot be mended any more, so its faults do not stop the run. */
function pastOf(joined: JoinedInput, request: AnalysisRequest, phases: Phases): Past {
  const named = request.before === undefined ? undefined : load(request.before, request, phases);
  const read = named === undefined ? undefined : joinCluster(named.inputs, request.providers);
  refuseMissingProviders(read === undefined ? [joined] : [joined, read.value]);
  const snapshot = read === undefined ? joined.before : read.value.after;
  if (snapshot === undefined) return { problems: [] };
  const { value: cluster, problems } = phases.run("model", () => clusterOf(snapshot, request));
  const faults = problems.filter(({ severity }) => severity === "error");
  // Which cluster it was can still be said, so this stops the run as it does for what is there after.
  const joining = (read?.problems ?? []).filter(({ severity }) => severity === "error");
  return { found: { cluster, snapshot }, problems: [...(named?.problems ?? []), ...joining, ...faults.map(asPast)] };
}

interface Loaded {
  readonly files: readonly InputFile[];
  readonly inputs: readonly Input[];
  readonly problems: readonly Problem[];
}

/** What a live cluster holds is an input of its own; everything else is read together. */
function load(names: readonly string[], request: AnalysisRequest, phases: Phases): Loaded {
  const { live, others: written, problems: skipped } = phases.run("read", () => readNamed(names, request));
  const others = written.map(({ file, text }) => ({ file, text: request.texts?.get(file) ?? text }));
  const read = phases.run("parse", () =>
    [others, ...live.map((file) => [file])]
      .filter((files) => files.length > 0)
      .map((files) => readInputs(files, { variables: terraformVariables() })),
  );
  return {
    files: [...others, ...live],
    inputs: read.flatMap(({ value }) => value),
    problems: [...skipped, ...read.flatMap(({ problems }) => problems)],
  };
}

/** `TF_VAR_name`, as Terraform reads them. */
const terraformVariables = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) =>
      key.startsWith("TF_VAR_") && value !== undefined ? [[key.slice("TF_VAR_".length), value]] : [],
    ),
  );

function clusterOf({ objects, resources }: Snapshot, { context = {} }: AnalysisRequest): ReturnType<typeof toCluster> {
  const { podCidrs, defaultNamespace } = context;
  const { value, problems } = toCluster(objects, defaultNamespace === undefined ? {} : { defaultNamespace });
  return { value: withPodRanges(value, { resources, ...(podCidrs === undefined ? {} : { podCidrs }) }), problems };
}

/** Policies speak of addresses, and nothing says which of them pods have: what is assumed is said wherever such pods are. */
function unplacedNotes(cluster: Cluster): readonly ReportNote[] {
  const unplaced = unplacedPods(cluster);
  if (unplaced === undefined) return [];
  return [{ severity: "note", message: `${unplaced.fact}, and are taken to be in ${unplaced.ranges}: ${unplaced.wayOut}`, location: {} }];
}

/** A problem of a field at the line of that field; looked up in the text again, so only for what is shown. */
const placed = (problem: Problem, files: readonly InputFile[]): Problem =>
  problem.field === undefined ? problem : { ...problem, location: fieldLocation(files, problem.location, problem.field) };

function refuse(problems: readonly Problem[], files: readonly InputFile[]): void {
  const errors = [...new Map(problems.flatMap((each) => (each.severity === "error" ? [[problemLine(each), each] as const] : []))).values()];
  if (errors.length === 0) return;
  const rest = errors.length - errorsListed;
  const shown = new Set(errors.slice(0, errorsListed).map((each) => problemLine(placed(each, files))));
  throw new Failure([...shown, ...(rest > 0 ? [`error: and ${String(rest)} more`] : [])].join("\n"));
}

const asPast = ({ message, ...problem }: Problem): Problem => ({
  ...problem,
  severity: "warning",
  message: `before the change: ${message}`,
});

function inputOf({ name, kind, after, opaque, incomplete }: Input): ReportInput {
  const stacks = [...new Set(after.resources.flatMap(({ stack }) => stack ?? []))];
  return {
    name,
    kind: name.startsWith("live:") || name === "live" ? "live" : kind,
    ...(stacks.length === 0 ? {} : { stack: stacks.join(", ") }),
    objects: after.objects.length,
    opaque: opaque.map(({ location, because }) => ({ location, because })),
    incomplete,
  };
}

const distinctNotes = (problems: readonly Problem[]): readonly ReportNote[] => [
  ...new Map(
    problems.flatMap(({ severity, message, location }) =>
      severity === "error" ? [] : [[`${message} ${JSON.stringify(location)}`, { severity, message, location }] as const],
    ),
  ).values(),
];

function isEmpty({ workloads, policies, clusterPolicies, services, namespaces, ...cluster }: Cluster): boolean {
  const { awsClusterPolicies = [], applicationPolicies = [] } = cluster;
  const parts = [workloads, policies, clusterPolicies, awsClusterPolicies, applicationPolicies, services, namespaces];
  return parts.every(({ length }) => length === 0);
}

/**
 * Whether the inputs themselves, as a plan that removes everything, hold what was there. Where only `--before` does, an input in which nothing
 * is found is more likely a rendering that failed.
 */
const tellsOfPast = ({ before }: JoinedInput, request: AnalysisRequest): boolean =>
  before !== undefined && !isEmpty(clusterOf(before, request).value);

const kindsOf = (snapshots: readonly Snapshot[]): readonly string[] =>
  [
    ...new Set(
      snapshots.flatMap(({ objects }) =>
        objects.flatMap(({ object: { apiVersion, kind } }) =>
          typeof apiVersion === "string" && typeof kind === "string" ? [`${apiVersion} ${kind}`] : [],
        ),
      ),
    ),
  ].sort();

/** Everything of namespaces, workloads and policies that is not known. */
function unknownsOf({ namespaces, workloads, policies, clusterPolicies }: Cluster): ReportBase["unknowns"] {
  const found = new Map<string, ReportBase["unknowns"][number]>();
  for (const object of [...namespaces, ...workloads, ...policies, ...clusterPolicies]) {
    for (const { because } of unknownsIn(object)) {
      if (!found.has(because)) found.set(because, { because, ...(object.location === undefined ? {} : { location: object.location }) });
    }
  }
  return [...found.values()];
}
