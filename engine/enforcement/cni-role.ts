import { type InfrastructureResource, isUnknown, type Json, type Value } from "../model";
import { entriesAt, valueAt } from "../lint/written-objects";
import { knownBlocks, textArgument } from "./arguments";
import { type CniAddon, clusterOfResource, type InfrastructureFacts, isNamed, isSameCluster } from "./facts";

/** Where the plugin gets the permissions from that it needs to give pods their addresses. */
export interface CniRole {
  /** `irsa`: by `service_account_role_arn`. `pod-identity`: by an association. `none`: it takes those of its node. */
  readonly by: "irsa" | "pod-identity" | "none";
  /** The role, where the input holds it. */
  readonly role?: InfrastructureResource;
  /** What gives the role its policies. */
  readonly attachments: readonly InfrastructureResource[];
}

/** The role of an add-on's service account. */
export function cniRoleOf(facts: InfrastructureFacts, { resource }: CniAddon): CniRole {
  const association = associationOf(facts, resource);
  const by =
    textArgument(resource, "service_account_role_arn") !== undefined ? "irsa" : association === undefined ? "none" : "pod-identity";
  if (by === "none") return { by, attachments: [] };
  const holder = by === "irsa" ? resource : (association ?? resource);
  const role = facts.resources.find((each) => each.type === "aws_iam_role" && each.stack === holder.stack && refersTo(holder, each));
  return role === undefined ? { by, attachments: [] } : { by, role, attachments: attachmentsOf(facts, role) };
}

/** The association of the plugin's service account: a block of the add-on, or a resource beside it. */
function associationOf(facts: InfrastructureFacts, addon: InfrastructureResource): InfrastructureResource | undefined {
  const written = valueAt(addon.values, "pod_identity_association");
  if (isUnknown(written) || knownBlocks(addon.values, "pod_identity_association").length > 0) return addon;
  return facts.resources.find(
    (each) =>
      each.type === "aws_eks_pod_identity_association" &&
      isSameCluster(each, addon) &&
      textArgument(each, "namespace") === "kube-system" &&
      textArgument(each, "service_account") === "aws-node",
  );
}

const withoutKeys = (address: string): string => address.replaceAll(/\[[^\]]*\]/g, "");
const refersTo = ({ references }: InfrastructureResource, { address }: InfrastructureResource): boolean =>
  references.some((each) => withoutKeys(each) === withoutKeys(address));

/** What attaches policies to a role: resources that name it. */
export function attachmentsOf({ resources }: InfrastructureFacts, role: InfrastructureResource): readonly InfrastructureResource[] {
  const name = textArgument(role, "name");
  return resources.filter(
    (each) =>
      (each.type === "aws_iam_role_policy_attachment" || each.type === "aws_iam_role_policy") &&
      each.stack === role.stack &&
      (refersTo(each, role) || (typeof name === "string" && textArgument(each, "role") === name)),
  );
}

/** Whether a policy may hold what the plugin needs: a policy of AWS is known by its name, of any other nobody can tell. */
const mayServe = (arn: Value<string> | undefined): boolean => typeof arn !== "string" || !arn.includes(":aws:policy/") || isCniPolicy(arn);
const isCniPolicy = (arn: Json | undefined): boolean => typeof arn === "string" && arn.endsWith("/AmazonEKS_CNI_Policy");

/** Whether a role may have the permissions of the plugin. */
export function mayManageAddresses({ role, attachments }: CniRole): boolean {
  if (role === undefined || attachments.some((each) => each.type === "aws_iam_role_policy" || mayServe(textArgument(each, "policy_arn"))))
    return true;
  if (isUnknown(valueAt(role.values, "managed_policy_arns")) || knownBlocks(role.values, "inline_policy").length > 0) return true;
  return entriesAt(role.values, "managed_policy_arns").some((arn) => typeof arn !== "string" || mayServe(arn));
}

/**
 * Whether the roles of the nodes are all in the input and none of them is seen to get the permissions, so that the plugin does not work without a
 * role of its own. Which policy of AWS an attachment means is mostly not known before apply, and is then taken to be another.
 */
export function nodesLackPermissions(facts: InfrastructureFacts, { resource }: CniAddon): boolean {
  const groups = facts.nodeGroups.filter((group) => isSameCluster(group, resource));
  const roles = groups.map((group) =>
    facts.resources.find((each) => each.type === "aws_iam_role" && each.stack === group.stack && refersTo(group, each)),
  );
  const isLacking = (role: InfrastructureResource): boolean => {
    const attachments = attachmentsOf(facts, role).filter((each) => !isOfAws(each));
    return !mayManageAddresses({ by: "none", role, attachments });
  };
  return groups.length > 0 && roles.every((role) => role !== undefined && isLacking(role));
}

/** Whether an attachment names a policy by parts that are not known, and no policy of the input. */
const isOfAws = ({ values, references }: InfrastructureResource): boolean =>
  isUnknown(valueAt(values, "policy_arn")) && !references.some((address) => address.startsWith("aws_iam_policy."));

/** Whether the agent is there that hands out the roles of associations. */
export function hasPodIdentityAgent(facts: InfrastructureFacts, { resource }: CniAddon): boolean {
  const isAuto = clusterOfResource(facts, resource)?.autoMode;
  const agents = facts.resources.filter((each) => each.type === "aws_eks_addon" && isNamed("eks-pod-identity-agent")(each));
  return isUnknown(isAuto) || isAuto === true || agents.some((each) => isSameCluster(each, resource));
}
