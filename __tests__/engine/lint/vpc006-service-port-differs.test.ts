import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

const web = deployment("shop", "web", { app: "web" }, ["http TCP 8080"]);
const toWeb = (port: string) => egress(`{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: ${port} }] }`);
const found = (ports: readonly string[], policies: string) =>
  vpcFindings("VPC006", client + web + service("shop", "web", { app: "web" }, ports) + policies);

test("a rule on pods that names the Service's port opens nothing", () => {
  expect(found(["80:8080"], toWeb("80"))).toMatchObject([
    { severity: "error", subject: { kind: "NetworkPolicy" }, witness: { verdict: { outcome: "denied" } } },
  ]);
});

test("a rule on pods that names the pods' port opens the Service too, and is left alone as long as no policy selects the pods", () => {
  expect(found(["80:8080"], toWeb("8080"))).toEqual([]);
});

test("a rule without peers is held against the Service's own port", () => {
  expect(found(["80:8080"], egress("{ ports: [{ port: 8080 }] }"))).toMatchObject([{ witness: { verdict: { outcome: "allowed" } } }]);
  expect(found(["80:8080"], egress("{ ports: [{ port: 80 }] }"))).toMatchObject([{ witness: { verdict: { outcome: "denied" } } }]);
  expect(found(["80:8080"], egress("{ ports: [{ port: 80 }, { port: 8080 }] }"))).toEqual([]);
});

test("a Service with another port than that of pods that policies select is reported, as AWS does not support it", () => {
  const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
  expect(found(["80:8080"], closed)).toMatchObject([
    { severity: "error", subject: { kind: "Service", name: "web" }, field: "spec.ports[0].port" },
  ]);
  expect(found(["80:http"], closed)).toMatchObject([{ subject: { kind: "Service" } }]);
  expect(found(["8080", "8080:http"], closed)).toEqual([]);
});

test("two ports with one target cannot both have its number, and are not told to", () => {
  const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
  expect(found(["80:8080", "81:8080"], closed).map(({ advice }) => advice)).toEqual([
    "use port 8080 for the Service as well",
    "give the port a target of its own, of the same number",
  ]);
});
