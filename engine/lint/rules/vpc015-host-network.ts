import { everything, isUnknown, type Peer } from "../../model";
import { requirementsOf } from "../../selector";
import type { IndexSet } from "../../sets/index-set";
import { certainPoliciesOf } from "../certain-policies";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, deniedFlow, policyRefs } from "../cni-findings";
import { fieldOf, namedNamespaces, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { workloadsIn } from "../selected-pods";
import { witnessed } from "../witness";
import { listed, nameOf, placed, policyObject, workloadObject } from "../words";

export const vpc015HostNetwork: LintRule = {
  ...aboutVpcCni,
  code: "VPC015",
  name: "host-network",
  title: "Policies select pods on the host network, which nothing enforces, or name them as peers, which opens whole nodes",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    return [...selected(context, cni), ...peers(context)];
  },
};

function selected(context: LintContext, { uncovered }: CniContext): readonly RuleFinding[] {
  return uncovered
    .filter(({ because }) => because.includes("L-06"))
    .map(({ workload, policies, isEnforced }) => ({
      workload,
      policies,
      isEnforced,
      isCertain: certainPoliciesOf(context.evaluation, workload).length > 0,
    }))
    .map(({ workload, policies, isEnforced, isCertain }) => ({
      subject: workloadObject(workload),
      message: `${listed(policies.map(nameOf))} ${isCertain ? (policies.length === 1 ? "selects" : "select") : "may select"} pods ${isEnforced === "no" ? "on" : "that may be on"} the host network, where the VPC CNI enforces nothing`,
      advice: "set `hostNetwork` to false, or guard the nodes' ports with security groups",
      ...placed(workload),
      because: policyRefs(policies),
      key: "selected",
      ...(isEnforced === "no" && isCertain ? {} : { severity: "info" as const }),
      ...witnessed(deniedFlow(context, [workload])),
    }));
}

/** Peers that stand for the addresses of nodes. */
function peers({ evaluation }: LintContext): readonly RuleFinding[] {
  const { universe } = evaluation;
  const hosts = universe.of(universe.groups.all.filter(({ hostNetwork }) => hostNetwork === "yes").map(({ index }) => index));
  return writtenRules(evaluation).flatMap((rule) => {
    if (rule.rule.peers === "any") return [];
    return rule.rule.peers.flatMap((peer, index) => {
      if (peer.kind !== "pods") return [];
      const found = hostsOf(rule, index, hosts);
      const names = found.isEmpty
        ? []
        : workloadsIn(
            evaluation,
            [...found.members()].flatMap((at) => universe.groups.all[at] ?? []),
          );
      if (names.length === 0 && !isWholeSystem(peer)) return [];
      return [finding(rule, index, names.length === 0 ? "`aws-node` and `kube-proxy`" : listed(names.map(nameOf)))];
    });
  });
}

/** The specification leaves open whether selectors match pods on the host network: a reading in which they do is enough. */
function hostsOf({ matches }: WrittenRule, index: number, hosts: IndexSet): IndexSet {
  const found = matches.flatMap(({ peers: each }) => each?.[index]?.certain ?? []);
  return found.reduce((all, one) => all.union(one.intersect(hosts)), hosts.subtract(hosts));
}

/** Every pod of `kube-system`, by name: the agents of every node are among them, whether the input shows them or not. */
function isWholeSystem(peer: Extract<Peer, { readonly kind: "pods" }>): boolean {
  const { namespaces, pods } = peer;
  if (namespaces === "own" || isUnknown(namespaces) || requirementsOf(pods).length > 0 || pods.unknown !== undefined) return false;
  return (namedNamespaces(namespaces) ?? []).includes("kube-system") && namespaces !== everything;
}

function finding(rule: WrittenRule, index: number, names: string): RuleFinding {
  const { policy, direction } = rule;
  const on = rule.rule.ports === "any" ? "" : " on the ports of the rule";
  const what =
    direction === "ingress"
      ? `whatever comes from those nodes is let in${on}, traffic of node ports included`
      : `pods may connect to anything on those nodes${on}`;
  return {
    subject: policyObject(policy),
    message: `the peer names pods on the host network (${names}); the VPC CNI reads them as the addresses of their nodes, so ${what}`,
    advice: "name the pods that are meant and are not on the host network, or allow the nodes' addresses by an `ipBlock` that says so",
    ...placed(policy),
    field: fieldOf(rule, { peer: index }),
    because: [refOf(rule, { peer: index })],
    key: `${direction} ${names}`,
    severity: "warning",
  };
}
