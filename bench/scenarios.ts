import { assumedCniSettings, type ConnectionSet, divergences, evaluate, type Evaluation, reachability, update, vpcCni } from "../engine";
import { explain } from "../engine/explain/explain";
import type { Cluster, Flow, Namespace, NetworkPolicy, Rule, Value, Workload } from "../engine/model";
import type { WorkloadConnections } from "../engine/reachability";
import { whatIf } from "../engine/what-if/what-if";
import { generateCluster, type Size } from "./generator";

/** One figure of a scenario. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "MB";
  /** What was asked for, where something was, in the same unit. */
  readonly target?: number;
  /** As a multiple of the time `JSON.parse` takes for the same cluster as JSON; absent where the scenario is no whole evaluation. */
  readonly timesJsonParse?: number;
  readonly note: string;
}

/** A cluster from nothing to the exact connections of every pair. */
export function allPairs(cluster: Cluster): { readonly evaluation: Evaluation; readonly pairs: number; readonly distinct: number } {
  const evaluation = evaluate(cluster);
  const map = reachability(evaluation);
  const distinct = new Set<ConnectionSet>();
  let pairs = 0;
  for (const workload of cluster.workloads) {
    for (const { to, connections } of map.from(workload)) {
      pairs += to.length;
      distinct.add(connections.possible);
    }
  }
  return { evaluation, pairs, distinct: distinct.size };
}

/** The same policies with another port in one rule of one of them. */
export function withOneEdit(cluster: Cluster, place: number): Cluster {
  const edited = (policy: NetworkPolicy): NetworkPolicy => {
    const [first, ...others] = policy.ingress ?? [];
    const rule: Rule = { peers: first?.peers ?? "any", ports: [{ kind: "range", protocol: "TCP", from: 8443, to: 8443 }] };
    return { ...policy, ingress: [rule, ...others] };
  };
  return { ...cluster, policies: cluster.policies.map((policy, index) => (index === place ? edited(policy) : policy)) };
}

/** Whole evaluations at one size, with the time `JSON.parse` takes for the same cluster. */
export function measureAllPairs(name: string, size: Size, target: number | undefined, rounds: number): Measurement {
  const text = JSON.stringify(generateCluster(size));
  const parse = best(rounds, () => JSON.parse(text) as Cluster);
  const whole = best(rounds, () => allPairs(parse.value));
  const { pairs, distinct } = whole.value;
  return {
    name,
    value: whole.milliseconds,
    unit: "ms",
    ...(target === undefined ? {} : { target }),
    timesJsonParse: whole.milliseconds / parse.milliseconds,
    note: `${number(pairs)} pairs connect, ${number(distinct)} distinct connection sets`,
  };
}

/** An edit of a cluster, and the workloads whose map it may change first of all. */
interface EditToMeasure {
  readonly name: string;
  /** In milliseconds. */
  readonly target?: number;
  readonly after: readonly { readonly next: Cluster; readonly namespace: Value<string> | undefined }[];
}

/** Another label on one workload, of those that policies ask for. */
export function withRelabelledWorkload(cluster: Cluster, place: number): Cluster {
  const relabelled = (workload: Workload): Workload => {
    const tier = workload.labels.tier === "web" ? "api" : "web";
    return { ...workload, labels: { ...workload.labels, tier } };
  };
  return { ...cluster, workloads: cluster.workloads.map((workload, index) => (index === place ? relabelled(workload) : workload)) };
}

/** Another label on one namespace, of those that policies ask for. */
export function withRelabelledNamespace(cluster: Cluster, place: number): Cluster {
  const relabelled = (namespace: Namespace): Namespace => {
    const team = namespace.labels.team === "red" ? "blue" : "red";
    return { ...namespace, labels: { ...namespace.labels, team } };
  };
  return { ...cluster, namespaces: cluster.namespaces.map((namespace, index) => (index === place ? relabelled(namespace) : namespace)) };
}

