import { findings, pod, policy } from "./lint-yaml";

const found = (peer: string) =>
  findings(
    "NP206",
    pod("shop", "web") +
      pod("front", "browser", { role: "client" }) +
      policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${peer}] }] }`),
  );

test("a pod label in every namespace is reported, with a pod that gets in by it", () => {
  expect(found("{ namespaceSelector: {}, podSelector: { matchLabels: { role: client } } }")).toMatchObject([
    { witness: { flow: { from: { workload: { name: "browser" } } }, verdict: { outcome: "allowed" } } },
  ]);
});

test("in a namespace that is named, or in the own one, it is not", () => {
  expect(
    found("{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }, podSelector: { matchLabels: { role: client } } }"),
  ).toEqual([]);
  expect(found("{ podSelector: { matchLabels: { role: client } } }")).toEqual([]);
  expect(found("{ namespaceSelector: {} }")).toEqual([]);
});
