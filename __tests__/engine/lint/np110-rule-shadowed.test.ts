import { withoutParts } from "../../../engine/compare/policy-parts";
import { comparePolicies } from "../../../engine/compare/compare";
import { contextOf, findings, namespace, pod, policy } from "./lint-yaml";

const ground = namespace("shop") + pod("shop", "web") + pod("shop", "client") + pod("shop", "other");
const found = (text: string) => findings("NP110", ground + text);
const rules = (...list: readonly string[]) =>
  policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [${list.join(", ")}] }`);
const fromApp = (app: string, more = "") => `{ from: [{ podSelector: { matchLabels: { app: ${app} } } }]${more} }`;

test("a rule inside another is reported, with a fix that changes nothing", () => {
  const text = ground + rules("{ from: [{ podSelector: {} }] }", fromApp("client", ", ports: [{ port: 80 }]"));
  const [finding] = findings("NP110", text);
  expect(finding).toMatchObject({
    severity: "warning",
    field: "spec.ingress[1]",
    fix: { edits: [{ kind: "remove", field: "spec.ingress[1]" }] },
  });
  const { cluster } = contextOf(text).evaluation;
  const removed = withoutParts(cluster, [{ list: "policies", policy: 0, rule: { direction: "ingress", index: 1 } }]);
  expect(comparePolicies(cluster, cluster, removed).relation).toBe("equivalent");
});

test("a rule that several others make up together is an info: it holds for the pods that are there", () => {
  const [finding] = found(
    rules("{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }", fromApp("web"), fromApp("client"), fromApp("other")),
  );
  expect(finding).toMatchObject({ severity: "info", field: "spec.ingress[0]" });
  expect(finding?.fix).toBeUndefined();
});

test("of two that say the same the later one goes, not both", () => {
  expect(found(rules(fromApp("client"), fromApp("client")))).toMatchObject([{ field: "spec.ingress[1]" }]);
});

test("which of two equal rules goes does not depend on the order of the documents", () => {
  const named = (name: string) => policy("shop", name, `{ podSelector: {}, policyTypes: [Ingress], ingress: [${fromApp("client")}] }`);
  for (const text of [named("a") + named("b"), named("b") + named("a")]) {
    expect(found(text)).toMatchObject([{ subject: { name: "b" }, field: "spec.ingress[0]" }]);
  }
});

test("ports and subjects count", () => {
  expect(found(rules(fromApp("client", ", ports: [{ port: 80 }]"), fromApp("client", ", ports: [{ port: 81 }]")))).toEqual([]);
  const narrow = policy("shop", "narrow", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{}] }`);
  expect(found(rules(fromApp("client")) + narrow)).toEqual([]);
});

test("a default deny beside others, and a rule that matches nobody, are not its matter", () => {
  expect(found(policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }") + rules(fromApp("client")))).toEqual([]);
  expect(found(rules(fromApp("nobody"), "{}"))).toEqual([]);
});
