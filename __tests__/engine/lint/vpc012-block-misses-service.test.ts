import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

/** A pod of a ReplicaSet, as a live cluster shows it. */
const running = `${JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    namespace: "shop",
    name: "web-6d4f5-x2x4z",
    labels: { app: "web" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-6d4f5", uid: "1", controller: true }],
  },
  spec: { containers: [{ name: "web", image: "nginx" }] },
  status: { phase: "Running", podIP: "10.0.1.5", podIPs: [{ ip: "10.0.1.5" }] },
})}\n---\n`;
const found = (clusterIp: string, blocks: readonly string[]) =>
  vpcFindings(
    "VPC012",
    client +
      running +
      service("shop", "web", { app: "web" }, ["80"], { clusterIP: clusterIp }) +
      egress(`{ to: [${blocks.map((cidr) => `{ ipBlock: { cidr: ${cidr} } }`).join(", ")}] }`),
  );

test("a block around the pods does not hold the Service", () => {
  expect(found("172.20.0.10", ["10.0.0.0/16"])).toMatchObject([
    { severity: "error", key: "shop/web", witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("a block around both does, and so do two", () => {
  expect(found("172.20.0.10", ["0.0.0.0/0"])).toEqual([]);
  expect(found("172.20.0.10", ["10.0.0.0/16", "172.20.0.0/16"])).toEqual([]);
});

test("headless Services lead to the pods themselves", () => {
  expect(found("None", ["10.0.0.0/16"])).toEqual([]);
});

test("a block whose port name nobody declares opens nothing, and is not blamed for what another rule loses", () => {
  const withPort = running.replace('"image":"nginx"', '"image":"nginx","ports":[{"name":"http","containerPort":8080}]');
  const toService = (rules: string) =>
    vpcFindings(
      "VPC012",
      client + withPort + service("shop", "web", { app: "web" }, ["80:8080"], { clusterIP: "172.20.0.10" }) + egress(rules),
    );
  const range = "{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 8000, endPort: 8100 }] }";
  const block = (name: string) => `{ to: [{ ipBlock: { cidr: 10.0.0.0/16 } }], ports: [{ port: ${name} }] }`;
  expect(toService(`${range}, ${block("nobody")}`)).toEqual([]);
  expect(toService(`${range}, { to: [{ ipBlock: { cidr: 10.9.0.0/16 } }] }`)).toEqual([]);
  expect(toService(`${range}, ${block("http")}`)).toMatchObject([{ field: "spec.egress[1]" }]);
  expect(toService(block("http"))).toMatchObject([{ field: "spec.egress[0]" }]);
});
