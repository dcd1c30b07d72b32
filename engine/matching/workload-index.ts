import type { Evaluation } from "../evaluation";
import { type Cluster, isUnknown, type Namespace, type Value, type Workload } from "../model";

/** The workloads of an evaluated cluster, and what is beside them in their namespaces, found without a walk over all of them. */
export interface WorkloadIndex {
  /** The workloads that are in a namespace, or may be. */
  inNamespace(namespace: Value<string>): readonly Workload[];
  /** The workloads with pods in a pod group. */
  inGroup(group: number): readonly Workload[];
  /** The names of the NetworkPolicies in a namespace. */
  policyNames(namespace: Value<string>): ReadonlySet<Value<string>>;
  /** What is described under the name of a namespace: nothing, or one entry. */
  namespaces(name: string): readonly Namespace[];
}

// An index is as old as its evaluation: nothing in either ever changes.
const indexes = new WeakMap<Evaluation, WorkloadIndex>();

/** The index of an evaluation, made when first asked for. */
export function workloadIndex(evaluation: Evaluation): WorkloadIndex {
  const known = indexes.get(evaluation);
  if (known !== undefined) return known;
  const index = newIndex(evaluation);
  indexes.set(evaluation, index);
  return index;
}

function newIndex({ cluster, universe }: Evaluation): WorkloadIndex {
  const somewhere = cluster.workloads.filter(({ namespace }) => isUnknown(namespace));
  const byNamespace = grouped(cluster.workloads, ({ namespace }) => (isUnknown(namespace) ? [] : [namespace]));
  const byGroup = grouped(cluster.workloads, (workload) => universe.groups.ofWorkload(workload).map(({ index }) => index));
  const described = grouped(cluster.namespaces, ({ name }) => (isUnknown(name) ? [] : [name]));
  let names: ReadonlyMap<Value<string>, ReadonlySet<Value<string>>> | undefined;
  return {
    inNamespace: (namespace) => (isUnknown(namespace) ? cluster.workloads : [...(byNamespace.get(namespace) ?? []), ...somewhere]),
    inGroup: (group) => byGroup.get(group) ?? [],
    policyNames: (namespace) => (names ??= policyNames(cluster)).get(namespace) ?? new Set(),
    namespaces: (name) => described.get(name) ?? [],
  };
}

function policyNames({ policies }: Cluster): ReadonlyMap<Value<string>, ReadonlySet<Value<string>>> {
  const names = new Map<Value<string>, Set<Value<string>>>();
  for (const { namespace, name } of policies) names.set(namespace, (names.get(namespace) ?? new Set()).add(name));
  return names;
}

function grouped<T, K>(items: readonly T[], keysOf: (item: T) => readonly K[]): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [item]);
      else members.push(item);
    }
  }
  return groups;
}