/** One more policy, which asks for a label value that no policy asked for before: it tells a workload from others that were like it. */
function withNewLabelValue(cluster: Cluster, place: number): Cluster {
  const asked = new Set(JSON.stringify(cluster.policies).match(/"app":"[^"]*"/g));
  const isNew = ({ labels }: Workload): boolean => !asked.has(`"app":${JSON.stringify(labels.app)}`);
  const workload = [...cluster.workloads.slice(place), ...cluster.workloads].find(isNew);
  if (workload === undefined) throw new Error("policies ask for the label of every workload already");
  const subject = { matchLabels: { app: workload.labels.app ?? "" } };
  const policy: NetworkPolicy = { namespace: workload.namespace, name: "new-label-value", subject, ingress: [] };
  return { ...cluster, policies: [...cluster.policies, policy] };
}

/** Single edits, the first of them with a target, each until the map is there again for every pod of the namespace it is made in. */
export function measureEdits(size: Size, target: number): readonly Measurement[] {
  const cluster = generateCluster(size);
  const { evaluation } = allPairs(cluster);
  return editsOf(cluster, target).map(({ name, after, target: wanted }) => {
    const times = after.map(({ next, namespace }) => best(5, () => mapOf(update(evaluation, next), namespace)).milliseconds);
    return {
      name,
      value: Math.max(...times),
      unit: "ms",
      ...(wanted === undefined ? {} : { target: wanted }),
      note: `the slowest of ${String(times.length)} edits, with the map of its namespace`,
    };
  });
}

function editsOf(cluster: Cluster, target: number): readonly EditToMeasure[] {
  const at = (length: number): readonly number[] => [17, 1017, 5017, 9017].map((place) => place % length);
  const { policies, workloads, namespaces } = cluster;
  const inNamespace = (changed: { readonly namespace: Value<string> } | undefined, next: Cluster) => ({
    next,
    namespace: changed?.namespace,
  });
  return [
    {
      name: "one policy edited",
      target,
      after: at(policies.length).map((place) => inNamespace(policies[place], withOneEdit(cluster, place))),
    },
    {
      name: "one workload relabelled",
      after: at(workloads.length).map((place) => inNamespace(workloads[place], withRelabelledWorkload(cluster, place))),
    },
    {
      name: "one namespace relabelled",
      after: [17, 317, 517, 917].map((place) => {
        const namespace = place % namespaces.length;
        return { next: withRelabelledNamespace(cluster, namespace), namespace: namespaces[namespace]?.name };
      }),
    },
    {
      name: "one policy added, with a label value that is new",
      after: at(workloads.length).map((place) => {
        const next = withNewLabelValue(cluster, place);
        return inNamespace(next.policies.at(-1), next);
      }),
    },
  ];
}

function mapOf(evaluation: Evaluation, namespace: Value<string> | undefined): readonly WorkloadConnections[] {
  const map = reachability(evaluation);
  return evaluation.cluster.workloads.filter((workload) => workload.namespace === namespace).flatMap((workload) => map.from(workload));
}

/** Which flows another label on one workload opens and closes. */
export function measureWhatIf(size: Size): Measurement {
  const cluster = generateCluster(size);
  const { evaluation } = allPairs(cluster);
  const asked = [17, 1017, 5017, 9017].flatMap((place) => cluster.workloads[place % cluster.workloads.length] ?? []);
  const answers = asked.map((workload) => {
    const value = workload.labels.tier === "cache" ? "web" : "cache";
    return best(3, () => whatIf(evaluation, { on: { kind: "workload", workload }, key: "tier", value }));
  });
  const pairs = answers.reduce((sum, { value }) => sum + value.connections.length, 0);
  return {
    name: "what if one workload had another label",
    value: Math.max(...answers.map(({ milliseconds }) => milliseconds)),
    unit: "ms",
    note: `the slowest of ${String(answers.length)} workloads, ${number(pairs)} pairs differ together`,
  };
}

/**
 * Why a pair may or may not talk, and what would change it: the slowest of many pairs. Other pairs are explained first, so that the process
 * is warm; of the cluster nothing is known then but what all pairs need.
 */
export function measureExplain(size: Size, target: number): Measurement {
  const cluster = generateCluster(size);
  const { evaluation } = allPairs(cluster);
  for (const flow of flowsOf(cluster, 400, 200)) explain(evaluation, flow);
  const times = flowsOf(cluster, 0, 200).map((flow) => best(3, () => explain(evaluation, flow)).milliseconds);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return {
    name: "explain any pair",
    value: at(1),
    unit: "ms",
    target,
    note: `the slowest of ${String(times.length)} pairs; median ${at(0.5).toFixed(1)} ms, 95 % within ${at(0.95).toFixed(1)} ms`,
  };
}

/** Flows between workloads from all over the cluster, none of them twice. */
function flowsOf({ workloads }: Cluster, first: number, count: number): readonly Flow[] {
  return Array.from({ length: count }, (_, at) => first + at).flatMap((i) => {
    const from = workloads[(i * 7919) % workloads.length];
    const to = workloads[(i * 104729 + 1) % workloads.length];
    if (from === undefined || to === undefined) return [];
    return [{ from: { kind: "workload", workload: from }, to: { kind: "workload", workload: to }, protocol: "TCP", port: 8080 }];
  });
}

/** Where the VPC CNI answers otherwise than the specification, both evaluations included, in a cluster with a Service for each workload. */
export function measureDivergences(size: Size): Measurement {
  const cluster = generateCluster({ ...size, services: size.workloads });
  const settings = { ...assumedCniSettings, version: [1, 23, 1] } as const;
  const { milliseconds, value } = best(3, () => divergences(vpcCni(cluster, settings)));
  const pairs = value.divergences.reduce((sum, each) => sum + each.pairs, 0);
  return {
    name: `divergences of the VPC CNI, with ${number(size.workloads)} Services`,
    value: milliseconds,
    unit: "ms",
    note: `${number(value.divergences.length)} causes, ${number(pairs)} pairs; ${number(value.omitted)} more pairs not looked at`,
  };
}

/** The shortest of several rounds: what the work takes when nothing else runs. */
export function best<T>(rounds: number, work: () => T): { readonly milliseconds: number; readonly value: T } {
  let found: { readonly milliseconds: number; readonly value: T } | undefined;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const value = work();
    const milliseconds = performance.now() - start;
    if (found === undefined || milliseconds < found.milliseconds) found = { milliseconds, value };
  }
  return found as { readonly milliseconds: number; readonly value: T };
}

export const number = (value: number): string => value.toLocaleString("en-US");
