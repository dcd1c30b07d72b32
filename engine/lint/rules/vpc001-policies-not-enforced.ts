import { clusterEnforcement } from "../cni-context";
import { aboutVpcCni, deniedByTiers, deniedFlow, obstacleFinding } from "../cni-findings";
import type { LintRule, RuleFinding } from "../rule";
import { witnessed } from "../witness";

export const vpc001PoliciesNotEnforced: LintRule = {
  ...aboutVpcCni,
  code: "VPC001",
  name: "policies-not-enforced",
  title: "The cluster does not enforce its policies: the vpc-cni add-on is missing, too old, or does not have enforcement on",
  severity: "error",
  seesUnread: true,
  check(context) {
    const { policies, clusterPolicies, awsClusterPolicies = [], applicationPolicies = [], workloads } = context.evaluation.cluster;
    const count = policies.length + clusterPolicies.length + awsClusterPolicies.length + applicationPolicies.length;
    const obstacles = clusterEnforcement(context).obstacles.filter(({ code }) => code === "VPC001");
    if (count === 0 || obstacles.length === 0) return [];
    return obstacles.map((obstacle): RuleFinding => {
      const finding = obstacleFinding(obstacle);
      if (obstacle.policies !== undefined) return { ...finding, key: "unread", ...witnessed(deniedByTiers(context, workloads)) };
      if (obstacle.reach === "undecided") return { ...finding, severity: "info", message: `undecided: ${finding.message}` };
      const witness = deniedFlow(context, workloads);
      const concerned = obstacle.reach === "none" ? `; ${policyCount(count)} without effect` : "";
      return { ...finding, message: `${finding.message}${concerned}`, ...witnessed(witness) };
    });
  },
};

const policyCount = (count: number): string => (count === 1 ? "the one policy is" : `all ${String(count)} policies are`);
