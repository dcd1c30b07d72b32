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

describe("a cluster-wide policy", () => {
  const guard = (action: string) =>
    `{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: guard }, spec: { tier: Admin, priority: 10, subject: { namespaces: {} },
    ingress: [{ action: ${action}, from: [{ namespaces: {} }] }] } }\n---\n`;
  const replaced = (text: string) =>
    findings("NP401", {
      before: text,
      after: text,
      plan: "[{ address: a.b, type: a, effect: replace-delete-first, before: { kind: ClusterNetworkPolicy, name: guard }, after: { kind: ClusterNetworkPolicy, name: guard } }]",
    });
  const pods = pod("shop", "web") + pod("shop", "client");

  test("leaves a gap as well: an error where it opens something", () => {
    expect(replaced(pods + guard("Deny"))).toMatchObject([
      { severity: "error", because: [{ kind: "ClusterNetworkPolicy", name: "guard" }], witness: { verdict: { outcome: "allowed" } } },
    ]);
    expect(replaced(pods + deny + guard("Accept"))).toMatchObject([{ severity: "warning" }]);
  });
});
