import type { Evaluation } from "../evaluation";
import { directions, isUnknown, type Workload } from "../model";
import type { PodGroup } from "../matching/pod-groups";

/** The pods that each policy of a cluster selects, or may select, by the policy's place in its list. */
export interface SelectedPods {
  ofPolicy(place: number): readonly PodGroup[];
  ofClusterPolicy(place: number): readonly PodGroup[];
  /** The place of a NetworkPolicy in the cluster's list. */
  placeOf(namespace: string, name: string): number | undefined;
}

const known = new WeakMap<Evaluation, SelectedPods>();

/** Who is selected by each policy; worked out once for all rules, from who applies to each pod. */
export function selectedPods(evaluation: Evaluation): SelectedPods {
  const found = known.get(evaluation) ?? newSelectedPods(evaluation);
  known.set(evaluation, found);
  return found;
}

function newSelectedPods({ cluster, universe, interpretations }: Evaluation): SelectedPods {
  const policies: PodGroup[][] = cluster.policies.map(() => []);
  const clusterPolicies: PodGroup[][] = cluster.clusterPolicies.map(() => []);
  for (const group of universe.groups.all) {
    if (universe.groups.workloadsIn(group).length === 0) continue;
    for (const applies of interpretations.flatMap((each) => directions.map((direction) => each.appliesTo(group, direction)))) {
      applies.networkPolicies.forEach(({ policy }) => {
        addOnce(policies[policy], group);
      });
      applies.clusterPolicies.forEach(({ policy }) => {
        addOnce(clusterPolicies[policy], group);
      });
    }
  }
  const places = new Map<string, number>();
  for (const [place, { namespace, name }] of cluster.policies.entries()) {
    if (!isUnknown(namespace) && !isUnknown(name)) places.set(`${namespace}/${name}`, place);
  }
  return {
    ofPolicy: (place) => policies[place] ?? [],
    ofClusterPolicy: (place) => clusterPolicies[place] ?? [],
    placeOf: (namespace, name) => places.get(`${namespace}/${name}`),
  };
}

/** Groups are visited one after the other, so one that is there already is the last. */
function addOnce(list: PodGroup[] | undefined, group: PodGroup): void {
  if (list !== undefined && list[list.length - 1] !== group) list.push(group);
}

/** One workload for each group, and how many there are in all. */
export function workloadsIn({ universe }: Evaluation, groups: readonly PodGroup[]): readonly Workload[] {
  return [...new Set(groups.flatMap((group) => universe.groups.workloadsIn(group)))];
}
