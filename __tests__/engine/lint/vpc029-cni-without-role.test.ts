import { eks, vpcFindings } from "./vpc-lint";

const found = (...changes: Parameters<typeof eks>) => vpcFindings("VPC029", "", eks(...changes));
const withoutRole = { service_account_role_arn: null };
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** Nodes with a role that these policies are attached to. */
const nodes = (role: object, ...policies: readonly string[]) => ({
  aws_iam_role: { nodes: { name: "nodes", assume_role_policy: "{}", ...role } },
  aws_iam_role_policy_attachment: Object.fromEntries(
    policies.map((policy_arn, at) => [`nodes${String(at)}`, { role: "${aws_iam_role.nodes.name}", policy_arn }]),
  ),
  aws_eks_node_group: { nodes: { cluster_name: "shop", node_role_arn: "${aws_iam_role.nodes.arn}", depends_on: ["aws_eks_addon.cni"] } },
});

test("an add-on without a role is reported", () => {
  const more = nodes({}, managed("AmazonEKSWorkerNodePolicy"));
  expect(found({ addon: { ...withoutRole, depends_on: [] }, more })).toMatchObject([
    { severity: "error", subject: { name: "aws_eks_addon.cni" }, field: "service_account_role_arn" },
  ]);
});

test.each([
  ["by an attachment", nodes({}, managed("AmazonEKSWorkerNodePolicy"), managed("AmazonEKS_CNI_Policy"))],
  ["by its own arguments", nodes({ managed_policy_arns: [managed("AmazonEKS_CNI_Policy")] })],
  ["by a policy nobody knows", nodes({}, "arn:aws:iam::111122223333:policy/nodes")],
])("where the nodes' role serves, or may, it is a warning: %s", (_title, more) => {
  expect(found({ addon: { ...withoutRole, depends_on: [] }, more })).toMatchObject([{ severity: "warning" }]);
});

test("so it is where the input does not show the nodes' role", () => {
  const elsewhere = { cluster_name: "shop", node_role_arn: "arn:aws:iam::111122223333:role/nodes", depends_on: ["aws_eks_addon.cni"] };
  expect(found({ addon: withoutRole, more: { aws_eks_node_group: { nodes: elsewhere } } })).toMatchObject([{ severity: "warning" }]);
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
