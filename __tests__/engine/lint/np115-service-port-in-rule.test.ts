import { findings, pod, policy } from "./lint-yaml";

const service = (target: string) =>
  `apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: ${target} }] }
---
`;
const pods = pod("shop", "web", { app: "web" }, ["http TCP 8080"]) + pod("shop", "client");
const into = (ports: string) =>
  policy(
    "shop",
    "web",
    `{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: ${ports} }] }`,
  );
const outTo = (ports: string) =>
  policy(
    "shop",
    "client",
    `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: ${ports} }] }`,
  );
const found = (...texts: readonly string[]) => findings("NP115", texts.join(""));

test.each([
  ["by number", "8080"],
  ["by name", "http"],
])("a rule of ingress that names the port of a Service with a target %s is reported, with a flow that it does not open", (_how, target) => {
  const [finding, ...more] = found(pods, service(target), into("[{ port: 80 }]"));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    field: "spec.ingress[0].ports[0]",
    message: "port `80` is that of Service `shop/web`; its pods listen on `8080`, which the rule does not open",
    witness: { flow: { port: 8080 }, verdict: { outcome: "denied" } },
  });
});

test("so is a rule of egress", () => {
  expect(found(pods, service("8080"), outTo("[{ port: 80 }]"))).toMatchObject([{ field: "spec.egress[0].ports[0]" }]);
});

test("nothing is said where the rule, or another one, opens the port of the pods", () => {
  expect(found(pods, service("8080"), into("[{ port: 8080 }]"))).toEqual([]);
  expect(found(pods, service("8080"), into("[{ port: 80 }, { port: http }]"))).toEqual([]);
  expect(found(pods, service("8080"), into("[{ port: 80 }, { port: 8000, endPort: 9000 }]"))).toEqual([]);
  expect(found(pods, service("8080"), into("[{ port: 80 }]"), into("[{ port: 8080 }]").replace("name: web }", "name: more }"))).toEqual([]);
});

test("nothing is said where a pod listens on that very port, the Service has the same, or another protocol", () => {
  const both = pod("shop", "web", { app: "web" }, ["http TCP 8080", "plain TCP 80"]) + pod("shop", "client");
  expect(found(both, service("8080"), into("[{ port: 80 }]"))).toEqual([]);
  expect(found(pods, service("80"), into("[{ port: 80 }]"))).toEqual([]);
  expect(found(pods, service("8080"), into("[{ port: 80, protocol: UDP }]"))).toEqual([]);
});
