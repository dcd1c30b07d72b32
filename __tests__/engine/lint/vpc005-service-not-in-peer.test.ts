import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

const web = deployment("shop", "web", { app: "web", tier: "front" }, ["http TCP 80"]);
const found = (selector: Record<string, string>, peer: string, more = "") =>
  vpcFindings(
    "VPC005",
    client + web + service("shop", "web", selector, ["80"]) + egress(`{ to: [{ podSelector: { matchLabels: { ${peer} } } }] }`) + more,
  );

test("a Service that asks for other labels than the peer is lost, by a flow that the specification allows", () => {
  const [finding, ...more] = found({ app: "web" }, "tier: front");
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    severity: "error",
    subject: { name: "client" },
    key: "shop/web",
    witness: { verdict: { outcome: "allowed" } },
  });
  expect(finding?.message).toMatch(/the VPC CNI denies it$/);
});

test("a Service that asks for the peer's labels, and perhaps more, is not", () => {
  expect(found({ app: "web" }, "app: web")).toEqual([]);
  expect(found({ app: "web", tier: "front" }, "tier: front")).toEqual([]);
});

test("nor is one that another rule opens", () => {
  const other = policy("shop", "other", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }");
  expect(found({ app: "web" }, "tier: front", other)).toEqual([]);
});
