import type { PolicyRef } from "../decision";
import { type Cluster, type ClusterPolicy, isAlike, type NetworkPolicy } from "../model";
import { clusterPolicyRef, networkPolicyRef } from "../reasons";

/** A policy that two clusters do not have alike. */
export interface PolicyDifference {
  readonly kind: "added" | "removed" | "changed";
  /** As in the cluster after, or before where it is removed. */
  readonly policy: PolicyRef;
  /** Its place in each cluster's list of its sort. */
  readonly before?: number;
  readonly after?: number;
}

/** The NetworkPolicies and the cluster-wide policies that differ. Where a policy is written makes no difference. */
export interface PolicyDifferences {
  readonly networkPolicies: readonly PolicyDifference[];
  readonly clusterPolicies: readonly PolicyDifference[];
}

/** Compares the policies of two clusters by kind, namespace and name. */
export const policyDifferences = (before: Cluster, after: Cluster): PolicyDifferences => ({
  networkPolicies: differences(before.policies, after.policies, networkPolicyRef),
  clusterPolicies: differences(before.clusterPolicies, after.clusterPolicies, clusterPolicyRef),
});

function differences<P extends NetworkPolicy | ClusterPolicy>(
  before: readonly P[],
  after: readonly P[],
  refOf: (policy: P) => PolicyRef,
): readonly PolicyDifference[] {
  const keyOf = (policy: P): string => {
    const { kind, namespace, name } = refOf(policy);
    return JSON.stringify([kind, namespace, name]);
  };
  const known = new Map(before.map((policy, place) => [keyOf(policy), { policy, place }]));
  const found: PolicyDifference[] = [];
  for (const [place, policy] of after.entries()) {
    const key = keyOf(policy);
    const old = known.get(key);
    known.delete(key);
    if (old === undefined) found.push({ kind: "added", policy: refOf(policy), after: place });
    else if (!isAlike<NetworkPolicy | ClusterPolicy>(old.policy, policy))
      found.push({ kind: "changed", policy: refOf(policy), before: old.place, after: place });
  }
  for (const { policy, place } of known.values()) found.push({ kind: "removed", policy: refOf(policy), before: place });
  return found;
}
