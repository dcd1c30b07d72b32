import { type ConnectionSet, evaluate, type Evaluation, reachability, update } from "../engine";
import { diff } from "../engine/diff/diff";
import { explain } from "../engine/explain/explain";
import type { Cluster, NetworkPolicy, Rule } from "../engine/model";
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

/** One policy edited, until the changed map is there again for every pod it touches. */
export function measureEdit(size: Size, target: number): Measurement {
  const cluster = generateCluster(size);
  const { evaluation } = allPairs(cluster);
  const places = [17, 1017, 5017, 9017].map((place) => place % cluster.policies.length);
  const times = places.map((place) => {
    const next = withOneEdit(cluster, place);
    return best(5, () => {
      const updated = update(evaluation, next);
      const map = reachability(updated);
      const namespace = next.policies[place]?.namespace;
      return next.workloads.filter((workload) => workload.namespace === namespace).flatMap((workload) => map.from(workload));
    }).milliseconds;
  });
  return {
    name: "one policy edited",
    value: Math.max(...times),
    unit: "ms",
    target,
    note: `the slowest of ${String(places.length)} edits, with the map of its namespace`,
  };
}

/** Why a pair may or may not talk, and what would change it. */
export function measureExplain(size: Size, target: number): Measurement {
  const cluster = generateCluster(size);
  const { evaluation } = allPairs(cluster);
  const pairs = Array.from(
    { length: 200 },
    (_, i) => [cluster.workloads[(i * 7919) % size.workloads], cluster.workloads[(i * 104729 + 1) % size.workloads]] as const,
  );
  const times = pairs.flatMap(([from, to]) => {
    if (from === undefined || to === undefined) return [];
    const flow = {
      from: { kind: "workload", workload: from },
      to: { kind: "workload", workload: to },
      protocol: "TCP",
      port: 8080,
    } as const;
    return [best(1, () => explain(evaluation, flow)).milliseconds];
  });
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return {
    name: "explain one pair",
    value: at(0.5),
    unit: "ms",
    target,
    note: `median of ${String(times.length)} pairs; 95 % within ${at(0.95).toFixed(1)} ms, the slowest ${at(1).toFixed(1)} ms`,
  };
}

/**
 * Two clusters that differ in one policy of a hundred and share no object: once from the parsed models, both evaluations included, and once
 * with two evaluations that have been asked for all pairs before. The targets are multiples of one whole evaluation in the same process.
 */
export function measureDiff(size: Size): readonly Measurement[] {
  const before = generateCluster(size);
  const after = structuredClone(before.policies.reduce((so, _, place) => (place % 100 === 0 ? withOneEdit(so, place) : so), before));
  const one = best(4, () => allPairs(before));
  const whole = best(3, () => diff(evaluate(before), evaluate(after)));
  const evaluations = [one.value.evaluation, allPairs(after).evaluation] as const;
  const alone = best(3, () => diff(...evaluations));
  const note = `${number(whole.value.connections.length)} pairs differ; one evaluation takes ${one.milliseconds.toFixed(0)} ms here`;
  return [
    { name: "diff of two clusters, both evaluated", value: whole.milliseconds, unit: "ms", target: one.milliseconds * 2, note },
    { name: "diff of two evaluations", value: alone.milliseconds, unit: "ms", target: one.milliseconds * 1.5, note },
  ];
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
