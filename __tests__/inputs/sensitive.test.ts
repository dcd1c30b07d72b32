/** What Terraform marks sensitive in policies and workloads: it is reckoned with, and named, so that no report shows it. */
import { evaluate, verdict } from "../../engine";
import { type Json, type JsonObject, type LocatedObject, type SensitiveValue, toCluster } from "../../inputs";
import { planOf, type PlanEntry, readOne } from "./read-one";

const type = "kubernetes_network_policy_v1";
const policy = (spec: JsonObject): JsonObject => ({
  metadata: [{ name: "deny", namespace: "shop" }],
  spec: [{ pod_selector: [{ match_labels: { app: "api" } }], policy_types: ["Ingress"], ...spec }],
});
const ingress = [{ from: [{ ip_block: [{ cidr: "192.0.2.0/24" }] }], ports: [{ port: "5432", protocol: "TCP" }] }];
const objectOf = (entry: PlanEntry): LocatedObject => {
  const [object] = readOne(planOf([entry])).after.objects;
  if (object === undefined) throw new Error("the plan declares no object");
  return object;
};
const sensitiveIn = (entry: PlanEntry): readonly SensitiveValue[] => objectOf(entry).sensitive ?? [];
const text = (value: string, isName = false): SensitiveValue => ({ text: value, isName });

describe("a typed resource", () => {
  const after = policy({ ingress });
  const masks: readonly (readonly [Json, readonly SensitiveValue[]])[] = [
    [{}, []],
    [false, []],
    [{ spec: [{ pod_selector: [{ match_labels: { app: true } }] }] }, [text("api")]],
    [{ spec: [{ pod_selector: [{ match_labels: true }] }] }, [text("api")]],
    [{ spec: [{ ingress: [{ from: [{ ip_block: [{ cidr: true }] }] }] }] }, [text("192.0.2.0/24")]],
    [{ metadata: [{ name: true }] }, [text("deny", true)]],
    [{ spec: true }, [text("api"), text("192.0.2.0/24")]],
    [true, [text("deny", true), text("shop", true), text("api"), text("192.0.2.0/24")]],
  ];

  test.each(masks)("with the mask %j has these sensitive texts, and words of the API are none of them", (sensitive, expected) => {
    expect(sensitiveIn({ type, after, sensitive })).toEqual(expected);
  });

  it("is reckoned with as it is, but for numbers, which are not known", () => {
    const { object } = objectOf({ type, after, sensitive: { spec: true } });
    const withheld = { unknown: true, because: "a value that is marked sensitive" };
    expect(object.spec).toEqual({
      podSelector: { matchLabels: { app: "api" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: [{ port: withheld, protocol: "TCP" }] }],
    });
  });

  it("leaves undecided what a sensitive number decides", () => {
    const pod: PlanEntry = { type: "kubernetes_pod_v1", after: { metadata: [{ name: "x", namespace: "shop", labels: { app: "api" } }] } };
    const open = policy({ ingress: [{ from: [], ports: [{ port: "5432", protocol: "TCP" }] }] });
    const outcome = (sensitive: Json): string => {
      const { value: cluster } = toCluster(readOne(planOf([pod, { type, after: open, sensitive }])).after.objects);
      const [workload] = cluster.workloads;
      if (workload === undefined) throw new Error("the plan has a pod");
      const from = { kind: "address", address: "203.0.113.1" } as const;
      return verdict(evaluate(cluster), { from, to: { kind: "workload", workload }, protocol: "TCP", port: 5432 }).outcome;
    };
    expect(outcome({})).toBe("allowed");
    expect(outcome({ spec: [{ ingress: [{ ports: [{ port: true }] }] }] })).toBe("undecided");
  });
});

