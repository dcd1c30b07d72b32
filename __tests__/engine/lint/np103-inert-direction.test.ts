import { findings, pod, policy } from "./lint-yaml";

const found = (spec: string) => findings("NP103", pod("shop", "web") + policy("shop", "web", spec));
const toDb = "egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }]";

test("rules for a direction that is left out are reported, with traffic they do not stop", () => {
  const [finding, ...more] = found(`{ podSelector: {}, policyTypes: [Ingress], ${toDb} }`);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    field: "spec.egress",
    severity: "error",
    witness: { verdict: { outcome: "allowed", egress: { isolatedBy: [] } } },
  });
  expect(finding?.fix?.edits).toEqual([
    { kind: "remove", object: { kind: "NetworkPolicy", namespace: "shop", name: "web" }, field: "spec.egress" },
  ]);
});

test("it is the same the other way round", () => {
  expect(found("{ podSelector: {}, policyTypes: [Egress], ingress: [{}] }")).toMatchObject([{ field: "spec.ingress" }]);
});

test("nothing is inert when `policyTypes` is left out, or the rules are none", () => {
  expect(found(`{ podSelector: {}, ${toDb} }`)).toEqual([]);
  expect(found("{ podSelector: {}, policyTypes: [Ingress], egress: [] }")).toEqual([]);
});
