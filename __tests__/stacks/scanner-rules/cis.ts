import { addressesOf, everywhere } from "./checkov-aws";
import { add, all, at, drop, each, listAt, none, rulesOf, set, statementsOf, type Json, type ScannerRule } from "./rule";

const attachedTo = (json: Json, part: string): string[] =>
  Object.entries(json.resource.aws_iam_role_policy_attachment ?? {})
    .filter(([name]) => name.startsWith(part))
    .map(([, { policy_arn }]) => String(policy_arn).replace(/^.*\//, ""));

/** The add-on has a role of its own, and that role is taken by its service account only. */
const ownRoleOfCni = (json: Json): boolean =>
  all(json, "aws_eks_addon")
    .filter(({ addon_name }) => addon_name === "vpc-cni")
    .every((addon) => {
      const arn = String(addon.service_account_role_arn ?? at(addon, "pod_identity_association.role_arn"));
      const [address = ""] = addressesOf(json, "aws_iam_role").filter((each) => arn.includes(`\${${each}.`));
      const role = json.resource.aws_iam_role?.[address.replace("aws_iam_role.", "")];
      return (
        role !== undefined &&
        statementsOf(role.assume_role_policy).every(({ Condition }) => JSON.stringify(Condition ?? {}).includes("aws-node"))
      );
    });

const cniConfiguration = (json: Json): string[] =>
  all(json, "aws_eks_addon")
    .filter(({ addon_name }) => addon_name === "vpc-cni")
    .map(({ configuration_values }) => String(configuration_values));

const enforces = (json: Json): boolean =>
  cniConfiguration(json).every((text) => (JSON.parse(text) as { enableNetworkPolicy?: unknown }).enableNetworkPolicy === "true");

const weakenCni =
  (key: string, value: unknown): ScannerRule["weaken"] =>
  (json) => {
    const addon = all(json, "aws_eks_addon").find(({ addon_name }) => addon_name === "vpc-cni");
    if (addon === undefined) throw new Error("no vpc-cni to weaken");
    if (value === undefined) Reflect.deleteProperty(addon, key);
    else addon[key] = value;
  };

const namesOf = (json: Json, type: string, path: string): string[] => all(json, type).map((block) => String(at(block, path)));

/** CIS Amazon EKS Benchmark 1.7: what the resources of a cluster can show of it. */
export const cis: readonly ScannerRule[] = rulesOf("CIS EKS 1.7", [
  [
    "2.1.1",
    "audit logs",
    each("aws_eks_cluster", (block) => listAt(block, "enabled_cluster_log_types").includes("audit")),
    "cluster",
    set("aws_eks_cluster", "enabled_cluster_log_types", ["api"]),
  ],
  [
    "4.3.1",
    "a CNI that supports NetworkPolicies",
    (json) => addressesOf(json, "aws_eks_cluster").length === 0 || cniConfiguration(json).length === 1,
    "cluster",
    drop("aws_eks_addon"),
  ],
  [
    "4.3.2",
    "a NetworkPolicy in every namespace",
    (json) =>
      namesOf(json, "kubernetes_namespace_v1", "metadata.name").every((name) =>
        namesOf(json, "kubernetes_network_policy_v1", "metadata.namespace").includes(name),
      ),
    "policies",
    add("kubernetes_namespace_v1", { metadata: { name: "open" } }),
  ],
  [
    "5.1.3",
    "nodes may only read images",
    (json) => attachedTo(json, "node-group").every((name) => !name.includes("ContainerRegistry") || /(PullOnly|ReadOnly)$/.test(name)),
    "cluster",
    (json) => {
      json.resource.aws_iam_role_policy_attachment = {
        ...json.resource.aws_iam_role_policy_attachment,
        "node-group_weak": { policy_arn: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser" },
      };
    },
  ],
  [
    "5.2.1",
    "a dedicated service account's own role for the CNI",
    ownRoleOfCni,
    "cluster",
    (json) => {
      weakenCni("service_account_role_arn", undefined)(json);
      weakenCni("pod_identity_association", undefined)(json);
    },
  ],
  [
    "5.3.1",
    "secrets encrypted with a key of one's own",
    each("aws_eks_cluster", (block) => at(block, "encryption_config.provider.key_arn") !== undefined),
    "cluster",
    set("aws_eks_cluster", "encryption_config", undefined),
  ],
  [
    "5.4.1",
    "the endpoint is restricted",
    none(
      "aws_eks_cluster",
      (block) =>
        at(block, "vpc_config.endpoint_public_access") !== false &&
        (listAt(block, "vpc_config.public_access_cidrs").length === 0 ||
          listAt(block, "vpc_config.public_access_cidrs").some((cidr) => everywhere.includes(String(cidr)))),
    ),
    "cluster",
    set("aws_eks_cluster", "vpc_config.endpoint_public_access", true),
  ],
  [
    "5.4.2",
    "a private endpoint, and no public one",
    each(
      "aws_eks_cluster",
      (block) => at(block, "vpc_config.endpoint_private_access") === true && at(block, "vpc_config.endpoint_public_access") === false,
    ),
    "cluster",
    set("aws_eks_cluster", "vpc_config.endpoint_private_access", false),
  ],
  [
    "5.4.3",
    "nodes live in private subnets",
    each(
      "aws_eks_node_group",
      (block) =>
        listAt(block, "subnet_ids").length > 0 && listAt(block, "subnet_ids").every((id) => String(id).includes("aws_subnetprivate_")),
    ),
    "cluster",
    set("aws_eks_node_group", "subnet_ids", ["${data.terraform_remote_state.network.outputs.aws_subnetpublic_subnet-0id}"]),
  ],
  ["5.4.4", "NetworkPolicies are enforced", enforces, "cluster", weakenCni("configuration_values", '{"enableNetworkPolicy":"false"}')],
  [
    "5.4.5",
    "load balancers end TLS",
    none(
      "kubernetes_service_v1",
      (block) => at(block, "spec.type") === "LoadBalancer" && !JSON.stringify(at(block, "metadata.annotations") ?? {}).includes("ssl-cert"),
    ),
    "policies",
    set("kubernetes_service_v1", "spec.type", "LoadBalancer"),
  ],
  [
    "5.5.1",
    "users are known to IAM",
    each("aws_eks_cluster", (block) => at(block, "access_config.authentication_mode") === "API"),
    "cluster",
    set("aws_eks_cluster", "access_config.authentication_mode", "CONFIG_MAP"),
  ],
]);
