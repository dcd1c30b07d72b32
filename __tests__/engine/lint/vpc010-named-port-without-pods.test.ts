import { policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

const web = deployment("shop", "web", { app: "web" }, ["http TCP 80"]);
const found = (rule: string) => vpcFindings("VPC010", client + web + egress(rule));

test("a name without peers is left out, and the pods it stands for by the specification are lost", () => {
  expect(found("{ ports: [{ port: http }] }")).toMatchObject([
    { severity: "error", field: "spec.egress[0].ports[0]", witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("so it is beside blocks, where there may be no pod to show it", () => {
  const [finding] = found("{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }], ports: [{ port: http }, { port: 443 }] }");
  expect(finding).toMatchObject({ severity: "error" });
  expect(finding?.witness).toBeUndefined();
  expect(finding?.message).toMatch(/keeps the numbers$/);
});

test("names are fine beside labels, and numbers everywhere", () => {
  expect(found("{ to: [{ podSelector: {} }], ports: [{ port: http }] }")).toEqual([]);
  expect(found("{ ports: [{ port: 80 }] }")).toEqual([]);
});
