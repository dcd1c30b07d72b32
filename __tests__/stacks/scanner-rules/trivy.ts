import { addressesOf, closedTo, everywhere, eachUsed, fiveLogTypes, openIngress } from "./checkov-aws";
import {
  actionsOf,
  add,
  all,
  at,
  document,
  each,
  listAt,
  none,
  resourcesOf,
  rulesOf,
  set,
  statements,
  type Block,
  type Json,
  type ScannerRule,
} from "./rule";

const publicAccess = (block: Block): boolean => at(block, "vpc_config.endpoint_public_access") !== false;

const described =
  (...types: readonly string[]): ScannerRule["holds"] =>
  (json) =>
    all(json, ...types).every(({ description }) => typeof description === "string" && description !== "");

const openBlocks = (json: Json, direction: "ingress" | "egress"): boolean =>
  all(json, "kubernetes_network_policy_v1")
    .flatMap((block) => listAt(block, `spec.${direction}`))
    .flatMap((rule) => listAt(rule, direction === "ingress" ? "from" : "to"))
    .some((peer) => everywhere.includes(String(at(peer, "ip_block.cidr"))));

const openPolicy = (direction: "ingress" | "egress"): ScannerRule["weaken"] =>
  set("kubernetes_network_policy_v1", `spec.${direction}`, [
    { [direction === "ingress" ? "from" : "to"]: [{ ip_block: { cidr: "0.0.0.0/0" } }] },
  ]);

