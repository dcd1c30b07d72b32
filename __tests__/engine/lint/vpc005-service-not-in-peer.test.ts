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

test("the rule that opens the Service's port is named, and not one beside it with the same peer", () => {
  const to = "to: [{ podSelector: { matchLabels: { tier: front } } }]";
  const rules = egress(`{ ${to}, ports: [{ port: 6379 }] }, { ${to}, ports: [{ port: 80 }] }`);
  const found = vpcFindings("VPC005", client + web + service("shop", "web", { app: "web" }, ["80"]) + rules);
  expect(found.map(({ field }) => field)).toEqual(["spec.egress[1]"]);
});

test("many Services that the pods close anyway do not hide one that is lost", () => {
  const names = Array.from({ length: 60 }, (_, n) => `closed-${String(n)}`);
  const closed = names.map((name) => deployment("shop", name, { app: name, tier: "front", closed: "yes" }, ["http TCP 80"]));
  const services = names.map((name) => service("shop", name, { app: name }, ["80"]));
  const deny = policy("shop", "deny", "{ podSelector: { matchLabels: { closed: 'yes' } } }");
  const open = web + service("shop", "web", { app: "web" }, ["80"]);
  const rule = egress("{ to: [{ podSelector: { matchLabels: { tier: front } } }] }");
  const found = vpcFindings("VPC005", [client, ...closed, ...services, deny, open, rule].join(""));
  expect(found.map(({ key }) => key)).toEqual(["shop/web"]);
});

test("a sender that may send anything does not hide one that loses the Service", () => {
  const all = policy(
    "shop",
    "all",
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { tier: front } } }] }] }",
  );
  const open = policy("shop", "open", "{ podSelector: { matchLabels: { app: admin } }, policyTypes: [Egress], egress: [{}] }");
  const pods = deployment("shop", "admin") + client + web + service("shop", "web", { app: "web" }, ["80"]);
  expect(vpcFindings("VPC005", pods + all + open)).toMatchObject([
    { subject: { name: "all" }, witness: { flow: { from: { workload: { name: "client" } } } } },
  ]);
});
