/** Values that are known only after apply: `after` hides them, `after_unknown` tells where they are. */
import { type Json, type JsonObject, toCluster } from "../../inputs";
import { plannedValues } from "../../inputs/plan/overlay";
import { objectsOn, planOf, readOne } from "./read-one";

const address = "kubernetes_network_policy_v1.x";
const later = (path: string, from?: string): JsonObject => ({
  unknown: true,
  because: `\`${path}\` of \`${address}\` is known only after apply${from === undefined ? "" : `, when \`${from}\` is`}`,
});

/** The object of a policy whose `spec` block reads so. */
function specOf(spec: JsonObject, unknownSpec: JsonObject, expressions: JsonObject = {}): Json | undefined {
  const plan = planOf([
    {
      type: "kubernetes_network_policy_v1",
      after: { metadata: [{ name: "p", namespace: "shop" }], spec: [{ egress: [], ingress: [], policy_types: ["Ingress"], ...spec }] },
      unknown: { id: true, metadata: [{ generation: true, resource_version: true, uid: true }], spec: [unknownSpec] },
      expressions,
    },
  ]);
  return objectsOn(readOne(plan), "after")?.[0]?.spec;
}

const anyPod = [{ match_expressions: [], match_labels: null }];
const selector = "spec[0].pod_selector[0]";

describe("a selector", () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      "a label that is not known",
      { match_labels: {} },
      { match_labels: { app: true } },
      { matchLabels: { app: later(`${selector}.match_labels.app`) } },
    ],
    [
      "one label of two",
      { match_labels: { b: "1" } },
      { match_labels: { a: true } },
      { matchLabels: { b: "1", a: later(`${selector}.match_labels.a`) } },
    ],
    ["a map that is not known", {}, { match_labels: true }, { matchLabels: later(`${selector}.match_labels`) }],
    [
      "a value of a requirement",
      { match_expressions: [{ key: "k", operator: "In", values: ["aa", "zz", null] }] },
      { match_expressions: [{ values: [false, false, true] }] },
      { matchExpressions: [{ key: "k", operator: "In", values: ["aa", "zz", later(`${selector}.match_expressions[0].values[2]`)] }] },
    ],
    [
      "a set whose two listings do not agree",
      { match_expressions: [{ key: "k", operator: "In", values: ["aa", null] }] },
      { match_expressions: [{ values: [true, false] }] },
      { matchExpressions: [{ key: "k", operator: "In", values: later(`${selector}.match_expressions[0].values`) }] },
    ],
    [
      "a key with a dot and a slash",
      { match_labels: {} },
      { match_labels: { "app.kubernetes.io/name": true } },
      { matchLabels: { "app.kubernetes.io/name": later(`${selector}.match_labels["app.kubernetes.io/name"]`) } },
    ],
  ])("%s", (_, after, unknown, expected) => {
    expect(specOf({ pod_selector: [after] }, { pod_selector: [unknown] })).toEqual({ podSelector: expected, policyTypes: ["Ingress"] });
  });
});

describe("a rule", () => {
  const rule = "spec[0].ingress[0]";
  const from = (peer: JsonObject): JsonObject => ({
    ingress: [{ from: [{ ip_block: [], namespace_selector: [], pod_selector: [], ...peer }], ports: [] }],
  });
  const unknownFrom = (peer: JsonObject): JsonObject => ({
    ingress: [{ from: [{ ip_block: [], namespace_selector: [], pod_selector: [], ...peer }] }],
  });

  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      "an exception that is not known",
      from({ ip_block: [{ cidr: "10.0.0.0/8", except: [null, "10.0.0.0/24"] }] }),
      unknownFrom({ ip_block: [{ except: [true, false] }] }),
      {
        ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: [later(`${rule}.from[0].ip_block[0].except[0]`), "10.0.0.0/24"] } }] }],
      },
    ],
    [
      "a block that is not known",
      from({ ip_block: [{ except: [] }] }),
      unknownFrom({ ip_block: [{ cidr: true }] }),
      { ingress: [{ from: [{ ipBlock: { cidr: later(`${rule}.from[0].ip_block[0].cidr`) } }] }] },
    ],
    [
      "a port that is not known, which would read as every port",
      { ingress: [{ from: [], ports: [{ end_port: null, protocol: "TCP" }] }] },
      { ingress: [{ from: [], ports: [{ port: true }] }] },
      { ingress: [{ ports: [{ port: later(`${rule}.ports[0].port`), protocol: "TCP" }] }] },
    ],
    ["directions that are not known", {}, { policy_types: true }, { policyTypes: later("spec[0].policy_types") }],
    ["rules that are not known, which would read as none", {}, { ingress: true }, { ingress: later("spec[0].ingress") }],
    [
      "peers that are not known, which would read as anybody",
      { ingress: [{ ports: [] }] },
      { ingress: [{ from: true, ports: [] }] },
      { ingress: [{ from: later(`${rule}.from`) }] },
    ],
    [
      "one block that is generated from static content",
      from({ pod_selector: anyPod }),
      unknownFrom({}),
      { ingress: [{ from: [{ podSelector: {} }] }] },
    ],
    [
      "a whole peer",
      { ingress: [{ from: [null], ports: [] }] },
      { ingress: [{ from: [true] }] },
      { ingress: [{ from: [later(`${rule}.from[0]`)] }] },
    ],
  ])("%s", (_, spec, unknown, expected) => {
    const hidden = new Set(Object.entries(unknown).flatMap(([name, value]) => (value === true ? [name] : [])));
    const read = specOf({ pod_selector: anyPod, ...spec }, { pod_selector: [{}], ...unknown });
    expect(read).toEqual({ podSelector: {}, ...(hidden.has("policy_types") ? {} : { policyTypes: ["Ingress"] }), ...expected });
  });
});

describe("a namespace", () => {
  it("that is not known is not `default`", () => {
    const plan = planOf([
      {
        type: "kubernetes_network_policy_v1",
        after: { metadata: [{ name: "p" }], spec: [{ pod_selector: anyPod, policy_types: ["Ingress"] }] },
        unknown: { metadata: [{ namespace: true }] },
        expressions: {
          metadata: [{ name: { constant_value: "p" }, namespace: { references: ["terraform_data.u.id", "terraform_data.u"] } }],
        },
      },
    ]);
    const [object] = objectsOn(readOne(plan), "after") ?? [];
    expect(object?.metadata).toEqual({ name: "p", namespace: later("metadata[0].namespace", "terraform_data.u.id") });
  });

  it("that is missing from a manifest is not `default` either", () => {
    const manifest = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p" }, spec: { podSelector: {} } };
    const plan = planOf([
      { type: "kubernetes_manifest", after: { manifest }, unknown: { manifest: { metadata: { namespace: true } }, object: true } },
    ]);
    const [object] = objectsOn(readOne(plan), "after") ?? [];
    expect(object?.metadata).toMatchObject({ name: "p", namespace: { unknown: true } });
  });
});

describe("what nobody wrote and the provider computes", () => {
  const service = (expressions: JsonObject): Json | undefined => {
    const plan = planOf([
      {
        type: "kubernetes_service_v1",
        after: { metadata: [{ name: "s", namespace: "shop" }], spec: [{ selector: { app: "a" }, port: [{ port: 80, name: "http" }] }] },
        unknown: {
          spec: [{ cluster_ip: true, cluster_ips: true, external_traffic_policy: true, port: [{ target_port: true, node_port: true }] }],
        },
        expressions: { metadata: [{ name: { constant_value: "s" } }], spec: [expressions] },
      },
    ]);
    return objectsOn(readOne(plan), "after")?.[0]?.spec;
  };
  const port = { name: { constant_value: "http" }, port: { constant_value: 80 } };

  it("is left to the defaults of the API server", () => {
    expect(service({ port: [port] })).toEqual({ selector: { app: "a" }, ports: [{ name: "http", port: 80 }] });
  });

  it("is not known where somebody wrote an expression", () => {
    expect(service({ port: [{ ...port, target_port: { references: ["terraform_data.u.output", "terraform_data.u"] } }] })).toEqual({
      selector: { app: "a" },
      ports: [
        {
          name: "http",
          port: 80,
          targetPort: {
            unknown: true,
            because:
              "`spec[0].port[0].target_port` of `kubernetes_service_v1.x` is known only after apply, when `terraform_data.u.output` is",
          },
        },
      ],
    });
  });

  it("is not known in a dynamic block, whose contents a plan does not show", () => {
    expect(service({})).toMatchObject({ ports: [{ targetPort: { unknown: true } }] });
  });

  it("makes one pod when nobody said how many", () => {
    const template = [{ metadata: [{ labels: { app: "a" } }], spec: [{ container: [{ name: "c", port: [] }] }] }];
    const plan = planOf([
      {
        type: "kubernetes_deployment_v1",
        after: { metadata: [{ name: "d", namespace: "shop" }], spec: [{ selector: [{ match_labels: { app: "a" } }], template }] },
        unknown: { spec: [{ replicas: true, template: [{ metadata: [{ name: true }], spec: [{ node_name: true, hostname: true }] }] }] },
        expressions: { spec: [{ selector: [{}], template: [{ metadata: [{}], spec: [{ container: [{}] }] }] }] },
      },
    ]);
    const { value, problems } = toCluster(readOne(plan).after.objects);
    expect(problems.filter(({ severity }) => severity !== "note")).toEqual([]);
    expect(value.workloads).toMatchObject([{ kind: "Deployment", replicas: 1, labels: { app: "a" }, hostNetwork: false }]);
  });
});

test("a last port that is not known, without a first, may turn out to be none", () => {
  const plan = planOf([
    {
      type: "kubernetes_network_policy_v1",
      after: {
        metadata: [{ name: "p", namespace: "shop" }],
        spec: [{ pod_selector: anyPod, policy_types: ["Ingress"], ingress: [{ from: [], ports: [{ port: null, protocol: "TCP" }] }] }],
      },
      unknown: { spec: [{ ingress: [{ ports: [{ end_port: true }] }] }] },
    },
  ]);
  const { value, problems } = toCluster(readOne(plan).after.objects);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(value.policies).toHaveLength(1);
});

describe("laying what is not known over what is", () => {
  it("makes nothing of nothing", () => {
    expect(plannedValues({ a: null, b: { c: null } }, { a: {}, b: { c: [] } }, "t.x", undefined)).toEqual({ a: null, b: { c: null } });
  });

  it("does not crash on a document of any depth", () => {
    const deep = (depth: number, leaf: Json): Json => Array.from({ length: depth }).reduce<Json>((inner) => ({ a: inner }), leaf);
    const values = plannedValues(deep(50_000, "x"), deep(50_000, true), "t.x", undefined);
    expect(values).toHaveProperty("a");
  });
});
