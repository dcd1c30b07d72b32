import { deployment, eks, vpcFindings } from "./vpc-lint";

const found = (more: Record<string, unknown>, dependsOn: readonly string[] = []) =>
  vpcFindings(
    "VPC022",
    deployment("shop", "web"),
    eks({
      more: {
        ...more,
        kubernetes_network_policy_v1: {
          web: {
            metadata: { namespace: "shop", name: "web" },
            spec: { pod_selector: {}, policy_types: ["Ingress"] },
            depends_on: dependsOn,
          },
        },
      },
    }),
  );

test("a policy that does not depend on the add-on is reported", () => {
  expect(found({})).toMatchObject([{ severity: "error", subject: { kind: "NetworkPolicy", name: "web" }, field: "depends_on" }]);
});

test("one that does is not, also by way of others", () => {
  expect(found({}, ["aws_eks_addon.cni"])).toEqual([]);
  expect(
    found({ kubernetes_namespace_v1: { shop: { metadata: { name: "shop" }, depends_on: ["aws_eks_node_group.nodes"] } } }, [
      "kubernetes_namespace_v1.shop",
    ]),
  ).toEqual([]);
});
