import { eks, vpcFindings } from "./vpc-lint";

const found = (...changes: Parameters<typeof eks>) => vpcFindings("VPC029", "", eks(...changes));
const withoutRole = { service_account_role_arn: null };
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

test("an add-on without a role is reported", () => {
  expect(found({ addon: withoutRole })).toMatchObject([
    { severity: "error", subject: { name: "aws_eks_addon.cni" }, field: "service_account_role_arn" },
  ]);
});

test("where the nodes' role certainly serves, it is a warning", () => {
  const more = {
    aws_iam_role: { nodes: { name: "nodes", assume_role_policy: "{}" } },
    aws_iam_role_policy_attachment: { nodes: { role: "${aws_iam_role.nodes.name}", policy_arn: managed("AmazonEKS_CNI_Policy") } },
    aws_eks_node_group: { nodes: { cluster_name: "shop", node_role_arn: "${aws_iam_role.nodes.arn}", depends_on: ["aws_eks_addon.cni"] } },
  };
  expect(found({ addon: { ...withoutRole, depends_on: [] }, more })).toMatchObject([{ severity: "warning" }]);
});

test("a role without the plugin's policy is reported, with one nobody knows it is not", () => {
  const attached = (policy_arn: string) => ({ more: { aws_iam_role_policy_attachment: { cni: { role: "cni", policy_arn } } } });
  expect(found(attached(managed("AmazonEKSWorkerNodePolicy")))).toMatchObject([{ severity: "error" }]);
  expect(found(attached("arn:aws:iam::111122223333:policy/cni"))).toEqual([]);
});

test("Pod Identity needs its agent", () => {
  const addon = { ...withoutRole, pod_identity_association: { role_arn: "${aws_iam_role.cni.arn}", service_account: "aws-node" } };
  expect(found({ addon })).toMatchObject([{ severity: "error", field: "pod_identity_association" }]);
  expect(found({ addon, cluster: { compute_config: { enabled: true } } })).toEqual([]);
});

test("a role that gets its policy in no order is a warning", () => {
  expect(found({ addon: { depends_on: [] } })).toMatchObject([{ severity: "warning", field: "depends_on" }]);
  expect(found()).toEqual([]);
});
