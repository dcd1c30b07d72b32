import type { InfrastructureFacts } from "../../enforcement/facts";
import { type Cluster, type InfrastructureResource, shown } from "../../model";
import { networkPolicyRef } from "../../reasons";
import { clusterEnforcement } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import type { LintRule, RuleFinding } from "../rule";
import { placed, policyObject, quoted } from "../words";

export const vpc022PolicyNotAfterAddOn: LintRule = {
  ...aboutVpcCni,
  code: "VPC022",
  name: "policy-not-after-add-on",
  title: "Nothing makes Terraform destroy a policy before the vpc-cni add-on, without which its namespace hangs in Terminating",
  severity: "error",
  check(context) {
    const { facts } = clusterEnforcement(context);
    if (facts === undefined || facts.addons.length === 0) return [];
    const resources = new Map(facts.resources.map((each) => [placeOf(each.location), each]));
    return policiesIn(context.evaluation.cluster).flatMap((policy) => {
      const resource = policy.location?.address === undefined ? undefined : resources.get(placeOf(policy.location));
      return resource === undefined ? [] : (finding(facts, policy, resource) ?? []);
    });
  },
};

/** A policy that the controller puts a finalizer on. */
interface Finalized extends Pick<RuleFinding, "subject" | "location" | "because"> {
  readonly finalizer: string;
}

const group = "networking.k8s.aws";

function policiesIn({ policies, applicationPolicies = [], awsClusterPolicies = [] }: Cluster): readonly Finalized[] {
  return [
    ...policies.map((policy) => ({
      subject: policyObject(policy),
      ...placed(policy),
      because: [networkPolicyRef(policy)],
      finalizer: `${group}/resources`,
    })),
    ...applicationPolicies.map((policy) => ({
      subject: { kind: "ApplicationNetworkPolicy", namespace: shown(policy.namespace), name: shown(policy.name) },
      ...placed(policy),
      because: [],
      finalizer: `${group}/anp-resources`,
    })),
    ...awsClusterPolicies.map((policy) => ({
      subject: { kind: "ClusterNetworkPolicy", name: shown(policy.name) },
      ...placed(policy),
      because: [],
      finalizer: `${group}/cnp-resources`,
    })),
  ];
}

const placeOf = ({ file, address }: InfrastructureResource["location"]): string => JSON.stringify([file, address]);

function finding(
  facts: InfrastructureFacts,
  { finalizer, ...common }: Finalized,
  resource: InfrastructureResource,
): RuleFinding | undefined {
  const { addons, order } = facts;
  const near = addons.filter((addon) => isTogether(addon.resource, resource));
  if (near.length > 0) {
    if (near.some((addon) => order.isAfter(resource, addon.resource))) return undefined;
    const [addon = addons[0]] = near;
    const address = addon?.resource.address ?? "";
    return {
      ...common,
      message: `the policy does not depend on ${quoted(address)}: Terraform may destroy the add-on first, and nobody is left to take the finalizer \`${finalizer}\` off the policy`,
      advice: `add ${quoted(address)} to \`depends_on\``,
      field: "depends_on",
      key: "same stack",
    };
  }
  if (resource.stack === undefined || addons.some((addon) => isStackAfter(facts, resource, addon.resource))) return undefined;
  return {
    ...common,
    severity: "info",
    message: `nothing says that stack ${quoted(resource.stack)} is destroyed before the stack of the vpc-cni add-on, which it does not read anything from`,
    advice: "make the stack depend on the add-on's, or always destroy it first",
    key: "other stack",
  };
}

const isTogether = (addon: InfrastructureResource, policy: InfrastructureResource): boolean =>
  addon.stack === policy.stack && addon.location.file === policy.location.file;

/** A stack that reads the other's outputs is destroyed before it. Where nobody says whose outputs, any may be meant. */
function isStackAfter({ resources }: InfrastructureFacts, { stack }: InfrastructureResource, addon: InfrastructureResource): boolean {
  const reads = resources.filter((each) => each.stack === stack && each.type === "terraform_remote_state");
  const prefix = "cross-stack-reference-input-";
  return reads.some(({ address }) => !address.includes(prefix) || addon.stack === undefined || address.endsWith(`${prefix}${addon.stack}`));
}
