import { closestName, editDistance } from "../../../engine/lint/closest-name";
import { findings, namespace, pod, policy } from "./lint-yaml";
import { eks, vpcFindings } from "./vpc-lint";

const found = (name: string) =>
  findings(
    "NP105",
    namespace("shop") +
      namespace("frontend") +
      pod("shop", "web") +
      policy(
        "shop",
        "web",
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }] }] }`,
      ),
  );

test("a name like one that is there is a warning that names it", () => {
  const [finding] = found("fronted");
  expect(finding).toMatchObject({ severity: "warning", field: "spec.ingress[0].from[0].namespaceSelector" });
  expect(finding?.advice).toContain("`frontend`");
});

test("any other is an info, and those that are there or always are say nothing", () => {
  expect(found("payments")).toMatchObject([{ severity: "info" }]);
  expect(found("frontend")).toEqual([]);
  expect(found("kube-system")).toEqual([]);
});

test.each([
  ["shop", "shop", 0],
  ["shop", "hsop", 1],
  ["shop", "shops", 1],
  ["shop", "chip", 2],
  ["", "ab", 2],
])("%s and %s differ by %i letters", (one, other, edits) => {
  expect(editDistance(one, other)).toBe(edits);
  expect(editDistance(other, one)).toBe(edits);
});

test("the closest name is the one with the fewest edits, and none when all are far", () => {
  expect(closestName("backend", ["frontend", "backends", "backed"])).toBe("backends");
  expect(closestName("a", ["b"])).toBeUndefined();
  expect(closestName("payments", ["shop"])).toBeUndefined();
});

test("one of a series is no slip for another", () => {
  const others = (names: readonly string[], asked: string) =>
    findings(
      "NP105",
      names.map((each) => namespace(each)).join("") +
        policy(
          "shop",
          "web",
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${asked} } } }] }] }`,
        ),
    ).map(({ severity }) => severity);
  expect(others(["team-b"], "team-a")).toEqual(["info"]);
  expect(others(["data-12"], "data-1")).toEqual(["info"]);
  expect(others(["team-b"], "taem-b")).toEqual(["warning"]);
});

test("nothing is said where a namespace has a name that nobody knows yet", () => {
  const pending = eks({ more: { kubernetes_namespace_v1: { later: { metadata: { name: "${aws_eks_cluster.shop.arn}" } } } } });
  const asking = policy(
    "shop",
    "web",
    "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: later } } }] }] }",
  );
  expect(vpcFindings("NP105", asking, pending)).toEqual([]);
  expect(vpcFindings("NP105", asking)).toHaveLength(1);
});
