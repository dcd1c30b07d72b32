import { eks, vpcFindings } from "./vpc-lint";

const attachment = "aws_iam_role_policy_attachment.cni";
const nodes = (dependsOn: readonly string[], cluster = "shop") => ({
  aws_eks_node_group: { nodes: { cluster_name: cluster, depends_on: dependsOn } },
});
const found = (...changes: Parameters<typeof eks>) => vpcFindings("VPC028", "", eks(...changes));

test("an add-on that is made after its nodes is reported", () => {
  const findings = found({ addon: { depends_on: [attachment, "aws_eks_node_group.nodes"] }, more: nodes([]) });
  expect(findings).toMatchObject([{ severity: "error", subject: { name: "aws_eks_addon.cni" }, key: "aws_eks_node_group.nodes" }]);
});

test("without an order it is a warning, and an error where the cluster brings no plugin of its own", () => {
  expect(found({ more: nodes([]) })).toMatchObject([{ severity: "warning" }]);
  expect(found({ cluster: { bootstrap_self_managed_addons: false }, more: nodes([]) })).toMatchObject([{ severity: "error" }]);
});

test("nodes that depend on it are fine, by way of others too, and so are those of other clusters", () => {
  expect(found()).toEqual([]);
  const sleep = { time_sleep: { wait: { create_duration: "30s", depends_on: ["aws_eks_addon.cni"] } } };
  expect(found({ more: { ...nodes(["time_sleep.wait"]), ...sleep } })).toEqual([]);
  expect(found({ more: nodes([], "elsewhere") })).toEqual([]);
});
