import { type CniRole, cniRoleOf, hasPodIdentityAgent, mayManageAddresses, nodesLackPermissions } from "../../enforcement/cni-role";
import type { CniAddon, InfrastructureFacts } from "../../enforcement/facts";
import { clusterEnforcement } from "../cni-context";
import { aboutVpcCni, resourceObject } from "../cni-findings";
import type { LintRule, RuleFinding, Severity } from "../rule";
import { placed, quoted } from "../words";

export const vpc029CniWithoutRole: LintRule = {
  ...aboutVpcCni,
  code: "VPC029",
  name: "cni-without-role",
  title: "The vpc-cni add-on has no role of its own, or one without the permissions or the order it needs",
  severity: "error",
  check(context) {
    const { facts } = clusterEnforcement(context);
    return facts === undefined ? [] : facts.addons.flatMap((addon) => finding(facts, addon) ?? []);
  },
};

interface Fault {
  readonly message: string;
  readonly advice: string;
  readonly field: string;
  readonly severity?: Severity;
}

function finding(facts: InfrastructureFacts, addon: CniAddon): RuleFinding | undefined {
  const role = cniRoleOf(facts, addon);
  const fault = role.by === "none" ? withoutRole(facts, addon) : faultOf(facts, addon, role);
  if (fault === undefined) return undefined;
  return { subject: resourceObject(addon.resource), ...fault, ...placed(addon.resource), because: [], key: fault.field };
}

function withoutRole(facts: InfrastructureFacts, addon: CniAddon): Fault {
  const advice =
    "set `service_account_role_arn` to a role for `system:serviceaccount:kube-system:aws-node` with `AmazonEKS_CNI_Policy`, or associate one by Pod Identity";
  const field = "service_account_role_arn";
  if (!nodesLackPermissions(facts, addon))
    return {
      message: "the add-on has no role of its own and takes that of its node, which every pod on the host network can take as well",
      advice,
      field,
      severity: "warning",
    };
  return {
    message:
      "the add-on has no role of its own, and no node role is seen to have `AmazonEKS_CNI_Policy`: pods get no addresses, and nodes do not become ready",
    advice,
    field,
  };
}

function faultOf(facts: InfrastructureFacts, addon: CniAddon, role: CniRole): Fault | undefined {
  if (role.by === "pod-identity" && !hasPodIdentityAgent(facts, addon))
    return {
      message: "the add-on gets its role by Pod Identity, and the add-on `eks-pod-identity-agent` that hands it out is not there",
      advice: "add the add-on `eks-pod-identity-agent`, before nodes",
      field: "pod_identity_association",
    };
  const name = quoted(role.role?.address ?? "");
  if (!mayManageAddresses(role))
    return {
      message: `the role of the add-on, ${name}, has no policy with the permissions of the plugin: pods get no addresses`,
      advice: `attach \`AmazonEKS_CNI_Policy\` to ${name}`,
      field: "service_account_role_arn",
    };
  if (role.attachments.length === 0 || role.attachments.some((each) => facts.order.isAfter(addon.resource, each))) return undefined;
  const [attachment] = role.attachments;
  return {
    message: `the add-on may start before ${name} has its policy, and may lose it before its nodes are gone, which leaves their network interfaces behind`,
    advice: `add ${quoted(attachment?.address ?? "")} to \`depends_on\` of the add-on`,
    field: "depends_on",
    severity: "warning",
  };
}
