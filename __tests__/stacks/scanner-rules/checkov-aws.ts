import {
  add,
  all,
  at,
  both,
  document,
  drop,
  each,
  listAt,
  none,
  principalsOf,
  rulesOf,
  set,
  statements,
  type Block,
  type Json,
  type ScannerRule,
  type Statement,
} from "./rule";

export const fiveLogTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
export const everywhere = ["0.0.0.0/0", "::/0"];

/** Whether a block is the one another names by reference. */
const refersTo = (value: unknown, address: string): boolean => String(value).includes(`\${${address}.`);

/** The addresses of a type's blocks. */
export const addressesOf = (json: Json, type: string): string[] => Object.keys(json.resource[type] ?? {}).map((name) => `${type}.${name}`);

/** Whether each block of one type is referred to by some block of another. */
export const eachUsed =
  (type: string, byTypes: readonly string[], key: string): ScannerRule["holds"] =>
  (json) =>
    addressesOf(json, type).every((address) => all(json, ...byTypes).some((block) => refersTo(at(block, key), address)));

const securityGroups = [
  "aws_security_group",
  "aws_security_group_rule",
  "aws_vpc_security_group_ingress_rule",
  "aws_vpc_security_group_egress_rule",
];

const covers = (block: Block, port: number): boolean =>
  block.protocol === "-1" || (Number(block.from_port) <= port && Number(block.to_port) >= port);

/** No rule of ours lets the whole internet in on a port. */
export const closedTo = (port: number): ScannerRule["holds"] =>
  none("aws_security_group_rule", (block) => {
    const open = [...listAt(block, "cidr_blocks"), ...listAt(block, "ipv6_cidr_blocks")].some((cidr) => everywhere.includes(String(cidr)));
    return block.type === "ingress" && open && covers(block, port);
  });

export const openIngress = (port: number): ScannerRule["weaken"] =>
  add("aws_security_group_rule", {
    type: "ingress",
    description: "x",
    protocol: "tcp",
    from_port: port,
    to_port: port,
    cidr_blocks: ["0.0.0.0/0"],
  });

const keyPolicies = (json: Json): Statement[] => statements(json, "aws_kms_key", "policy");

const secretsEncrypted = each("aws_eks_cluster", (block) => listAt(block, "encryption_config.resources").includes("secrets"));

