import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const shop = deployment("shop", "web") + policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress] }");
const found = (infrastructure: string) => vpcFindings("VPC001", shop, infrastructure);

test.each([
  ["left out", {}, "leaves out `enableNetworkPolicy`"],
  ["a boolean", { enableNetworkPolicy: true }, "wants the text"],
  ["in another case", { EnableNetworkPolicy: "true" }, "in this case"],
  ["below another key", { env: { enableNetworkPolicy: "true" } }, "belongs at the top"],
  ["off", { enableNetworkPolicy: "false" }, '`"false"`'],
])("a switch that is %s enforces nothing, with traffic that gets through", (_title, configuration, said) => {
  const [finding, ...more] = found(eks({ configuration }));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", subject: { name: "aws_eks_addon.cni" }, witness: { verdict: { outcome: "denied" } } });
  expect(finding?.message).toMatch(new RegExp(said));
  expect(finding?.message).toMatch(/the one policy is without effect$/);
});

test.each(['{"enableNetworkPolicy":"true"', '{"enableNetworkPolicy":"true",}', '["enableNetworkPolicy"]', '"true"', "1"])(
  "a configuration that is broken JSON, or no object, is refused: %s",
  (written) => {
    const [finding, ...more] = found(eks({ addon: { configuration_values: written } }));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "error", field: "configuration_values" });
    expect(finding?.message).toMatch(/`configuration_values` is not valid JSON, and EKS refuses it; the one policy is without effect$/);
  },
);

test.each(['enableNetworkPolicy: "true"', "{ enableNetworkPolicy: 'true' }"])("one that may be YAML is left undecided: %s", (written) => {
  expect(found(eks({ addon: { configuration_values: written } }))).toMatchObject([{ severity: "info" }]);
});

test("an old add-on, an old cluster, and none at all are reported each", () => {
  expect(found(eks({ addon: { addon_version: "v1.13.4-eksbuild.1" } }))).toMatchObject([{ field: "addon_version" }]);
  expect(found(eks({ cluster: { version: "1.24" } }))).toMatchObject([{ field: "version" }]);
  expect(found(eks({ addon: undefined }))).toMatchObject([{ severity: "error", subject: { kind: "aws_eks_cluster" } }]);
});

test("nodes of an image without the BPF file system are reported before 1.27", () => {
  const nodes = { more: { aws_eks_node_group: { old: { cluster_name: "shop", release_version: "1.26.4-20230501" } } } };
  expect(found(eks({ cluster: { version: "1.26" }, ...nodes }))).toMatchObject([{ field: "release_version" }]);
  expect(found(eks({ cluster: { version: "1.27" }, ...nodes }))).toEqual([]);
});

test("what is not known is undecided, and no error", () => {
  const [finding] = found(eks({ addon: { configuration_values: "${aws_eks_cluster.shop.arn}" } }));
  expect(finding).toMatchObject({ severity: "info" });
  expect(finding?.message).toMatch(/^undecided: /);
});

test("nothing is reported where all is well, where there are no policies, or where another engine enforces them", () => {
  expect(found(eks())).toEqual([]);
  expect(vpcFindings("VPC001", deployment("shop", "web"), eks({ configuration: {} }))).toEqual([]);
  const cilium = { helm_release: { cilium: { name: "cilium", chart: "cilium" } } };
  expect(found(eks({ addon: undefined, more: cilium }))).toMatchObject([{ severity: "info" }]);
});

const tierPolicies = [
  `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: guard }, spec: { priority: 10, subject: { namespaces: {} },
    ingress: [{ name: no, action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`,
  `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: { name: default }, spec: { subject: { namespaces: {} },
    ingress: [{ name: no, action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`,
  `{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: closed }, spec: { tier: Admin, priority: 10, subject: { namespaces: {} },
    ingress: [{ name: no, action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`,
];
const tiered = (...policies: readonly string[]) => deployment("shop", "web") + deployment("shop", "api") + policies.join("");

test.each(tierPolicies)("a cluster-wide policy of the specification is not enforced, with a flow it would deny: %#", (written) => {
  const [finding, ...more] = vpcFindings("VPC001", tiered(written), eks());
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", location: { file: "input.yaml" }, witness: { verdict: { outcome: "denied" } } });
  expect(finding?.message).toBe("1 policy of `policy.networking.k8s.io` is not enforced: the VPC CNI does not read it");
});

test("cluster-wide policies are counted in one finding, and not counted apart where nothing is enforced", () => {
  const [both, ...more] = vpcFindings("VPC001", tiered(...tierPolicies.slice(0, 2)), eks());
  expect(more).toEqual([]);
  expect(both?.message).toMatch(/^2 policies of `policy\.networking\.k8s\.io` are not enforced: the VPC CNI does not read them$/);
  const [off, ...others] = vpcFindings("VPC001", tiered(...tierPolicies.slice(0, 2)), eks({ configuration: {} }));
  expect(others).toEqual([]);
  expect(off?.message).toMatch(/all 2 policies are without effect$/);
});

test("an engine that may read cluster-wide policies silences it, one that does not leaves it", () => {
  const withEngine = (agent: string) =>
    vpcFindings("VPC001", tiered(...tierPolicies.slice(0, 1)) + deployment("kube-system", agent), eks()).map(({ key }) => key);
  expect(withEngine("calico-node")).toEqual([]);
  expect(withEngine("kube-network-policies")).toEqual([]);
  expect(withEngine("kube-router")).toEqual(["unread"]);
});

test("without an EKS cluster nobody knows what reads them", () => {
  const elsewhere = JSON.stringify({ resource: { aws_vpc: { a: { cidr_block: "10.0.0.0/16" } } } });
  expect(vpcFindings("VPC001", tiered(...tierPolicies), elsewhere)).toEqual([]);
});
