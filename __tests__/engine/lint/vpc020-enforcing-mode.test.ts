import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const strict = eks({ configuration: { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } } });
const both = (name: string) => policy("shop", name, `{ podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Ingress, Egress] }`);
const dns = policy(
  "kube-system",
  "dns",
  "{ podSelector: { matchLabels: { k8s-app: kube-dns } }, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}] }",
);
const found = (manifests: string, infrastructure = strict) => vpcFindings("VPC020", manifests, infrastructure);

test("standard mode is open for a moment, which is worth knowing where there are policies", () => {
  expect(found(deployment("shop", "web") + both("web"), eks())).toMatchObject([
    { severity: "info", key: "standard", subject: { kind: "aws_eks_addon" } },
  ]);
  expect(found(deployment("shop", "web"), eks())).toEqual([]);
});

test("in strict mode a workload that no policy selects is closed", () => {
  const findings = found(deployment("shop", "web") + deployment("shop", "api") + both("web") + dns);
  expect(findings).toMatchObject([
    { severity: "warning", subject: { name: "api" }, key: "no policy", witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("and one whose policies isolate one direction is open in the other", () => {
  const ingress = policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(found(deployment("shop", "web") + ingress + dns)).toMatchObject([
    { key: "one-sided egress", witness: { flow: { to: { address: "203.0.113.10" } }, verdict: { outcome: "allowed" } } },
  ]);
  expect(found(deployment("shop", "web") + both("web") + dns)).toEqual([]);
});

test("CoreDNS needs a policy, whether the input shows it or not", () => {
  expect(found(deployment("shop", "web") + both("web"))).toMatchObject([{ key: "dns" }]);
});

test("a policy of AWS for the other direction closes it", () => {
  const ingress = policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress] }");
  const application = `{ apiVersion: networking.k8s.aws/v1alpha1, kind: ApplicationNetworkPolicy, metadata: { namespace: shop, name: closed }, spec: { podSelector: {}, policyTypes: [Egress] } }\n---\n`;
  expect(found(deployment("shop", "web") + ingress + dns + application)).toEqual([]);
});

test("CoreDNS is heard of first where many workloads have no policy", () => {
  const many = Array.from({ length: 40 }, (_, at) => deployment("shop", `w${String(at)}`)).join("");
  const coredns = deployment("kube-system", "coredns", { "k8s-app": "kube-dns" });
  expect(found(many + coredns + both("none")).map(({ subject }) => subject.name)).toContain("coredns");
});

test("who calls has an address of the cluster's family", () => {
  const ipv6 = eks({
    cluster: { kubernetes_network_config: { ip_family: "ipv6" } },
    configuration: { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } },
  });
  expect(found(deployment("shop", "api") + both("web") + dns, ipv6)).toMatchObject([
    { key: "no policy", witness: { flow: { from: { address: "3fff::10" } } } },
  ]);
});

test("a mode that is not known says nothing", () => {
  const unknown = eks({ configuration: { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "loose" } } });
  expect(found(deployment("shop", "web") + both("web"), unknown)).toEqual([]);
});
