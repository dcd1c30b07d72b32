import { findings, pod, policy } from "./lint-yaml";

const found = (rule: string) =>
  findings("NP205", pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [${rule}] }`));

test("every port to the internet is a warning, some are an info; both with a flow that is allowed", () => {
  expect(found("{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }")).toMatchObject([
    { severity: "warning", witness: { verdict: { outcome: "allowed" } } },
  ]);
  expect(found("{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }")).toMatchObject([
    { severity: "info", witness: { flow: { port: 443 } } },
  ]);
});

test("a list of partners is not the internet", () => {
  expect(found("{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }")).toEqual([]);
  expect(found("{ to: [{ namespaceSelector: {} }] }")).toEqual([]);
});
