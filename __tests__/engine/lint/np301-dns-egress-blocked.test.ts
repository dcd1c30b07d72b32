import { findings, namespace, pod, policy } from "./lint-yaml";
import { deployment, eks, service, vpcFindings } from "./vpc-lint";

const dnsPods = namespace("kube-system") + pod("kube-system", "coredns", { "k8s-app": "kube-dns" }, ["dns UDP 53", "dns-tcp TCP 53"]);
const toDns =
  "to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }]";
const both = "ports: [{ port: 53, protocol: UDP }, { port: 53 }]";
const found = (rule: string, pods = "") =>
  findings("NP301", pods + pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [${rule}] }`));

test.each(["", dnsPods])("closed egress without DNS is reported, with the query that is denied", (pods) => {
  expect(found("", pods)).toMatchObject([
    {
      severity: "warning",
      subject: { name: "web" },
      witness: { flow: { protocol: "UDP", port: 53 }, verdict: { outcome: "denied", egress: { isolatedBy: [{ name: "web" }] } } },
    },
  ]);
});

test.each(["", dnsPods])("both protocols to the DNS pods are enough", (pods) => {
  expect(found(`{ ${toDns}, ${both} }`, pods)).toEqual([]);
});

test("UDP alone is not", () => {
  const [finding] = found(`{ ${toDns}, ports: [{ port: 53, protocol: UDP }] }`, dnsPods);
  expect(finding).toMatchObject({ severity: "warning", witness: { flow: { protocol: "TCP" } } });
  expect(finding?.message).toContain("on TCP 53");
});

test("53 toward the wrong namespace is not", () => {
  expect(found(`{ to: [{ namespaceSelector: { matchLabels: { name: kube-system } } }], ${both} }`, dnsPods)).toMatchObject([
    { severity: "warning" },
  ]);
});

test("what labels decide that the input does not hold is undecided, and an info", () => {
  const [finding] = found(`{ to: [{ namespaceSelector: { matchLabels: { name: kube-system } } }], ${both} }`);
  expect(finding).toMatchObject({ severity: "info", witness: { verdict: { outcome: "undecided" } } });
  expect(finding?.message).toContain("undecided");
});

test("a DNS that refuses is named as what refuses", () => {
  const closed = policy("kube-system", "dns", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(found(`{ ${toDns}, ${both} }`, dnsPods + closed)).toMatchObject([{ subject: { namespace: "kube-system", name: "dns" } }]);
});

test("NodeLocal DNSCache will do, and the Service's usual address is an info", () => {
  const block = (address: string) => `{ to: [{ ipBlock: { cidr: ${address}/32 } }], ${both} }`;
  expect(found(block("169.254.20.10"))).toEqual([]);
  expect(found(block("172.20.0.10"))).toMatchObject([{ severity: "info" }]);
});

test("open egress needs no rule", () => {
  expect(findings("NP301", pod("shop", "web"))).toEqual([]);
});

describe("the address of the DNS Service", () => {
  const block = (address: string) =>
    policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: ${address}/32 } }], ${both} }] }`);
  const shown = service("kube-system", "kube-dns", { "k8s-app": "kube-dns" }, ["53"], { clusterIP: "10.50.0.10" });
  const ranged = eks({ cluster: { kubernetes_network_config: { service_ipv4_cidr: "10.50.0.0/16" } } });

  test("is enough for the VPC CNI, which looks at it, where the Service or the range of Services tells it", () => {
    expect(vpcFindings("NP301", deployment("shop", "web") + block("10.50.0.10"), ranged)).toEqual([]);
    expect(vpcFindings("NP301", deployment("shop", "web") + shown + block("10.50.0.10"))).toEqual([]);
    expect(vpcFindings("NP301", deployment("shop", "web") + block("10.50.0.11"), ranged)).toMatchObject([{ severity: "warning" }]);
  });

  test("is an info where nobody knows who looks at what", () => {
    expect(findings("NP301", pod("shop", "web") + shown + block("10.50.0.10"))).toMatchObject([{ severity: "info" }]);
  });
});

test("the policy that is named certainly closes egress", () => {
  const made = (name: string, types: string) => ({
    [name]: { metadata: { namespace: "shop", name }, spec: { pod_selector: {}, policy_types: [types] } },
  });
  const policies = { kubernetes_network_policy_v1: { ...made("aaa", "${aws_eks_cluster.shop.arn}"), ...made("zzz", "Egress") } };
  expect(vpcFindings("NP301", deployment("shop", "web"), eks({ more: policies }))).toMatchObject([{ subject: { name: "zzz" } }]);
});
