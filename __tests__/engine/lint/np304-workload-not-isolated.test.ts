import { findings, pod, policy } from "./lint-yaml";

const found = (text: string) => findings("NP304", pod("shop", "web") + pod("shop", "admin") + text);
const closing = (selector: string, type: string) =>
  policy("shop", `close-${type.toLowerCase()}`, `{ podSelector: ${selector}, policyTypes: [${type}] }`);
const web = "{ matchLabels: { app: web } }";

test("the workload that slipped through is reported, with a flow that is allowed", () => {
  expect(found(closing(web, "Ingress"))).toMatchObject([
    { severity: "warning", subject: { kind: "Pod", name: "admin" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("egress alone is an info", () => {
  expect(found(closing(web, "Egress"))).toMatchObject([{ severity: "info", key: "egress" }]);
});

test("a namespace in which nothing is closed, and one in which all is, are not its matter", () => {
  expect(found("")).toEqual([]);
  expect(found(closing("{}", "Ingress"))).toEqual([]);
});

test("pods on the network of their node are left out", () => {
  const host = pod("shop", "agent").replace('"spec":{', '"spec":{"hostNetwork":true,');
  expect(found(host + closing("{ matchExpressions: [{ key: app, operator: In, values: [web, admin] }] }", "Ingress"))).toEqual([]);
});
