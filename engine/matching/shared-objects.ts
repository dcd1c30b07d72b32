import { type Cluster, type ClusterPolicy, isSameValue, type Namespace, type NetworkPolicy, type Workload } from "../model";
import { type Twins, twinsIn } from "./twins";

/** More workloads than this, or more than half of the policies: then a change leaves little that is worth to be kept. */
const mostWorkloads = 1024;
const fewPolicies = 64;

/** Whether all is the same that an evaluation cannot be carried across. */
export const isSameGround = (before: Cluster, after: Cluster): boolean => grounds.every((part) => before[part] === after[part]);

const grounds = ["nodes", "unknownNodes", "podCidrs", "unknownPodCidrs"] as const;

/** What two clusters have in common, found by what their objects say. */
export class SharedObjects {
  /** The cluster before, with objects of the cluster after in the place of those that say the same. */
  readonly before: Cluster;
  /** The cluster after, without the policies that the one before has as well. */
  readonly onlyNewPolicies: Cluster;
  /** The objects that took the place of others. */
  readonly workloads: Twins<Workload>;
  readonly policies: readonly (readonly [object, object])[];
  /** Whether it is worth while to carry what is known of one cluster over to the other. */
  readonly areMost: boolean;

  constructor(before: Cluster, after: Cluster) {
    const policies: Twins<NetworkPolicy> = twinsIn(before.policies, after.policies);
    const clusterPolicies: Twins<ClusterPolicy> = twinsIn(before.clusterPolicies, after.clusterPolicies);
    const namespaces: Twins<Namespace> = twinsIn(before.namespaces, after.namespaces);
    this.workloads = twinsIn(before.workloads, after.workloads);
    this.policies = [...policies, ...clusterPolicies];
    this.before = {
      ...withGroundOf(before, after),
      namespaces: exchanged(before.namespaces, namespaces),
      workloads: exchanged(before.workloads, this.workloads),
      policies: exchanged(before.policies, policies),
      clusterPolicies: exchanged(before.clusterPolicies, clusterPolicies),
    };
    const others = {
      policies: notIn(this.before.policies, after.policies),
      clusterPolicies: notIn(this.before.clusterPolicies, after.clusterPolicies),
    };
    this.onlyNewPolicies = { ...after, ...others };
    const news = others.policies.length + others.clusterPolicies.length;
    this.areMost =
      isSameGround(this.before, after) &&
      notIn(this.before.workloads, after.workloads).length <= mostWorkloads &&
      news <= Math.max(fewPolicies, after.policies.length / 2);
  }
}

function withGroundOf(before: Cluster, after: Cluster): Cluster {
  const alike = grounds.filter((part) => before[part] !== undefined && isSameValue(before[part], after[part]));
  return { ...before, ...Object.fromEntries(alike.map((part) => [part, after[part]])) };
}

const exchanged = <T>(objects: readonly T[], twins: Twins<T>): readonly T[] =>
  twins.size === 0 ? objects : objects.map((object) => twins.get(object) ?? object);

function notIn<T>(known: readonly T[], objects: readonly T[]): readonly T[] {
  const all = new Set(known);
  return objects.filter((object) => !all.has(object));
}
