import type { PolicyRef } from "../decision";
import type { ClusterPolicy, NetworkPolicy } from "../model";

/**
 * Whether a reference names this policy. A reference holds the very name, namespace and place of its policy, so that those that are not
 * known are told apart too.
 */
export function isReferenceTo(ref: PolicyRef, policy: NetworkPolicy | ClusterPolicy): boolean {
  const kind = "kind" in policy ? policy.kind : "NetworkPolicy";
  const namespace = "namespace" in policy ? policy.namespace : undefined;
  return ref.kind === kind && ref.namespace === namespace && ref.name === policy.name && ref.location === policy.location;
}
