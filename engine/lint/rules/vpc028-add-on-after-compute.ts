import { type CniAddon, clusterOfResource, type InfrastructureFacts, isSameCluster } from "../../enforcement/facts";
import type { InfrastructureResource } from "../../model";
import { clusterEnforcement } from "../cni-context";
import { aboutVpcCni, resourceObject } from "../cni-findings";
import type { LintRule, RuleFinding } from "../rule";
import { placed, quoted } from "../words";

export const vpc028AddOnAfterCompute: LintRule = {
  ...aboutVpcCni,
  code: "VPC028",
  name: "add-on-after-compute",
  title: "Nodes are not made after the vpc-cni add-on, so pods may run before policies are enforced, or nodes never become ready",
  severity: "error",
  check(context) {
    const { facts } = clusterEnforcement(context);
    if (facts === undefined) return [];
    return facts.addons.flatMap((addon) =>
      facts.nodeGroups.filter((nodes) => isSameCluster(nodes, addon.resource)).flatMap((nodes) => finding(facts, addon, nodes) ?? []),
    );
  },
};

function finding(facts: InfrastructureFacts, { resource }: CniAddon, nodes: InfrastructureResource): RuleFinding | undefined {
  const { order } = facts;
  // Resources of different stacks are ordered by their stacks, and a node group of another one can only be later.
  if (order.isAfter(nodes, resource) || nodes.stack !== resource.stack) return undefined;
  const isReversed = order.isAfter(resource, nodes);
  const bringsOwn = clusterOfResource(facts, resource)?.bootstrapsCni !== false;
  const said = isReversed ? "is made after the node group" : "has no order with the node group: whichever comes first is chance";
  const effect = bringsOwn
    ? "pods that run before it are not enforced until it has replaced the plugin that EKS brings"
    : "the cluster brings no plugin of its own, so nodes stay unready until it comes, and creating the group may fail";
  return {
    subject: resourceObject(resource),
    message: `the add-on ${said} ${isReversed ? quoted(nodes.address) : `(${quoted(nodes.address)})`}; ${effect}`,
    advice: `add ${quoted(resource.address)} to \`depends_on\` of ${quoted(nodes.address)}${isReversed ? ", and take the other direction out" : ""}`,
    ...placed(resource),
    field: "depends_on",
    because: [],
    key: nodes.address,
    ...(isReversed || !bringsOwn ? {} : { severity: "warning" as const }),
  };
}