it("is on the object that `kubernetes_labels` changes", () => {
  const namespace: PlanEntry = { type: "kubernetes_namespace_v1", after: { metadata: [{ name: "shop" }] } };
  const labels: PlanEntry = {
    type: "kubernetes_labels",
    after: { api_version: "v1", kind: "Namespace", metadata: [{ name: "shop" }], labels: { team: "hunter2" } },
    sensitive: { labels: true },
  };
  expect(readOne(planOf([namespace, labels])).after.objects).toMatchObject([
    { object: { metadata: { labels: { team: "hunter2" } } }, sensitive: [text("hunter2")] },
  ]);
});

describe("a document", () => {
  const manifest = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny" },
    spec: { podSelector: { matchLabels: { app: "api" } }, policyTypes: ["Ingress"] },
  };
  const yaml_body = JSON.stringify(manifest);

  test.each<[string, PlanEntry, readonly SensitiveValue[]]>([
    [
      "a marked part of a manifest",
      { type: "kubernetes_manifest", after: { manifest }, sensitive: { manifest: { spec: { podSelector: true } } } },
      [text("api")],
    ],
    [
      "a manifest that is marked as a whole",
      { type: "kubernetes_manifest", after: { manifest }, sensitive: { manifest: true } },
      [text("deny", true), text("api")],
    ],
    [
      "the text of `kubectl_manifest`, which is always marked",
      { type: "kubectl_manifest", after: { yaml_body }, sensitive: { yaml_body: true } },
      [],
    ],
    [
      "its fields that are named",
      {
        type: "kubectl_manifest",
        after: { yaml_body, sensitive_fields: ["spec.podSelector.matchLabels.app", "data"] },
        sensitive: { yaml_body: true },
      },
      [text("api")],
    ],
    [
      "a chart that is marked",
      { type: "helm_release", after: { manifest: JSON.stringify({ x: manifest }) }, sensitive: { manifest: true } },
      [text("deny", true), text("default", true), text("api")],
    ],
    [
      "a chart beside what is marked",
      { type: "helm_release", after: { manifest: JSON.stringify({ x: manifest }) }, sensitive: { values: true } },
      [],
    ],
  ])("names %s", (_, entry, expected) => {
    expect([...sensitiveIn(entry)].sort((a, b) => (a.text < b.text ? -1 : 1))).toEqual(
      [...expected].sort((a, b) => (a.text < b.text ? -1 : 1)),
    );
  });
});

describe("a state file", () => {
  const attribute = (value: string): JsonObject => ({ type: "get_attr", value });
  const index = (value: Json, kind: string): JsonObject => ({ type: "index", value: { value, type: kind } });
  const stateOf = (paths: readonly Json[]): JsonObject => ({
    version: 4,
    terraform_version: "1.11.4",
    lineage: "x",
    resources: [{ mode: "managed", type, name: "x", instances: [{ attributes: policy({ ingress }), sensitive_attributes: paths }] }],
  });
  const labels = [attribute("spec"), index(0, "number"), attribute("pod_selector"), index(0, "number"), attribute("match_labels")];
  const rule = [attribute("spec"), index(0, "number"), attribute("ingress"), index(0, "number")];

  test.each<[string, readonly Json[], readonly SensitiveValue[]]>([
    ["nothing", [], []],
    ["a value of a map", [[...labels, index("app", "string")]], [text("api")]],
    ["what lies inside of a list", [[...rule, attribute("from"), index(0, "number"), attribute("ip_block")]], [text("192.0.2.0/24")]],
    ["both", [labels, [...rule, attribute("from")]], [text("api"), text("192.0.2.0/24")]],
    [
      "what a set holds, all of it",
      [[...rule, attribute("from"), index({ cidr: "x" }, "object"), attribute("ip_block")]],
      [text("192.0.2.0/24")],
    ],
    ["an argument, in the form of older files", [attribute("metadata")], [text("deny", true), text("shop", true)]],
    ["a way that cannot be read", [[{ type: "index" }]], []],
  ])("marks by paths: %s", (_, paths, expected) => {
    expect(readOne(stateOf(paths)).after.objects[0]?.sensitive ?? []).toEqual(expected);
  });
});
