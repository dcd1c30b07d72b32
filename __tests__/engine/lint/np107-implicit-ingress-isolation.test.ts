import { findings, pod, policy } from "./lint-yaml";

const found = (text: string) => findings("NP107", pod("shop", "web") + text);
const egress = "egress: [{ to: [{ podSelector: {} }] }]";

test("egress rules alone close ingress too: reported with a flow into the pod that is denied", () => {
  const [finding] = found(policy("shop", "web", `{ podSelector: {}, ${egress} }`));
  expect(finding).toMatchObject({
    severity: "warning",
    witness: { verdict: { outcome: "denied", ingress: { isolatedBy: [{ name: "web" }] } } },
  });
  expect(finding?.fix?.edits).toMatchObject([{ kind: "set", field: "spec.policyTypes", value: ["Ingress", "Egress"] }]);
});

test("so does a policy without any rule", () => {
  expect(found(policy("shop", "web", "{ podSelector: {} }"))).toMatchObject([{ fix: { edits: [{ value: ["Ingress"] }] } }]);
});

test("it is an info where ingress is closed anyway", () => {
  const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(found(deny + policy("shop", "web", `{ podSelector: {}, ${egress} }`))).toMatchObject([{ severity: "info" }]);
});

test("written `policyTypes` or ingress rules say what is meant", () => {
  expect(found(policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], ${egress} }`))).toEqual([]);
  expect(found(policy("shop", "web", "{ podSelector: {}, ingress: [{}] }"))).toEqual([]);
});
