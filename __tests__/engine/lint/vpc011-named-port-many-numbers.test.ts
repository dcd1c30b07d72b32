import { policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const found = (numbers: readonly [number, number], subject: string) =>
  vpcFindings(
    "VPC011",
    deployment("shop", "web", { app: "web" }, [`http TCP ${String(numbers[0])}`]) +
      deployment("shop", "api", { app: "api" }, [`http TCP ${String(numbers[1])}`]) +
      policy("shop", "all", `{ podSelector: ${subject}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http }] }] }`),
  );

test("a name with two numbers opens both on each pod", () => {
  const [finding, ...more] = found([80, 8080], "{}");
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "warning", key: "http 80,8080", witness: { verdict: { outcome: "denied" } } });
  expect(finding?.message).toMatch(/the VPC CNI lets it through/);
});

test("a name with one number does not, nor one whose other number is on pods of no concern", () => {
  expect(found([80, 80], "{}")).toEqual([]);
  expect(found([80, 8080], "{ matchLabels: { app: web } }")).toEqual([]);
});

const onNode = deployment("shop", "agent", { app: "agent" }, [], { hostNetwork: true });
const twoNumbers =
  deployment("shop", "web", { app: "web" }, ["http TCP 80"]) + deployment("shop", "api", { app: "api" }, ["http TCP 8080"]);
const from = (peers: string) =>
  `{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, api] }] }, policyTypes: [Ingress], ingress: [{ from: [${peers}], ports: [{ port: http }] }] }`;

test("a first peer on the host network, without pods, or with an exception at its start does not hide it", () => {
  const agents = "{ podSelector: { matchLabels: { app: agent } } }";
  const peers = [
    `${agents}, { podSelector: { matchLabels: { app: client } } }`,
    "{ namespaceSelector: { matchLabels: { nobody: x } } }, { podSelector: { matchLabels: { app: client } } }",
    "{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/9] } }",
  ];
  for (const written of peers) {
    const findings = vpcFindings("VPC011", onNode + deployment("shop", "client") + twoNumbers + policy("shop", "all", from(written)));
    expect(findings).toMatchObject([{ witness: { verdict: { outcome: "denied" } } }]);
  }
});

test("a sender that may not send says nothing about the receiving end, which is judged alone", () => {
  const closed = policy("shop", "client", "{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress] }");
  const [finding, ...more] = vpcFindings(
    "VPC011",
    deployment("shop", "client") + twoNumbers + closed + policy("shop", "all", from("{ podSelector: { matchLabels: { app: client } } }")),
  );
  expect(more).toEqual([]);
  expect(finding?.message).toContain("at the receiving end, by the specification it is denied, the VPC CNI lets it through");
  expect(finding?.witness).toBeUndefined();
});

test("a pod on which another rule opens the other number does not hide those on which none does", () => {
  const both = policy(
    "shop",
    "both",
    "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8080 }] }] }",
  );
  const named = policy("shop", "all", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http }] }] }");
  expect(vpcFindings("VPC011", twoNumbers + both + named)).toMatchObject([
    { subject: { name: "all" }, witness: { flow: { to: { workload: { name: "api" } }, port: 80 }, verdict: { outcome: "denied" } } },
  ]);
});
