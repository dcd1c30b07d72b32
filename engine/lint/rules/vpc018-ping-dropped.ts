import type { Evaluation } from "../../evaluation";
import { directions, type Direction, type NetworkPolicy, type Workload } from "../../model";
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
    const cni = cniContext(context)?.cni;
    if (cni?.settings.ipFamily !== "IPv4") return [];
    const found = new Map<NetworkPolicy, Set<Direction>>();
    for (const { direction, policies, workloads } of suspects(context.evaluation)) {
      const one = workloads.find((workload) => cni.isEnforced(workload) === "yes");
      if (one === undefined || !cni.losesPing(one, direction)) continue;
      for (const policy of policies) found.set(policy, (found.get(policy) ?? new Set()).add(direction));
    }
    return [...found].map(([policy, closed]) => finding(policy, [...closed]));
  },
};

/** Workloads to which the same policies apply in a direction, all of whose rules name ports: any of them answers for all. */
interface Suspects {
  readonly direction: Direction;
  /** Those that have rules for it. */
  readonly policies: readonly NetworkPolicy[];
  readonly workloads: Workload[];
}

/** A rule without ports lets ICMP in for whomever it names, so pods that have one need not be asked about. */
function suspects({ universe, interpretations, cluster }: Evaluation): readonly Suspects[] {
  const found = new Map<string, Suspects>();
  for (const group of universe.groups.all) {
    for (const direction of directions) {
      const places = interpretations.flatMap((each) => each.appliesTo(group, direction).networkPolicies.map(({ policy }) => policy));
      const key = `${direction} ${places.join()}`;
      const applied = [...new Set(places)].flatMap((place) => cluster.policies[place] ?? []);
      const policies = applied.filter((policy) => (policy[direction] ?? []).length > 0);
      if (policies.length === 0 || policies.some((policy) => policy[direction]?.some(({ ports }) => ports === "any"))) continue;
      const known = found.get(key) ?? { direction, policies, workloads: [] };
      found.set(key, known);
      known.workloads.push(...universe.groups.workloadsIn(group));
    }
  }
  return [...found.values()];
}

const finding = (policy: NetworkPolicy, closed: readonly Direction[]): RuleFinding => ({
  subject: policyObject(policy),
  message: `every rule for ${closed.join(" and ")} of its pods names ports, so the VPC CNI drops ICMP: \`ping\` finds nobody, and a path that takes only smaller packets is not told of`,
  advice: "accept it, or add a rule without ports for the peers that should be able to ping",
  ...placed(policy),
  field: `spec.${closed[0] ?? "ingress"}`,
  because: [networkPolicyRef(policy)],
  key: closed.join(),
});
