import { vpcCniConfiguration } from "../../stacks/constructs/vpc-cni-config";
import { addresses, dependsOn, resource, synthesize, type Block } from "./synthesized";

const conditionsOf = (role: Block): unknown => {
  const policy = JSON.parse(role.assume_role_policy as string) as { Statement: { Condition?: unknown }[] };
  return policy.Statement[0]?.Condition;
};

describe("the cluster stack", () => {
  const { cluster, warnings } = synthesize();
  const eks = resource(cluster, "aws_eks_cluster");
  const vpcCni = resource(cluster, "aws_eks_addon", "vpc-cni");

  test("keeps its addresses: they are where the state finds things", () => {
    expect(addresses(cluster)).toEqual([
      "aws_cloudwatch_log_group.eks_logs_54E521A3",
      "aws_eks_access_entry.admin_entry_B0F1F9DB",
      "aws_eks_access_policy_association.admin_administrator_DF9E72EB",
      "aws_eks_addon.coredns_addon_21614B5E",
      "aws_eks_addon.kube-proxy_addon_F01439BE",
      "aws_eks_addon.vpc-cni_addon_CACAC39C",
      "aws_eks_cluster.eks_cluster_55B0C966",
      "aws_eks_node_group.node-group_nodes_B4815D61",
      "aws_iam_openid_connect_provider.eks_identity-provider_D0981EE8",
      "aws_iam_role.eks_role_E19FB61D",
      "aws_iam_role.node-group_role_C115F782",
      "aws_iam_role.vpc-cni_role_E8E127BC",
      "aws_iam_role_policy_attachment.eks_role_cluster-policy_C09637E9",
      "aws_iam_role_policy_attachment.node-group_role_image-pull-policy_47AC4816",
      "aws_iam_role_policy_attachment.node-group_role_worker-policy_0C66CAC0",
      "aws_iam_role_policy_attachment.vpc-cni_role_policy_43A1A7E7",
      "aws_launch_template.node-group_template_14AF85FE",
    ]);
  });

  test("keeps the names other stacks read its outputs by", () => {
    expect(Object.keys(cluster.json.output ?? {})).toEqual([
      "configure_kubectl",
      "cross-stack-output-aws_eks_clustereks_cluster_55B0C966certificate_authority0data",
      "cross-stack-output-aws_eks_clustereks_cluster_55B0C966endpoint",
      "vpc_cni_version",
    ]);
  });

  test("asks for Kubernetes 1.27 unless told otherwise", () => {
    expect(eks.version).toBe("1.27");
    const { cluster: newer } = synthesize({ kubernetesVersion: "1.35" });
    expect(resource(newer, "aws_eks_cluster").version).toBe("1.35");
    expect(resource(newer, "aws_eks_node_group").version).toBe("1.35");
  });

  test("has a private endpoint, and a public one only for named addresses", () => {
    const vpcConfig = (stack: typeof cluster) => resource(stack, "aws_eks_cluster").vpc_config;
    expect(vpcConfig(cluster)).toMatchObject({ endpoint_private_access: true, endpoint_public_access: false });
    expect(vpcConfig(cluster)).not.toHaveProperty("public_access_cidrs");
    const open = synthesize({ endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.7/32"] });
    expect(vpcConfig(open.cluster)).toMatchObject({ endpoint_public_access: true, public_access_cidrs: ["203.0.113.7/32"] });
    const world = synthesize({ endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] });
    expect(world.warnings).toContain(
      "the Kubernetes API is open to the whole internet: narrow `publicAccessCidrs` to the addresses that need it",
    );
  });

  test("leaves add-ons and administrators to this code", () => {
    expect(eks).toMatchObject({
      bootstrap_self_managed_addons: false,
      access_config: { authentication_mode: "API", bootstrap_cluster_creator_admin_permissions: false },
    });
  });

  test("makes the deployer's role administrator, or the principal it is given", () => {
    const entry = resource(cluster, "aws_eks_access_entry");
    expect(entry.principal_arn).toBe("${data.aws_iam_session_context.admin_session_7393B496.issuer_arn}");
    expect(entry.lifecycle).toEqual({ ignore_changes: ["principal_arn"] });
    const arn = "arn:aws:iam::111122223333:role/deploy";
    const { cluster: given } = synthesize({ adminPrincipalArn: arn });
    expect(resource(given, "aws_eks_access_entry")).toMatchObject({ principal_arn: arn });
    expect(resource(given, "aws_eks_access_entry")).not.toHaveProperty("lifecycle");
    expect(given.json.data).not.toHaveProperty("aws_caller_identity");
    expect(resource(given, "aws_eks_access_policy_association").policy_arn).toMatch(/cluster-access-policy\/AmazonEKSClusterAdminPolicy$/);
  });

  test("has one role for the CNI, which only aws-node may take", () => {
    const role = resource(cluster, "aws_iam_role", "vpc-cni");
    const host = '${replace(aws_eks_cluster.eks_cluster_55B0C966.identity[0].oidc[0].issuer, "https://", "")}';
    // Terraform evaluates the quotes inside `${…}`; to JSON alone they would end the key.
    const text = (role.assume_role_policy as string).replaceAll('"https://", ""', "'https://', ''");
    expect(conditionsOf({ assume_role_policy: text })).toEqual({
      StringEquals: {
        [`${host.replaceAll('"', "'")}:sub`]: "system:serviceaccount:kube-system:aws-node",
        [`${host.replaceAll('"', "'")}:aud`]: "sts.amazonaws.com",
      },
    });
    expect(text).toContain('"Federated":"${aws_iam_openid_connect_provider.eks_identity-provider_D0981EE8.arn}"');
    expect(text).toContain('"Action":"sts:AssumeRoleWithWebIdentity"');
    expect(resource(cluster, "aws_iam_role_policy_attachment", "vpc-cni").policy_arn).toMatch(/:iam::aws:policy\/AmazonEKS_CNI_Policy$/);
  });

  test("gives nodes no permission of the CNI", () => {
    const attached = Object.entries(cluster.json.resource.aws_iam_role_policy_attachment ?? {})
      .filter(([name]) => name.startsWith("node-group"))
      .map(([, { policy_arn }]) => String(policy_arn).replace(/^.*\//, ""));
    expect(attached.sort()).toEqual(["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]);
  });

  test("trusts the cluster's issuer without a thumbprint", () => {
    expect(resource(cluster, "aws_iam_openid_connect_provider")).toMatchObject({
      url: "${aws_eks_cluster.eks_cluster_55B0C966.identity[0].oidc[0].issuer}",
      client_id_list: ["sts.amazonaws.com"],
    });
    expect(resource(cluster, "aws_iam_openid_connect_provider")).not.toHaveProperty("thumbprint_list");
  });

  test("runs the most recent vpc-cni with policy enforcement, under its own role", () => {
    expect(vpcCni).toMatchObject({
      addon_name: "vpc-cni",
      addon_version: "${data.aws_eks_addon_version.vpc-cni_most-recent_A1DE3270.version}",
      configuration_values: '{"enableNetworkPolicy":"true"}',
      service_account_role_arn: "${aws_iam_role.vpc-cni_role_E8E127BC.arn}",
      preserve: true,
      resolve_conflicts_on_create: "OVERWRITE",
      resolve_conflicts_on_update: "OVERWRITE",
      timeouts: { create: "25m" },
    });
    expect(cluster.json.data.aws_eks_addon_version?.["vpc-cni_most-recent_A1DE3270"]).toMatchObject({
      addon_name: "vpc-cni",
      kubernetes_version: "1.27",
      most_recent: true,
    });
  });

  test("looks no version up when vpc-cni is pinned", () => {
    const { cluster: pinned } = synthesize({ vpcCniVersion: "v1.20.1-eksbuild.3" });
    expect(resource(pinned, "aws_eks_addon", "vpc-cni").addon_version).toBe("v1.20.1-eksbuild.3");
    expect(Object.keys(pinned.json.data.aws_eks_addon_version ?? {})).toHaveLength(2);
  });

  test("writes switches of the add-on as text, the only form its schema takes", () => {
    expect(vpcCniConfiguration({ enableNetworkPolicy: true })).toBe('{"enableNetworkPolicy":"true"}');
    expect(vpcCniConfiguration({ enableNetworkPolicy: false })).toBe('{"enableNetworkPolicy":"false"}');
  });

  test("orders log group and role, cluster, CNI role, CNI, nodes, DNS", () => {
    expect(dependsOn(eks)).toEqual(["aws_iam_role_policy_attachment.eks_role_cluster-policy", "aws_cloudwatch_log_group.eks_logs"]);
    expect(dependsOn(vpcCni)).toEqual(["aws_iam_role_policy_attachment.vpc-cni_role_policy"]);
    expect(dependsOn(resource(cluster, "aws_eks_node_group"))).toEqual([
      "aws_iam_role_policy_attachment.node-group_role_worker-policy",
      "aws_iam_role_policy_attachment.node-group_role_image-pull-policy",
      "aws_eks_addon.vpc-cni_addon",
      "aws_eks_addon.kube-proxy_addon",
    ]);
    expect(dependsOn(resource(cluster, "aws_eks_addon", "coredns"))).toEqual(["aws_eks_node_group.node-group_nodes"]);
  });

  test("names its log group as EKS will look for it", () => {
    expect(resource(cluster, "aws_cloudwatch_log_group")).toMatchObject({ name: "/aws/eks/netpol/cluster", retention_in_days: 365 });
    expect(eks.enabled_cluster_log_types).toEqual(["api", "audit", "authenticator", "controllerManager", "scheduler"]);
  });

  test("starts nodes with encrypted disks and guarded instance metadata", () => {
    expect(resource(cluster, "aws_launch_template")).toMatchObject({
      metadata_options: { http_tokens: "required", http_put_response_hop_limit: 1 },
      block_device_mappings: [{ ebs: { encrypted: "true", volume_type: "gp3", volume_size: 30 } }],
    });
    expect(resource(cluster, "aws_launch_template")).not.toHaveProperty("vpc_security_group_ids");
  });

  test("leaves the size of the node group to an autoscaler", () => {
    const nodes = resource(cluster, "aws_eks_node_group");
    expect(nodes.scaling_config).toEqual({ min_size: 1, desired_size: 2, max_size: 3 });
    expect(nodes.lifecycle).toEqual({ create_before_destroy: true, ignore_changes: ["scaling_config[0].desired_size"] });
    const { cluster: arm } = synthesize({ nodeInstanceTypes: ["m7g.large"] });
    expect(resource(arm, "aws_eks_node_group")).toMatchObject({ ami_type: "AL2023_ARM_64_STANDARD", instance_types: ["m7g.large"] });
  });

  describe("when EKS no longer offers the version", () => {
    const sentence =
      "EKS creates Kubernetes 1.27 clusters only until the end of extended support, 2025-07-24: " +
      "set `kubernetesVersion` (NETPOL_EKS_KUBERNETES_VERSION) to a supported version, such as 1.36";

    test("warns at synth, and fails the plan with the same sentence", () => {
      expect(warnings).toEqual([sentence]);
      expect(eks.lifecycle).toEqual({
        precondition: [
          {
            condition:
              "${contains([for v in data.aws_eks_cluster_versions.eks_offered_versions_CD98AD48.cluster_versions : " +
              'v.cluster_version if v.version_status != "UNSUPPORTED"], "1.27")}',
            error_message: sentence,
          },
        ],
      });
    });

    test("checks nothing in the plan when told to allow it, and still warns", () => {
      const allowed = synthesize({ allowUnsupportedVersion: true });
      expect(resource(allowed.cluster, "aws_eks_cluster")).not.toHaveProperty("lifecycle");
      expect(allowed.cluster.json.data).not.toHaveProperty("aws_eks_cluster_versions");
      expect(allowed.warnings).toEqual([sentence]);
    });

    test("upgrades at the end of standard support rather than pay more, except where that day has passed", () => {
      const supportType = (kubernetesVersion: string) =>
        resource(synthesize({ kubernetesVersion }).cluster, "aws_eks_cluster").upgrade_policy;
      expect(supportType("1.27")).toEqual({ support_type: "EXTENDED" });
      expect(supportType("1.33")).toEqual({ support_type: "EXTENDED" });
      expect(supportType("1.35")).toEqual({ support_type: "STANDARD" });
    });
  });
});
