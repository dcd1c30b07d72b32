import { writtenWorkloads } from "../../enforcement/pod-templates";
import { isUnknown, type Peer } from "../../model";
import type { Family } from "../../sets/ip-set";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, resourceObject } from "../cni-findings";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { placed, policyObject, quoted } from "../words";
import { textAt } from "../written-objects";
import { policiesOf } from "../../enforcement/covered-workloads";
import { policyRefs } from "../cni-findings";

export const vpc017OtherAddressFamily: LintRule = {
  ...aboutVpcCni,
  code: "VPC017",
  name: "other-address-family",
  title: "A rule, or an interface of pods, is of an address family or a network that the VPC CNI does not look at",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    return [...otherFamily(context, cni), ...openEgress(context, cni), ...moreInterfaces(context)];
  },
};

function otherFamily({ evaluation }: LintContext, { settings: { ipFamily } }: CniContext): readonly RuleFinding[] {
  if (isUnknown(ipFamily)) return [];
  return writtenRules(evaluation).flatMap((rule) => {
    const { peers } = rule.rule;
    if (peers === "any") return [];
    const foreign = peers.flatMap((peer, index) =>
      peer.kind === "ipBlock" && typeof peer.cidr === "string" && peer.cidr.includes(":") !== (ipFamily === "IPv6")
        ? [{ index, cidr: peer.cidr }]
        : [],
    );
    // A rule for both families says the same in any cluster, and is written like that on purpose.
    if (foreign.length < peers.length || hasTwin(rule, ipFamily)) return [];
    return foreign.slice(0, 1).map(({ index, cidr }): RuleFinding => ({
      subject: policyObject(rule.policy),
      message: `the cluster's pods have ${ipFamily} addresses, and every block of the rule is of the other family (${quoted(cidr)}): the VPC CNI ignores them, so the rule opens nothing`,
      advice: `write blocks of ${ipFamily}`,
      ...placed(rule.policy),
      field: fieldOf(rule, { peer: index }),
      because: [refOf(rule, { peer: index })],
      key: `${rule.direction} ${cidr}`,
    }));
  });
}

/** Whether another rule of the policy says the same for blocks of the cluster's family. */
function hasTwin({ policy, direction, rule }: WrittenRule, family: Family): boolean {
  const ports = JSON.stringify(rule.ports);
  const isOwn = (peer: Peer): boolean =>
    peer.kind === "ipBlock" && typeof peer.cidr === "string" && peer.cidr.includes(":") === (family === "IPv6");
  return (policy[direction] ?? []).some(
    (other) => other !== rule && other.peers !== "any" && JSON.stringify(other.ports) === ports && other.peers.every(isOwn),
  );
}

/** Pods of an IPv6 cluster that leave by IPv4 through an interface nobody watches. */
function openEgress({ evaluation }: LintContext, { settings, facts }: CniContext): readonly RuleFinding[] {
  const { ipFamily, enableV4Egress } = settings;
  const isClosed = evaluation.cluster.policies.some(
    ({ egress }, place) => egress !== undefined && selectedPods(evaluation).ofPolicy(place).length > 0,
  );
  if (ipFamily !== "IPv6" || enableV4Egress !== true || !isClosed) return [];
  return facts.addons.map(({ resource }) => ({
    subject: resourceObject(resource),
    message:
      "pods of this IPv6 cluster have a second interface for IPv4 (`ENABLE_V4_EGRESS`), and no policy for egress sees what leaves by it, the instance metadata service included",
    advice: 'set `ENABLE_V4_EGRESS` to `"false"` in the add-on\'s `env`',
    ...placed(resource),
    field: "configuration_values",
    because: [],
    key: "ENABLE_V4_EGRESS",
  }));
}

const multus = "k8s.v1.cni.cncf.io/networks";

/** Pods with more interfaces than the one that is watched. */
function moreInterfaces(context: LintContext): readonly RuleFinding[] {
  const { evaluation } = context;
  return writtenWorkloads(context).flatMap(({ written, kind, template, path }) => {
    const networks = textAt(template, "metadata", "annotations", multus);
    if (networks === undefined) return [];
    const { namespace, name } = written.ref;
    const workload = evaluation.cluster.workloads.find((each) => each.kind === kind && each.namespace === namespace && each.name === name);
    const policies = workload === undefined ? [] : policiesOf(evaluation, workload);
    if (policies.length === 0) return [];
    return [
      {
        subject: written.ref,
        message: `the pods have more interfaces (${quoted(networks)}), and policies apply to the first only`,
        advice: "guard the other networks where they are made, or take them away",
        location: written.location,
        field: [path, "metadata.annotations"].filter((part) => part !== "").join("."),
        because: policyRefs(policies),
        key: networks,
      },
    ];
  });
}
