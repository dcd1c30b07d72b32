import { findings, pod, policy } from "./lint-yaml";

const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
const web = pod("shop", "web");

test("a default deny that goes is reported, with a flow it denied", () => {
  expect(findings("NP402", { before: web + deny, after: web })).toMatchObject([
    { severity: "error", subject: { name: "deny" }, witness: { verdict: { outcome: "allowed" } }, because: [{ name: "deny" }] },
  ]);
});

test("one that another takes the place of is not", () => {
  expect(findings("NP402", { before: web + deny, after: web + deny.replace("name: deny", "name: closed") })).toEqual([]);
});

test("nor is one that goes with all its workloads, or a namespace that was open before", () => {
  expect(findings("NP402", { before: web + deny, after: pod("other", "web") })).toEqual([]);
  expect(findings("NP402", { before: web, after: web })).toEqual([]);
});
