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

test.each([
  ["ApplicationNetworkPolicy", { namespace: "shop", name: "app" }, { podSelector: {}, policyTypes: ["Ingress"] }, "anp-resources"],
  [
    "ClusterNetworkPolicy",
    { name: "guard" },
    { tier: "Admin", priority: 1, subject: { namespaces: {} }, ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] },
    "cnp-resources",
  ],
])("the finalizer of a policy of AWS is taken off by the add-on as well: %s", (kind, metadata, spec, finalizer) => {
  const manifest = (dependsOn: readonly string[]) =>
    eks({
      more: {
        kubernetes_manifest: {
          aws: { manifest: { apiVersion: "networking.k8s.aws/v1alpha1", kind, metadata, spec }, depends_on: dependsOn },
        },
      },
    });
  const [finding, ...more] = vpcFindings("VPC022", deployment("shop", "web"), manifest([]));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", subject: { kind, name: metadata.name } });
  expect(finding?.message).toContain(`\`networking.k8s.aws/${finalizer}\``);
  expect(vpcFindings("VPC022", deployment("shop", "web"), manifest(["aws_eks_addon.cni"]))).toEqual([]);
});
