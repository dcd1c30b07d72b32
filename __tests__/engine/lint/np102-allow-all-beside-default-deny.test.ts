import { findings, pod, policy } from "./lint-yaml";

const deny = (app: string) => policy("shop", "deny", `{ podSelector: ${app}, policyTypes: [Ingress] }`);
const allow = (app: string) => policy("shop", "allow", `{ podSelector: ${app}, policyTypes: [Ingress], ingress: [{}] }`);
const web = "{ matchLabels: { app: web } }";
const found = (text: string) => findings("NP102", pod("shop", "web") + pod("shop", "db") + text);

test("an empty rule for all pods that a default deny closes is reported, with a flow that is allowed", () => {
  expect(found(deny("{}") + allow("{}"))).toMatchObject([{ subject: { name: "allow" }, witness: { verdict: { outcome: "allowed" } } }]);
  expect(found(deny(web) + allow("{}"))).toHaveLength(1);
});

test("one for some of the pods leaves the default deny an effect", () => {
  expect(found(deny("{}") + allow(web))).toEqual([]);
});

test("directions and namespaces are kept apart", () => {
  expect(found(deny("{}") + policy("shop", "allow", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }"))).toEqual([]);
  expect(found(deny("{}") + policy("other", "allow", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }"))).toEqual([]);
});

test("a default deny that still closes the other direction is not to be removed", () => {
  const both = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
  const open = policy("shop", "open", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }");
  const [finding] = findings("NP102", pod("shop", "web") + both + open);
  expect(finding?.message).toContain("the default deny for egress has no effect");
  expect(finding?.advice).toContain("take `Egress` out of the default deny");
});
