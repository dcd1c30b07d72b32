import { findings, policy } from "./lint-yaml";

const deny = (namespace: string, name: string) => policy(namespace, name, "{ podSelector: {}, policyTypes: [Ingress] }");

test("one object written twice is reported once, with both places", () => {
  const found = findings("NP111", deny("shop", "deny") + deny("shop", "deny"));
  expect(found).toMatchObject([{ subject: { namespace: "shop", name: "deny" }, location: { line: 2 } }]);
  expect(found[0]?.message).toContain("`input.yaml:1` and `input.yaml:2`");
});

test("namespaces, names and groups tell objects apart", () => {
  const foreign = deny("shop", "deny").replace("networking.k8s.io", "crd.example.org");
  expect(findings("NP111", deny("shop", "deny") + deny("other", "deny") + deny("shop", "deny-2") + foreign)).toEqual([]);
});

test("an object without a namespace is in the default one", () => {
  expect(findings("NP111", deny("default", "deny") + deny("default", "deny").replace("namespace: default, ", ""))).toHaveLength(1);
});
