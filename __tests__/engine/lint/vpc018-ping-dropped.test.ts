import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const found = (rules: string, infrastructure = eks(), more = "") =>
  vpcFindings(
    "VPC018",
    deployment("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: ${rules} }`) + more,
    infrastructure,
  );

test("pods whose rules all name ports get no ICMP", () => {
  expect(found("[{ ports: [{ port: 80 }] }]")).toMatchObject([{ severity: "info", subject: { name: "web" }, key: "ingress" }]);
});

test("a rule without ports lets it in, of whichever policy; and without any rule nothing is expected", () => {
  const open = policy("shop", "open", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }");
  expect(found("[{ ports: [{ port: 80 }] }]", eks(), open)).toEqual([]);
  expect(found("[]")).toEqual([]);
});

test("IPv6 clusters always let it through", () => {
  expect(found("[{ ports: [{ port: 80 }] }]", eks({ cluster: { kubernetes_network_config: { ip_family: "ipv6" } } }))).toEqual([]);
});

test("pods that nothing is enforced on lose nothing, and in strict mode it is the same", () => {
  const closing = policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }");
  const onHost = deployment("shop", "web", { app: "web" }, [], { hostNetwork: true });
  expect(vpcFindings("VPC018", onHost + closing, eks())).toEqual([]);
  const strict = { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } };
  expect(found("[{ ports: [{ port: 80 }] }]", eks({ configuration: strict }))).toHaveLength(1);
});

test("both directions are one finding of the policy that has them", () => {
  const both =
    "{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ ports: [{ port: 80 }] }], egress: [{ ports: [{ port: 53 }] }] }";
  expect(vpcFindings("VPC018", deployment("shop", "web") + policy("shop", "web", both), eks())).toMatchObject([{ key: "ingress,egress" }]);
});
