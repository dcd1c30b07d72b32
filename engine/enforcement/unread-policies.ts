import type { Cluster } from "../model";
import { policyObject } from "../lint/words";
import type { Obstacle } from "./obstacles";
import type { OtherEngine } from "./other-engines";

/** Engines that know NetworkPolicies only. Of all others it is not certain that they leave the cluster-wide kinds alone. */
const onlyNetworkPolicies: ReadonlySet<string> = new Set(["weave-net", "kube-router", "romana"]);

/**
 * The cluster-wide policies of `policy.networking.k8s.io` (AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy), as something that
 * is not enforced: the VPC CNI has a kind of its own. Nothing, where another engine is there that may read them.
 */
export function unreadPolicies({ clusterPolicies }: Cluster, engines: readonly OtherEngine[]): readonly Obstacle[] {
  const [first] = clusterPolicies;
  if (first === undefined || engines.some(({ name }) => !onlyNetworkPolicies.has(name))) return [];
  const count = clusterPolicies.length;
  const said = count === 1 ? ["1 policy", "is", "it"] : [`${String(count)} policies`, "are", "them"];
  const [which = "", verb = "", them = ""] = said;
  return [
    {
      reach: "partly",
      code: "VPC001",
      subject: policyObject(first),
      ...(first.location === undefined ? {} : { location: first.location }),
      message: `${which} of \`policy.networking.k8s.io\` ${verb} not enforced: the VPC CNI does not read ${them}`,
      advice: "write NetworkPolicies, or a ClusterNetworkPolicy of `networking.k8s.aws/v1alpha1`",
      policies: clusterPolicies.map(policyObject),
    },
  ];
}
