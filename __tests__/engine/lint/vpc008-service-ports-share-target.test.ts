import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

const web = deployment("shop", "web", { app: "web" }, ["http TCP 8080"]);
const found = (ports: readonly string[], rule: string) =>
  vpcFindings(
    "VPC008",
    client +
      web +
      service("shop", "web", { app: "web" }, ports) +
      egress(`{ to: [{ podSelector: { matchLabels: { app: web } } }]${rule} }`),
  );

test("the second of two ports with one target is lost", () => {
  const [finding] = found(["80:8080", "81:8080"], ", ports: [{ port: 8080 }]");
  expect(finding).toMatchObject({ severity: "warning", key: "shop/web", witness: { verdict: { outcome: "allowed" } } });
  expect(finding?.message).toContain("TCP 81");
});

test("targets of their own lose nothing, nor does a rule without ports", () => {
  expect(found(["80:8080", "81:9090"], ", ports: [{ port: 8080 }, { port: 9090 }]")).toEqual([]);
  expect(found(["80:8080", "81:8080"], "")).toEqual([]);
});
