import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const shop = deployment("shop", "web") + policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress] }");
const withEnv = (env: Record<string, string>) => vpcFindings("VPC023", shop, eks({ configuration: { enableNetworkPolicy: "true", env } }));

test.each([
  [{ ENABLE_BANDWIDTH_PLUGIN: "true" }, "ENABLE_BANDWIDTH_PLUGIN"],
  [{ AWS_VPC_K8S_CNI_VETHPREFIX: "pod" }, "AWS_VPC_K8S_CNI_VETHPREFIX"],
  [{ ENABLE_POD_ENI: "true" }, "POD_SECURITY_GROUP_ENFORCING_MODE"],
  [{ NETWORK_POLICY_ENFORCING_MODE: "Strict" }, "`Strict`, which is not valid"],
  [{ NETWORK_POLICY_ENFORCING_MODE: "" }, "``, which is not valid"],
])("%j keeps the agent from its work", (env, named) => {
  const [finding, ...more] = withEnv(env);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", field: "configuration_values" });
  expect(finding?.message).toContain(named);
});

test.each([
  { ENABLE_BANDWIDTH_PLUGIN: "false" },
  { AWS_VPC_K8S_CNI_VETHPREFIX: "eni" },
  { NETWORK_POLICY_ENFORCING_MODE: "strict" },
  { NETWORK_POLICY_ENFORCING_MODE: "standard" },
  { ENABLE_POD_ENI: "true", POD_SECURITY_GROUP_ENFORCING_MODE: "standard" },
])("%j does not", (env) => {
  expect(withEnv(env as Record<string, string>)).toEqual([]);
});

test("another engine beside the add-on is reported, by its release or by its agents; instead of it, it is not", () => {
  const calico = {
    helm_release: { calico: { name: "calico", repository: "https://docs.tigera.io/calico/charts", chart: "tigera-operator" } },
  };
  expect(vpcFindings("VPC023", shop, eks({ more: calico }))).toHaveLength(1);
  expect(vpcFindings("VPC023", shop + deployment("kube-system", "calico-node"))).toHaveLength(1);
  expect(vpcFindings("VPC023", shop, eks({ more: calico, configuration: {} }))).toEqual([]);
});
