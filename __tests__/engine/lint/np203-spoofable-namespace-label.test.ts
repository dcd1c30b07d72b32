import { findings, namespace, pod, policy } from "./lint-yaml";

const found = (peer: string) =>
  findings(
    "NP203",
    namespace("shop") +
      namespace("front", { team: "front" }) +
      pod("shop", "web") +
      pod("front", "browser") +
      policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${peer}] }] }`),
  );

test("trust in a label of a namespace is reported, with a pod that gets in by it", () => {
  expect(found("{ namespaceSelector: { matchLabels: { team: front } } }")).toMatchObject([
    { witness: { flow: { from: { workload: { name: "browser" } } }, verdict: { outcome: "allowed" } } },
  ]);
});

test("the label that is the name cannot be forged, and one that nobody has is left to NP101", () => {
  expect(found("{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } } }")).toEqual([]);
  expect(found("{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front, team: front } } }")).toEqual([]);
  expect(found("{ namespaceSelector: { matchLabels: { team: red } } }")).toEqual([]);
  expect(found("{ namespaceSelector: {} }")).toEqual([]);
});
