import { findings, pod, policy } from "./lint-yaml";

const found = (effect: string, kind: string) => {
  const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
  return findings("NP403", {
    before: pod("shop", "web") + deny,
    after: pod("shop", "web"),
    plan: `[{ address: a.b, type: a, effect: ${effect}, before: { kind: ${kind}, namespace: shop, name: deny } }]`,
  });
};

test("a policy that is forgotten is reported where the plan says it", () => {
  expect(found("forget", "NetworkPolicy")).toMatchObject([
    { subject: { name: "deny" }, location: { address: "a.b" }, because: [{ name: "deny" }] },
  ]);
});

test("one that is deleted, and objects of other kinds, are not", () => {
  expect(found("delete", "NetworkPolicy")).toEqual([]);
  expect(found("forget", "Service")).toEqual([]);
});
