import { findings, pod, policy } from "./lint-yaml";

const found = (peer: string) =>
  findings(
    "NP202",
    pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${peer}] }] }`),
  );

test.each([
  "{ namespaceSelector: {} }",
  "{ namespaceSelector: {}, podSelector: {} }",
  "{ namespaceSelector: { matchExpressions: [{ key: env, operator: NotIn, values: [test] }] } }",
])("%s lets a pod in that nobody thought of", (peer) => {
  expect(found(peer)).toMatchObject([
    {
      witness: {
        flow: { from: { workload: { name: "any-other-pod" } } },
        verdict: { outcome: "allowed", ingress: { allowedBy: [{ policy: { name: "web" } }] } },
      },
    },
  ]);
});

test.each([
  "{ podSelector: {} }",
  "{ namespaceSelector: { matchLabels: { env: test } } }",
  "{ namespaceSelector: {}, podSelector: { matchLabels: { a: b } } }",
  "{ ipBlock: { cidr: 10.0.0.0/8 } }",
])("%s does not", (peer) => {
  expect(found(peer)).toEqual([]);
});

test("what the entry asks for is said, where it asks for what is not there", () => {
  const [all] = found("{ namespaceSelector: {} }");
  const [most] = found("{ namespaceSelector: { matchExpressions: [{ key: env, operator: NotIn, values: [test] }] } }");
  expect(all?.message).toBe("the entry lets every pod of every namespace in, whoever makes it");
  expect(most?.message).toContain("with `env notin (test)`");
});
