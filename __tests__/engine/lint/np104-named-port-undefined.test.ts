import { findings, pod, policy } from "./lint-yaml";

const web = pod("shop", "web", { app: "web" }, ["http TCP 80"]);
const found = (spec: string, pods = web) => findings("NP104", pods + policy("shop", "web", spec));
const ingress = (port: string) => `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [${port}] }] }`;
const egress = (port: string, app: string) =>
  `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [${port}] }] }`;

test("for ingress the name is looked for on the pods the policy selects", () => {
  expect(found(ingress("{ port: web }"))).toMatchObject([{ field: "spec.ingress[0].ports[0]" }]);
  expect(found(ingress("{ port: http }"))).toEqual([]);
});

test("for egress it is looked for on the pods the peers name", () => {
  const pods = web + pod("shop", "db", { app: "db" }, ["pg TCP 5432"]);
  expect(found(egress("{ port: http }", "db"), pods)).toMatchObject([{ field: "spec.egress[0].ports[0]" }]);
  expect(found(egress("{ port: pg }", "db"), pods)).toEqual([]);
});

test("without a destination nothing is said, and a name with another protocol is left to NP106", () => {
  expect(found(egress("{ port: pg }", "nobody"))).toEqual([]);
  expect(found(ingress("{ port: http, protocol: UDP }"))).toEqual([]);
});
