import { namespace, policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const to = (peer: string, ports: string) =>
  policy(
    "shop",
    "client",
    `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [${peer}], ports: [${ports}] }] }`,
  );
const found = (peer: string, more = "", ports = "") =>
  vpcFindings(
    "VPC019",
    deployment("shop", "client") +
      deployment("shop", "web", { app: "web", tier: "front" }) +
      service("shop", "web", { app: "web" }, ["80"]) +
      more +
      to(peer, ports),
  );

test("a negative condition opens Services that do not mention the label", () => {
  const [finding] = found("{ podSelector: { matchExpressions: [{ key: tier, operator: DoesNotExist }] } }");
  expect(finding).toMatchObject({ severity: "warning", key: "shop/web", witness: { verdict: { outcome: "denied" } } });
});

test("labels open what they name, and an empty selector what leads to pods of the namespace", () => {
  expect(found("{ podSelector: { matchLabels: { app: web } } }")).toEqual([]);
  expect(found("{ podSelector: {} }")).toEqual([]);
});

test("an empty selector opens a Service without a selector", () => {
  expect(found("{ podSelector: {} }", service("shop", "db", undefined, ["5432"]))).toMatchObject([{ key: "shop/db" }]);
});

test("a peer on every namespace opens the API server, whether the input shows its Service or not", () => {
  expect(found("{ namespaceSelector: {} }", namespace("shop"))).toMatchObject([{ key: "default/kubernetes" }]);
  const api = service("default", "kubernetes", undefined, ["443"]);
  expect(found("{ namespaceSelector: {} }", namespace("shop") + namespace("default") + api)).toMatchObject([{ key: "default/kubernetes" }]);
});

test("a rule for DNS alone does not open the API server, whether the input shows its Service or not", () => {
  const dns = "{ port: 53, protocol: UDP }, { port: 53 }";
  expect(found("{ namespaceSelector: {} }", namespace("shop"), dns)).toEqual([]);
  const api = service("default", "kubernetes", undefined, ["443"]);
  expect(found("{ namespaceSelector: {} }", namespace("shop") + namespace("default") + api, dns)).toEqual([]);
  expect(found("{ namespaceSelector: {} }", namespace("shop"), "{ port: 443 }")).toMatchObject([{ key: "default/kubernetes" }]);
});

test("a sender that may send anything does not hide one to which more is opened than is said", () => {
  const all = policy(
    "shop",
    "all",
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchExpressions: [{ key: tier, operator: DoesNotExist }] } }] }] }",
  );
  const open = policy("shop", "open", "{ podSelector: { matchLabels: { app: admin } }, policyTypes: [Egress], egress: [{}] }");
  const pods =
    deployment("shop", "admin") +
    deployment("shop", "client") +
    deployment("shop", "web", { app: "web", tier: "front" }) +
    service("shop", "web", { app: "web" }, ["80"]);
  expect(vpcFindings("VPC019", pods + all + open)).toMatchObject([
    { subject: { name: "all" }, witness: { flow: { from: { workload: { name: "client" } } } } },
  ]);
});
