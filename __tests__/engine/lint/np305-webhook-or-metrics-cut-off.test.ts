import { findings, pod, policy } from "./lint-yaml";
import { eks, vpcFindings } from "./vpc-lint";

const deny = policy("guard", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
const allow = (from: string) =>
  policy("guard", "allow", `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${from}], ports: [{ port: 8443 }] }] }`);
const guard = pod("guard", "guard", { app: "guard" }, ["https TCP 8443"]);
const service = `apiVersion: v1
kind: Service
metadata: { namespace: guard, name: guard, labels: { app: guard } }
spec: { selector: { app: guard }, ports: [{ name: web, port: 443, targetPort: https }] }
---
`;
const webhook = (kind: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}
metadata: { name: guard }
webhooks: [{ name: a.example.com, clientConfig: { service: { namespace: guard, name: guard } } }]
---
`;
const found = (text: string) => findings("NP305", guard + service + text);

test.each(["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"])("%s: a webhook no address may call is reported", (kind) => {
  expect(found(webhook(kind) + deny)).toMatchObject([
    { subject: { name: "guard" }, witness: { flow: { protocol: "TCP", port: 8443 }, verdict: { outcome: "denied" } } },
  ]);
});

test("an aggregated API is called by the API server too", () => {
  const api =
    "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: { name: v1.example.com }\nspec: { service: { namespace: guard, name: guard } }\n---\n";
  expect(found(api + deny)).toHaveLength(1);
});

test("letting pods in is not enough for the API server, an address block is", () => {
  expect(found(webhook("ValidatingWebhookConfiguration") + allow("{ namespaceSelector: {} }"))).toHaveLength(1);
  expect(found(webhook("ValidatingWebhookConfiguration") + allow("{ ipBlock: { cidr: 10.0.0.0/16 } }"))).toEqual([]);
});

test("a ServiceMonitor or an annotation makes a port one that is scraped", () => {
  const monitor =
    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { namespace: guard, name: m }\nspec: { selector: { matchLabels: { app: guard } }, endpoints: [{ port: web }] }\n---\n";
  expect(found(monitor + deny)).toMatchObject([{ because: [{ name: "deny" }] }]);
  const annotated = pod("guard", "other", { app: "other" }, ["m TCP 9090"]).replace(
    '"labels"',
    '"annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"9090"},"labels"',
  );
  expect(found(annotated + deny)).toMatchObject([{ subject: { name: "other" } }]);
});

test("a scraper that gets in is enough; where Prometheus is named, it must be it", () => {
  const monitor =
    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { namespace: guard, name: m }\nspec: { selector: { matchLabels: { app: guard } }, endpoints: [{ port: web }] }\n---\n";
  const client = pod("guard", "client");
  const fromClient = allow("{ podSelector: { matchLabels: { app: client } } }");
  expect(found(monitor + client + fromClient)).toEqual([]);
  expect(found(monitor + client + fromClient + pod("monitoring", "prometheus", { app: "prometheus" }))).toHaveLength(1);
});

test("without a policy, or without a caller, nothing is cut off", () => {
  expect(found(webhook("ValidatingWebhookConfiguration"))).toEqual([]);
  expect(found(deny)).toEqual([]);
});

test("the API server calls from an address of the cluster's family", () => {
  const caller = (ipFamily: string) => {
    const infrastructure = eks({ cluster: { kubernetes_network_config: { ip_family: ipFamily } } });
    const [finding] = vpcFindings("NP305", guard + service + webhook("ValidatingWebhookConfiguration") + deny, infrastructure);
    return finding?.witness?.flow.from;
  };
  expect(caller("ipv4")).toEqual({ kind: "address", address: "10.0.0.1" });
  expect(caller("ipv6")).toEqual({ kind: "address", address: "fd00::1" });
});