/** Trivy's checks of August 2026 on AWS resources and NetworkPolicies. */
export const trivy: readonly ScannerRule[] = rulesOf("trivy", [
  [
    "AWS-0038",
    "all five kinds of control-plane logs",
    each("aws_eks_cluster", (block) => fiveLogTypes.every((type) => listAt(block, "enabled_cluster_log_types").includes(type))),
    "cluster",
    set("aws_eks_cluster", "enabled_cluster_log_types", ["audit"]),
  ],
  [
    "AWS-0039",
    "secrets encrypted with a key that is named",
    each(
      "aws_eks_cluster",
      (block) =>
        listAt(block, "encryption_config.resources").includes("secrets") && at(block, "encryption_config.provider.key_arn") !== undefined,
    ),
    "cluster",
    set("aws_eks_cluster", "encryption_config.provider", {}),
  ],
  [
    "AWS-0040",
    "no public endpoint",
    none("aws_eks_cluster", publicAccess),
    "cluster",
    set("aws_eks_cluster", "vpc_config.endpoint_public_access", true),
  ],
  [
    "AWS-0041",
    "no public addresses for the endpoint",
    none(
      "aws_eks_cluster",
      (block) =>
        publicAccess(block) && listAt(block, "vpc_config.public_access_cidrs").some((cidr) => !/^(10|192\.168)\./.test(String(cidr))),
    ),
    "cluster",
    (json) => {
      set("aws_eks_cluster", "vpc_config.endpoint_public_access", true)(json);
      set("aws_eks_cluster", "vpc_config.public_access_cidrs", ["203.0.113.7/32"])(json);
    },
  ],
  [
    "AWS-0104",
    "no egress to everywhere on any port",
    none("aws_security_group_rule", (block) => block.type === "egress" && listAt(block, "cidr_blocks").includes("0.0.0.0/0")),
    "cluster",
    add("aws_security_group_rule", {
      type: "egress",
      description: "x",
      protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_blocks: ["0.0.0.0/0"],
    }),
  ],
  [
    "AWS-0107",
    "no SSH or remote desktop from everywhere",
    (json) => closedTo(22)(json) && closedTo(3389)(json),
    "cluster",
    openIngress(3389),
  ],
  [
    "AWS-0105",
    "network ACLs let not everybody in",
    none(
      "aws_network_acl_rule",
      (block) => block.egress !== true && block.rule_action === "allow" && everywhere.includes(String(block.cidr_block)),
    ),
    "network",
    add("aws_network_acl_rule", { rule_action: "allow", cidr_block: "0.0.0.0/0", protocol: "tcp", from_port: 22, to_port: 22 }),
  ],
  [
    "AWS-0102",
    "network ACLs do not open every port",
    none("aws_network_acl_rule", (block) => block.rule_action === "allow" && ["-1", "all"].includes(String(block.protocol))),
    "network",
    add("aws_network_acl_rule", { rule_action: "allow", cidr_block: "10.0.0.0/8", protocol: "-1" }),
  ],
  ["AWS-0099", "security groups are described", described("aws_security_group"), "cluster", add("aws_security_group", {})],
  [
    "AWS-0124",
    "rules of security groups are described",
    described("aws_security_group_rule"),
    "cluster",
    add("aws_security_group_rule", { type: "ingress" }),
  ],
  [
    "AWS-0164",
    "no public address on launch",
    each("aws_subnet", ({ map_public_ip_on_launch }) => map_public_ip_on_launch !== true),
    "network",
    set("aws_subnet", "map_public_ip_on_launch", true),
  ],
  [
    "AWS-0130",
    "instance metadata with session tokens",
    each("aws_launch_template", (block) => at(block, "metadata_options.http_tokens") === "required"),
    "cluster",
    set("aws_launch_template", "metadata_options", undefined),
  ],
  [
    "AWS-0028",
    "the same for instances",
    each("aws_instance", (block) => at(block, "metadata_options.http_tokens") === "required"),
    "cluster",
    add("aws_instance", {}),
  ],
  [
    "AWS-0131",
    "encrypted disks of instances, those of templates too",
    (json) =>
      each("aws_instance", (block) => at(block, "root_block_device.encrypted") === true)(json) &&
      each("aws_launch_template", (block) =>
        listAt(block, "block_device_mappings").every((device) => at(device, "ebs.encrypted") === "true"),
      )(json),
    "cluster",
    set("aws_launch_template", "block_device_mappings.ebs.encrypted", "false"),
  ],
  [
    "AWS-0026",
    "encrypted volumes",
    each("aws_ebs_volume", ({ encrypted }) => encrypted === true),
    "cluster",
    add("aws_ebs_volume", { size: 8 }),
  ],
  [
    "AWS-0008",
    "encrypted disks of launch configurations",
    each("aws_launch_configuration", (block) => at(block, "root_block_device.encrypted") === true),
    "cluster",
    add("aws_launch_configuration", {}),
  ],
  [
    "AWS-0178",
    "a flow log for each VPC",
    eachUsed("aws_vpc", ["aws_flow_log"], "vpc_id"),
    "network",
    set("aws_flow_log", "vpc_id", "vpc-0"),
  ],
  [
    "AWS-0173",
    "the default security group has no rule",
    each("aws_default_security_group", (block) => [...listAt(block, "ingress"), ...listAt(block, "egress")].length === 0),
    "network",
    set("aws_default_security_group", "egress", [{ protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }]),
  ],
  ["AWS-0101", "no default VPC", (json) => addressesOf(json, "aws_default_vpc").length === 0, "network", add("aws_default_vpc", {})],
  [
    "AWS-0017",
    "logs encrypted with a key of one's own",
    each("aws_cloudwatch_log_group", ({ kms_key_id }) => kms_key_id !== undefined),
    "network",
    set("aws_cloudwatch_log_group", "kms_key_id", undefined),
  ],
  [
    "AWS-0065",
    "keys are renewed",
    each("aws_kms_key", ({ enable_key_rotation }) => enable_key_rotation === true),
    "network",
    set("aws_kms_key", "enable_key_rotation", undefined),
  ],
  [
    "AWS-0342",
    "no role may be passed at will",
    (json) =>
      statements(json, "aws_iam_policy", "policy").every(
        (statement) => !(actionsOf(statement).includes("iam:PassRole") && resourcesOf(statement).includes("*")),
      ),
    "cluster",
    set("aws_iam_policy", "policy", document({ Action: "iam:PassRole", Resource: "*" })),
  ],
  ["KUBE-0001", "no NetworkPolicy lets every address in", (json) => !openBlocks(json, "ingress"), "policies", openPolicy("ingress")],
  ["KUBE-0002", "no NetworkPolicy lets out to every address", (json) => !openBlocks(json, "egress"), "policies", openPolicy("egress")],
]);