/** Checkov 3.3.13 on AWS resources. */
export const checkovAws: readonly ScannerRule[] = rulesOf("checkov", [
  [
    "CKV_AWS_37",
    "all five kinds of control-plane logs",
    each("aws_eks_cluster", (block) => fiveLogTypes.every((type) => listAt(block, "enabled_cluster_log_types").includes(type))),
    "cluster",
    set("aws_eks_cluster", "enabled_cluster_log_types", ["api", "audit", "authenticator"]),
  ],
  [
    "CKV_AWS_38",
    "no public endpoint for the whole internet",
    each("aws_eks_cluster", (block) => {
      const cidrs = listAt(block, "vpc_config.public_access_cidrs");
      return at(block, "vpc_config.endpoint_public_access") === false || (cidrs.length > 0 && !cidrs.includes("0.0.0.0/0"));
    }),
    "cluster",
    set("aws_eks_cluster", "vpc_config.endpoint_public_access", true),
  ],
  [
    "CKV_AWS_39",
    "no public endpoint, said explicitly",
    each("aws_eks_cluster", (block) => at(block, "vpc_config.endpoint_public_access") === false),
    "cluster",
    set("aws_eks_cluster", "vpc_config.endpoint_public_access", undefined),
  ],
  ["CKV_AWS_58", "encrypted secrets", secretsEncrypted, "cluster", set("aws_eks_cluster", "encryption_config", undefined)],
  [
    "CKV_AWS_100",
    "no SSH to nodes from everywhere",
    each(
      "aws_eks_node_group",
      (block) =>
        at(block, "remote_access.ec2_ssh_key") === undefined || listAt(block, "remote_access.source_security_group_ids").length > 0,
    ),
    "cluster",
    set("aws_eks_node_group", "remote_access", { ec2_ssh_key: "me" }),
  ],
  [
    "CKV_AWS_339",
    "a Kubernetes version of its list",
    each("aws_eks_cluster", ({ version }) => version === undefined || /^1\.(29|3[0-5])$/.test(version as string)),
    "cluster",
    set("aws_eks_cluster", "version", "1.27"),
  ],
  [
    "CKV_AWS_79",
    "instance metadata with session tokens",
    each("aws_launch_template", (block) => at(block, "metadata_options.http_tokens") === "required"),
    "cluster",
    set("aws_launch_template", "metadata_options.http_tokens", "optional"),
  ],
  [
    "CKV_AWS_341",
    "one hop for instance metadata",
    each("aws_launch_template", (block) => at(block, "metadata_options.http_put_response_hop_limit") === 1),
    "cluster",
    set("aws_launch_template", "metadata_options.http_put_response_hop_limit", 2),
  ],
  [
    "CKV_AWS_88",
    "no public address for nodes",
    each("aws_launch_template", (block) =>
      listAt(block, "network_interfaces").every((one) => at(one, "associate_public_ip_address") !== true),
    ),
    "cluster",
    set("aws_launch_template", "network_interfaces", [{ associate_public_ip_address: true }]),
  ],
  [
    "CKV_AWS_46",
    "no secrets in user data",
    each(
      "aws_launch_template",
      ({ user_data }) => !/AKIA[0-9A-Z]{16}/.test(Buffer.from((user_data ?? "") as string, "base64").toString("latin1")),
    ),
    "cluster",
    set("aws_launch_template", "user_data", Buffer.from("export KEY=AKIAIOSFODNN7EXAMPLE").toString("base64")),
  ],
  [
    "CKV_AWS_130",
    "no public address on launch, in public subnets either",
    each("aws_subnet", ({ map_public_ip_on_launch }) => map_public_ip_on_launch === false || map_public_ip_on_launch === undefined),
    "network",
    set("aws_subnet", "map_public_ip_on_launch", true),
  ],
  [
    "CKV_AWS_158",
    "logs encrypted with a key of one's own",
    each("aws_cloudwatch_log_group", ({ kms_key_id }) => kms_key_id !== undefined),
    "cluster",
    set("aws_cloudwatch_log_group", "kms_key_id", undefined),
  ],
  [
    "CKV_AWS_66",
    "a retention for logs",
    each("aws_cloudwatch_log_group", ({ retention_in_days }) => retention_in_days !== undefined),
    "network",
    set("aws_cloudwatch_log_group", "retention_in_days", undefined),
  ],
  [
    "CKV_AWS_338",
    "logs kept for a year",
    each("aws_cloudwatch_log_group", ({ retention_in_days }) => retention_in_days === 0 || Number(retention_in_days) >= 365),
    "cluster",
    set("aws_cloudwatch_log_group", "retention_in_days", 90),
  ],
  [
    "CKV_AWS_7",
    "keys are renewed",
    each("aws_kms_key", ({ enable_key_rotation }) => enable_key_rotation === true),
    "cluster",
    set("aws_kms_key", "enable_key_rotation", false),
  ],
  [
    "CKV_AWS_227",
    "keys are enabled",
    each("aws_kms_key", ({ is_enabled }) => is_enabled !== false),
    "network",
    set("aws_kms_key", "is_enabled", false),
  ],
  [
    "CKV_AWS_33",
    "keys are not for everybody",
    (json) => keyPolicies(json).every((statement) => !principalsOf(statement).includes("*")),
    "cluster",
    set("aws_kms_key", "policy", document({ Principal: "*", Action: "kms:*", Resource: "*" })),
  ],
  [
    "CKV2_AWS_64",
    "keys say who may use them",
    (json) => all(json, "aws_kms_key").every(({ policy }) => policy !== undefined),
    "cluster",
    set("aws_kms_key", "policy", undefined),
  ],
  [
    "CKV_AWS_23",
    "security groups and their rules are described",
    (json) => all(json, ...securityGroups).every(({ description }) => typeof description === "string" && description !== ""),
    "cluster",
    add("aws_security_group", { name: "nodes" }),
  ],
  ["CKV_AWS_24", "no SSH from everywhere", closedTo(22), "cluster", openIngress(22)],
  ["CKV_AWS_25", "no remote desktop from everywhere", closedTo(3389), "cluster", openIngress(3389)],
  ["CKV_AWS_260", "no port 80 from everywhere", closedTo(80), "cluster", openIngress(80)],
  [
    "CKV_AWS_277",
    "not every port from everywhere",
    none(
      "aws_security_group_rule",
      (block) => block.type === "ingress" && block.protocol === "-1" && listAt(block, "cidr_blocks").includes("0.0.0.0/0"),
    ),
    "cluster",
    add("aws_security_group_rule", { type: "ingress", description: "x", protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }),
  ],
  [
    "CKV_AWS_382",
    "not every port to everywhere",
    none(
      "aws_security_group_rule",
      (block) => block.type === "egress" && block.protocol === "-1" && listAt(block, "cidr_blocks").includes("0.0.0.0/0"),
    ),
    "cluster",
    add("aws_security_group_rule", { type: "egress", description: "x", protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }),
  ],
  [
    "CKV2_AWS_5",
    "security groups are attached to something",
    (json) =>
      addressesOf(json, "aws_security_group").every((address) =>
        all(json, "aws_eks_cluster", "aws_launch_template").some((block) => refersTo(JSON.stringify(block), address)),
      ),
    "cluster",
    add("aws_security_group", { description: "attached to nothing" }),
  ],
  ["CKV2_AWS_11", "a flow log for each VPC", eachUsed("aws_vpc", ["aws_flow_log"], "vpc_id"), "network", drop("aws_flow_log")],
  [
    "CKV2_AWS_12",
    "the default security group of each VPC is closed",
    both(
      eachUsed("aws_vpc", ["aws_default_security_group"], "vpc_id"),
      each("aws_default_security_group", (block) => [...listAt(block, "ingress"), ...listAt(block, "egress")].length === 0),
    ),
    "network",
    set("aws_default_security_group", "ingress", [{ protocol: "-1", self: true }]),
  ],
  [
    "CKV2_AWS_19",
    "addresses are used",
    eachUsed("aws_eip", ["aws_nat_gateway", "aws_instance"], "allocation_id"),
    "network",
    drop("aws_nat_gateway"),
  ],
  [
    "CKV2_AWS_35",
    "the way out is a NAT gateway, not an instance",
    none("aws_route", ({ network_interface_id, instance_id }) => network_interface_id !== undefined || instance_id !== undefined),
    "network",
    set("aws_route", "instance_id", "i-0"),
  ],
  [
    "CKV2_AWS_44",
    "no peering for every address",
    none(
      "aws_route",
      (block) => block.vpc_peering_connection_id !== undefined && everywhere.includes(String(block.destination_cidr_block)),
    ),
    "network",
    add("aws_route", { vpc_peering_connection_id: "pcx-0", destination_cidr_block: "0.0.0.0/0" }),
  ],
]);
