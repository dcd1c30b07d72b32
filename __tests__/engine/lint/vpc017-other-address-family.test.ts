import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const to = (...cidrs: readonly string[]) =>
  policy(
    "shop",
    "client",
    `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${cidrs.map((cidr) => `{ ipBlock: { cidr: "${cidr}" } }`).join(", ")}] }] }`,
  );
const found = (policies: string, infrastructure = eks()) => vpcFindings("VPC017", deployment("shop", "client") + policies, infrastructure);
const ipv6 = (env: Record<string, string>) =>
  eks({ cluster: { kubernetes_network_config: { ip_family: "ipv6" } }, configuration: { enableNetworkPolicy: "true", env } });

test("a rule with blocks of the other family only opens nothing", () => {
  expect(found(to("2001:db8::/32"))).toMatchObject([{ severity: "warning", field: "spec.egress[0].to[0]" }]);
  expect(found(to("192.0.2.0/24"), ipv6({ ENABLE_V4_EGRESS: "false" }))).toHaveLength(1);
});

test("a rule with blocks of both is written for both", () => {
  expect(found(to("2001:db8::/32", "192.0.2.0/24"))).toEqual([]);
});

test("an IPv6 cluster whose pods leave by IPv4 is reported once there is a policy for egress", () => {
  expect(found(to("2001:db8::/32"), ipv6({}))).toMatchObject([{ subject: { kind: "aws_eks_addon" }, key: "ENABLE_V4_EGRESS" }]);
  expect(found("", ipv6({}))).toEqual([]);
  expect(found(to("2001:db8::/32"), ipv6({ ENABLE_V4_EGRESS: "false" }))).toEqual([]);
});

test("pods with more interfaces are reported when policies select them", () => {
  const multus = deployment("shop", "client").replace(
    '"template":{"metadata":{',
    '"template":{"metadata":{"annotations":{"k8s.v1.cni.cncf.io/networks":"fast"},',
  );
  const closed = policy("shop", "closed", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(vpcFindings("VPC017", multus + closed)).toMatchObject([{ field: "spec.template.metadata.annotations", key: "fast" }]);
  expect(vpcFindings("VPC017", multus)).toEqual([]);
});

test("so is one of two rules that say the same for each family, and not one that stands for itself", () => {
  const rules = (first: string, second: string) =>
    policy("shop", "client", `{ podSelector: {}, policyTypes: [Egress], egress: [${first}, ${second}] }`);
  const rule = (cidr: string, port: number) => `{ to: [{ ipBlock: { cidr: "${cidr}" } }], ports: [{ port: ${String(port)} }] }`;
  expect(found(rules(rule("0.0.0.0/0", 443), rule("::/0", 443)))).toEqual([]);
  expect(found(rules(rule("0.0.0.0/0", 443), rule("::/0", 80)))).toMatchObject([{ field: "spec.egress[1].to[0]" }]);
});
