import { findings, pod, policy } from "./lint-yaml";

const found = (text: string) => findings("NP302", text);
const closing = (selector: string) => policy("shop", "close", `{ podSelector: ${selector}, policyTypes: [Ingress] }`);

test("a namespace without a default deny is reported, with a flow that is allowed", () => {
  expect(found(pod("shop", "web"))).toMatchObject([
    { severity: "warning", subject: { kind: "Namespace", name: "shop" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("a policy for some pods is no default, even if it closes all that are there", () => {
  const [finding] = found(pod("shop", "web") + closing("{ matchLabels: { app: web } }"));
  expect(finding?.message).toContain("that no policy selects");
  expect(finding?.witness).toMatchObject({ verdict: { outcome: "allowed" } });
});

test("one for every pod is, and so is one that excludes by a label only some have", () => {
  expect(found(pod("shop", "web") + closing("{}"))).toEqual([]);
  expect(found(pod("shop", "web") + closing("{ matchExpressions: [{ key: open, operator: DoesNotExist }] }"))).toEqual([]);
});

test("the cluster's own namespaces are left out", () => {
  expect(found(pod("kube-system", "coredns"))).toEqual([]);
});
