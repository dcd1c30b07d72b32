import { directions, type Direction, type NetworkPolicy } from "../../model";
import { networkPolicyRef } from "../../reasons";
import { cniContext } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import type { LintRule, RuleFinding } from "../rule";
import { placed, policyObject } from "../words";

export const vpc018PingDropped: LintRule = {
  ...aboutVpcCni,
  code: "VPC018",
  name: "ping-dropped",
  title: "Every rule for the pods names ports, and then the VPC CNI drops ICMP: ping, and the messages that large packets need",
  severity: "info",
  check(context) {
    const cni = cniContext(context);
    if (cni?.settings.ipFamily !== "IPv4") return [];
    const { evaluation } = context;
    const { cluster, universe, interpretations } = evaluation;
    const found = new Map<NetworkPolicy, Set<Direction>>();
    for (const group of universe.groups.all) {
      if (universe.groups.workloadsIn(group).length === 0 || group.hostNetwork !== "no") continue;
      for (const direction of directions) {
        const applied = interpretations.flatMap((each) => each.appliesTo(group, direction).networkPolicies);
        const policies = [...new Set(applied.map(({ policy }) => policy))].flatMap((place) => cluster.policies[place] ?? []);
        const rules = policies.flatMap((policy) => policy[direction] ?? []);
        if (rules.length === 0 || rules.some(({ ports }) => ports === "any")) continue;
        for (const policy of policies.filter((each) => (each[direction] ?? []).length > 0))
          found.set(policy, (found.get(policy) ?? new Set()).add(direction));
      }
    }
    return [...found].map(([policy, closed]) => finding(policy, [...closed]));
  },
};

const finding = (policy: NetworkPolicy, closed: readonly Direction[]): RuleFinding => ({
  subject: policyObject(policy),
  message: `every rule for ${closed.join(" and ")} of its pods names ports, so the VPC CNI drops ICMP: \`ping\` finds nobody, and a path that takes only smaller packets is not told of`,
  advice: "accept it, or add a rule without ports for the peers that should be able to ping",
  ...placed(policy),
  field: `spec.${closed[0] ?? "ingress"}`,
  because: [networkPolicyRef(policy)],
  key: closed.join(),
});
