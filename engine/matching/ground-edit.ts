import { listEdit } from "./list-edit";
import { type Cluster, isUnknown, type Namespace, type Value, type Workload } from "../model";
import { speaksOf, Vocabulary } from "./policy-vocabulary";

/** What differs between two clusters for the sorting of their pods. */
export interface GroundEdit {
  /** Workloads that are gone, or are to be sorted again. */
  readonly removed: readonly Workload[];
  /** Workloads that are new, or are to be sorted again. */
  readonly added: readonly Workload[];
  /** Namespaces with other labels, or that began or ceased to be described. */
  readonly namespaces: ReadonlySet<Value<string>>;
  /** The one before, unless policies look at something new. */
  readonly vocabulary: Vocabulary;
}

/** How one cluster became another, objects that did not change being the same objects. Undefined: addresses are told apart otherwise. */
export function editOf(before: Cluster, after: Cluster, vocabulary: Vocabulary): GroundEdit | undefined {
  const words = new Vocabulary(onlyNewPolicies(before, after));
  const lacking = vocabulary.lacks(words);
  if (lacking.hasCuts) return undefined;
  const { removed, added } = listEdit(before.workloads, after.workloads);
  const gone = [...removed].map((place) => before.workloads[place] as Workload);
  const come = added.map((place) => after.workloads[place] as Workload);
  const namespaces = changedNamespaces(before, after);
  if (lacking.labels.size === 0 && lacking.portNames.size === 0) return { removed: gone, added: come, namespaces, vocabulary };
  const isGone = new Set(gone);
  const split = before.workloads.filter((workload) => !isGone.has(workload) && speaksOf(lacking, workload));
  return { removed: [...gone, ...split], added: [...split, ...come], namespaces, vocabulary: vocabulary.and(words) };
}

function onlyNewPolicies(before: Cluster, after: Cluster): Cluster {
  const known = new Set<object>([...before.policies, ...before.clusterPolicies]);
  const isNew = (policy: object): boolean => !known.has(policy);
  return { ...after, policies: after.policies.filter(isNew), clusterPolicies: after.clusterPolicies.filter(isNew) };
}

function changedNamespaces(before: Cluster, after: Cluster): ReadonlySet<Value<string>> {
  if (before.namespaces === after.namespaces) return new Set();
  const [old, now] = [described(before), described(after)];
  return new Set([...old.keys(), ...now.keys()].filter((name) => old.get(name) !== now.get(name)));
}

/** Of several descriptions of one namespace, the last counts. */
const described = ({ namespaces }: Cluster): ReadonlyMap<string, Namespace> =>
  new Map(namespaces.flatMap((namespace) => (isUnknown(namespace.name) ? [] : [[namespace.name, namespace]])));
