import { findings, pod, policy } from "./lint-yaml";

const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
const allow = policy("shop", "allow", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }");
const plan = (effect: string, name: string) =>
  `[{ address: a.b, type: a, effect: ${effect}, before: { kind: NetworkPolicy, namespace: shop, name: ${name} }, after: { kind: NetworkPolicy, namespace: shop, name: ${name} } }]`;
const found = (effect: string, name: string, policies: string) => {
  const text = pod("shop", "web") + policies;
  return findings("NP401", { before: text, after: text, plan: plan(effect, name) });
};

test("a gap that opens something is an error, with a flow that is allowed in it and denied before", () => {
  expect(found("replace-delete-first", "deny", deny)).toMatchObject([
    { severity: "error", witness: { verdict: { outcome: "allowed", ingress: { isolatedBy: [] } } } },
  ]);
});

test("a gap that opens nothing is a warning: what the policy allows stops", () => {
  const [finding] = found("replace-delete-first", "allow", deny + allow);
  expect(finding?.severity).toBe("warning");
  expect(finding?.witness).toBeUndefined();
});

test.each(["replace-create-first", "update", "delete"])("%s leaves no gap of this sort", (effect) => {
  expect(found(effect, "deny", deny)).toEqual([]);
});
