import { migratePolicies } from "../../compare/migrate";
import { clusterPolicyRef } from "../../reasons";
import { enforcedContext } from "../enforced-context";
import type { LintRule } from "../rule";
import { counted, placed, policyObject } from "../words";

export const np113DeprecatedClusterPolicy: LintRule = {
  code: "NP113",
  name: "deprecated-cluster-policy",
  title: "AdminNetworkPolicy and BaselineAdminNetworkPolicy were replaced by ClusterNetworkPolicy",
  severity: "warning",
  category: "correctness",
  seesUnread: true,
  check(context) {
    const { clusterPolicies } = context.evaluation.cluster;
    const isRead = enforcedContext(context).evaluation.cluster.clusterPolicies.length > 0;
    const { notCarriedOver } = migratePolicies(clusterPolicies);
    return clusterPolicies
      .filter(({ kind }) => kind !== "ClusterNetworkPolicy")
      .map((policy) => {
        const tier = policy.tier === "Admin" ? "`tier: Admin` and the same priority" : "`tier: Baseline`";
        const lost = notCarriedOver.filter((each) => each.policy.kind === policy.kind && each.policy.name === policy.name).length;
        return {
          subject: policyObject(policy),
          message: `\`${policy.kind}\` v1alpha1 was replaced by \`ClusterNetworkPolicy\` v1alpha2; an implementation that knows only the new kind ignores it`,
          advice: isRead
            ? `write it as a \`ClusterNetworkPolicy\` with ${tier}${lost === 0 ? ", which can say all of it" : `; ${counted(lost, "rule")} cannot be carried over as written`}`
            : forVpcCni,
          ...placed(policy),
          because: [clusterPolicyRef(policy)],
          key: "kind",
        };
      });
  },
};

/** The kind that replaced the two is not read there either. */
const forVpcCni = "write NetworkPolicies, or a ClusterNetworkPolicy of `networking.k8s.aws/v1alpha1`, which is what the VPC CNI reads";
