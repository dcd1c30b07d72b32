import { unknown } from "../../engine/model";
import type { Json, JsonObject } from "../../inputs/objects";
import { isReadType, resourceToObjects } from "../../inputs/terraform";
import { parseIntOrString } from "../../inputs/terraform/int-or-string";

const later = unknown("known only after apply");

const objectOf = (type: string, values: JsonObject, uncertain = false): JsonObject | undefined => {
  const { value, problems } = resourceToObjects({ type, address: `${type}.x`, values, ...(uncertain ? { uncertain: later } : {}) });
  expect(problems).toEqual([]);
  expect(value).toHaveLength(1);
  return value[0]?.object;
};

const specOf = (spec: JsonObject): Json | undefined => objectOf("kubernetes_network_policy_v1", { metadata: { name: "p" }, spec })?.spec;
const ingressOf = (ingress: Json): Json | undefined => (specOf({ pod_selector: {}, ingress }) as JsonObject).ingress;
const peerOf = (peer: Json): Json | undefined => ((ingressOf([{ from: [peer] }]) as JsonObject[])[0]?.from as Json[])[0];
const portOf = (port: Json): Json | undefined => ((ingressOf([{ ports: [port] }]) as JsonObject[])[0]?.ports as Json[])[0];

describe("blocks whose presence is what counts", () => {
  test.each<[string, Json, Json | undefined]>([
    ["no rule", [], undefined],
    ["null instead of rules", null, undefined],
    ["one empty rule allows everything", {}, [{}]],
    ["one empty rule in a list", [{}], [{}]],
    ["a null rule is an empty rule", [null], [{}]],
    ["an empty rule as a plan writes it", [{ from: [], ports: [] }], [{}]],
    ["null peers and ports", [{ from: null, ports: null }], [{}]],
    ["a null peer is an empty peer", [{ from: [null] }], [{ from: [{}] }]],
    ["a peer with nothing in it", [{ from: [{ ip_block: [], namespace_selector: [], pod_selector: [] }] }], [{ from: [{}] }]],
    ["a port with nothing in it is every TCP port", { ports: {} }, [{ ports: [{}] }]],
  ])("%s", (_, ingress, expected) => {
    expect(ingressOf(ingress)).toEqual(expected);
  });

  test.each<[string, Json, Json]>([
    ["an empty namespace selector is every namespace", { namespace_selector: {}, pod_selector: [] }, { namespaceSelector: {} }],
    ["the same as a plan writes it", { namespace_selector: [{ match_expressions: [], match_labels: null }] }, { namespaceSelector: {} }],
    [
      "zeros written back after an apply",
      { pod_selector: [{ match_expressions: [], match_labels: {} }], ip_block: [] },
      { podSelector: {} },
    ],
    ["a null selector element", { pod_selector: [null] }, { podSelector: {} }],
    ["no namespace selector", { pod_selector: [{}], namespace_selector: [] }, { podSelector: {} }],
    ["except that is not set", { ip_block: [{ cidr: "10.0.0.0/8", except: [] }] }, { ipBlock: { cidr: "10.0.0.0/8" } }],
    ["except with one element", { ip_block: { cidr: "::/0", except: ["fd00::/8"] } }, { ipBlock: { cidr: "::/0", except: ["fd00::/8"] } }],
    ["an empty address block stays for validation to refuse", { ip_block: [{}] }, { ipBlock: {} }],
  ])("%s", (_, peer, expected) => {
    expect(peerOf(peer)).toEqual(expected);
  });

  test.each<[string, Json | undefined]>([
    ["absent", undefined],
    ["an empty list", []],
    ["a null element", [null]],
    ["an empty object", {}],
    ["zeros", [{ match_labels: null, match_expressions: [] }]],
  ])("the subject of a policy is every pod when its selector is %s", (_, selector) => {
    expect(specOf({ pod_selector: selector, policy_types: ["Ingress"] })).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
  });
});

describe("attributes", () => {
  test.each<[string, Json, Json]>([
    ["a number in a string", { port: "80" }, { port: 80 }],
    ["leading zeros", { port: "080" }, { port: 80 }],
    ["a name", { port: "http", protocol: "TCP" }, { port: "http", protocol: "TCP" }],
    ["no port", { port: null, protocol: "UDP" }, { protocol: "UDP" }],
    ["zeros written back after an apply", { port: "", end_port: 0, protocol: "" }, {}],
    ["a range", { port: "8000", end_port: 8100 }, { port: 8000, endPort: 8100 }],
    ["a range whose end went through a token", { port: "8000", end_port: "8100" }, { port: 8000, endPort: 8100 }],
    ["a number where Terraform wants a string", { port: 80 }, { port: 80 }],
  ])("ports: %s", (_, port, expected) => {
    expect(portOf(port)).toEqual(expected);
  });

  test.each<[string, number | string]>([
    ["+80", 80],
    ["-1", -1],
    ["0", 0],
    ["00000000000000000000080", 80],
    [" 80", " 80"],
    ["8_0", "8_0"],
    ["0x50", "0x50"],
    ["80.0", "80.0"],
    ["", ""],
    ["9223372036854775807", -1],
    ["9223372036854775808", "9223372036854775808"],
    ["4294967376", 80],
  ])("`%s` is read as Go's Atoi reads it", (text, expected) => {
    expect(parseIntOrString(text)).toBe(expected);
  });

  it("keeps labels with an empty value, drops those that are null and turns numbers into strings", () => {
    const labels = { empty: "", none: null, number: 1, yes: true };
    expect(specOf({ pod_selector: { match_labels: labels } })).toEqual({
      podSelector: { matchLabels: { empty: "", number: "1", yes: "true" } },
    });
  });

  it("reads the values of an expression as a set", () => {
    const match_expressions = [
      { key: "a", operator: "In", values: ["z", "b", "z"] },
      { key: "b", operator: "Exists", values: null },
    ];
    expect(specOf({ pod_selector: { match_expressions } })).toEqual({
      podSelector: {
        matchExpressions: [
          { key: "a", operator: "In", values: ["b", "z"] },
          { key: "b", operator: "Exists" },
        ],
      },
    });
  });

  it("leaves out names, namespaces and labels that are zero", () => {
    const metadata = [{ name: "p", namespace: "", generate_name: "", labels: {}, annotations: null }];
    expect(objectOf("kubernetes_namespace", { metadata })).toEqual({ apiVersion: "v1", kind: "Namespace", metadata: { name: "p" } });
  });

  it("does not know a name the API server will make", () => {
    expect(objectOf("kubernetes_namespace", { metadata: { generate_name: "team-" } })).toMatchObject({
      metadata: { name: unknown("`metadata.generate_name` of `kubernetes_namespace.x`") },
    });
  });
});

describe("what is not known stays unknown where it stands", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["a label", { pod_selector: [{ match_labels: { a: later, b: "1" } }] }, { podSelector: { matchLabels: { a: later, b: "1" } } }],
    ["all labels", { pod_selector: [{ match_labels: later }] }, { podSelector: { matchLabels: later } }],
    ["the selector", { pod_selector: later }, { podSelector: later }],
    ["the directions", { pod_selector: {}, policy_types: later }, { podSelector: {}, policyTypes: later }],
    ["the rules", { pod_selector: {}, ingress: later }, { podSelector: {}, ingress: later }],
    ["the peers", { pod_selector: {}, ingress: [{ from: later }] }, { podSelector: {}, ingress: [{ from: later }] }],
    ["one rule of two", { pod_selector: {}, egress: [later, {}] }, { podSelector: {}, egress: [later, {}] }],
  ])("%s", (_, spec, expected) => {
    expect(specOf(spec)).toEqual(expected);
  });

  test.each<[string, Json, Json]>([
    [
      "an address",
      { ip_block: [{ cidr: later, except: [later, "10.0.0.0/24"] }] },
      { ipBlock: { cidr: later, except: [later, "10.0.0.0/24"] } },
    ],
    [
      "one of an expression's values",
      { pod_selector: { match_expressions: { key: "a", operator: "In", values: [later, "z", "a"] } } },
      {
        podSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["a", "z", later] }] },
      },
    ],
    ["whether there is a selector", { namespace_selector: later, pod_selector: {} }, { namespaceSelector: later, podSelector: {} }],
  ])("%s", (_, peer, expected) => {
    expect(peerOf(peer)).toEqual(expected);
  });

  it("a port, never read as every port", () => {
    expect(portOf({ port: later, end_port: null, protocol: "TCP" })).toEqual({ port: later, protocol: "TCP" });
  });

  it("everything, when whole blocks are", () => {
    expect(objectOf("kubernetes_network_policy", { metadata: later, spec: later })).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: later, namespace: later, labels: later, annotations: later },
      spec: { podSelector: later, policyTypes: later, ingress: later, egress: later },
    });
  });

  it("a policy that may not exist may select nothing", () => {
    const values = { metadata: { name: "p" }, spec: { pod_selector: {}, policy_types: ["Ingress"] } };
    expect(objectOf("kubernetes_network_policy", values, true)).toMatchObject({ spec: { podSelector: later, policyTypes: ["Ingress"] } });
  });

  it("a workload that may not exist may have no pods", () => {
    const values = { metadata: { name: "w" }, spec: { replicas: "2", template: {} } };
    expect(objectOf("kubernetes_deployment_v1", values, true)).toMatchObject({ spec: { replicas: later } });
  });
});

const template = {
  metadata: [{ labels: { app: "api" }, namespace: "" }],
  spec: [{ container: [{ name: "c", port: { container_port: "8080", name: "http" } }] }],
};
const podTemplate = {
  metadata: { labels: { app: "api" } },
  spec: { containers: [{ name: "c", ports: [{ name: "http", containerPort: 8080 }] }] },
};
const metadata = { name: "api", namespace: "shop" };
const selector = { match_labels: { app: "api" } };

describe("workloads and services", () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      "deployment",
      { replicas: "0", selector, template },
      { replicas: 0, selector: { matchLabels: { app: "api" } }, template: podTemplate },
    ],
    ["stateful_set", { service_name: "api", replicas: null, template }, { serviceName: "api", template: podTemplate }],
    ["daemon_set", { replicas: "3", template }, { template: podTemplate }],
    ["replication_controller", { replicas: "", selector: { app: "api" }, template }, { selector: { app: "api" }, template: podTemplate }],
    ["job", { template: [template] }, { template: podTemplate }],
    ["cron_job", { job_template: [{ spec: [{ template }] }] }, { jobTemplate: { spec: { template: podTemplate } } }],
    ["pod", { host_network: "true", ...template.spec[0] }, { hostNetwork: true, ...podTemplate.spec }],
    ["pod", { host_network: false, node_name: later, node_selector: { os: "linux" } }, { nodeSelector: { os: "linux" } }],
  ])("%s", (type, spec, expected) => {
    for (const version of ["", "_v1"]) {
      expect(objectOf(`kubernetes_${type}${version}`, { metadata, spec })).toMatchObject({ metadata, spec: expected });
      expect(objectOf(`kubernetes_${type}${version}`, { metadata: [metadata], spec: [spec] })?.spec).toEqual(expected);
    }
  });

  it("knows the older spelling of a daemon set", () => {
    expect(objectOf("kubernetes_daemonset", { metadata, spec: { template } })).toMatchObject({ apiVersion: "apps/v1", kind: "DaemonSet" });
  });

  it("keeps init containers that stay beside the others", () => {
    const init_container = { name: "mesh", restart_policy: "Always", port: [{ container_port: 15090, protocol: "TCP" }] };
    expect(objectOf("kubernetes_pod_v1", { metadata, spec: { init_container } })?.spec).toEqual({
      initContainers: [{ name: "mesh", restartPolicy: "Always", ports: [{ containerPort: 15090, protocol: "TCP" }] }],
    });
  });

  it("reads what traffic to a service depends on", () => {
    const spec = {
      type: "LoadBalancer",
      selector: { app: "api" },
      cluster_ip: "",
      external_ips: null,
      load_balancer_source_ranges: ["10.0.0.0/8"],
      external_traffic_policy: "Local",
      port: [
        { name: "http", port: "80", target_port: "8080", protocol: "TCP", node_port: 0 },
        { port: 81, target_port: "web", node_port: 30081 },
        { port: 82, target_port: "" },
      ],
    };
    expect(objectOf("kubernetes_service", { metadata, spec })).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: "LoadBalancer",
        selector: { app: "api" },
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        externalTrafficPolicy: "Local",
        ports: [
          { name: "http", port: 80, targetPort: 8080, protocol: "TCP" },
          { port: 81, targetPort: "web", nodePort: 30081 },
          { port: 82 },
        ],
      },
    });
  });
});

it("reads nothing from types that network policy does not depend on", () => {
  expect(resourceToObjects({ type: "kubernetes_config_map_v1", address: "kubernetes_config_map_v1.x", values: {} })).toEqual({
    value: [],
    problems: [],
  });
  expect(["kubernetes_config_map_v1", "kubernetes_labels", "helm_release", "kubernetes_pod"].filter(isReadType)).toEqual([
    "kubernetes_labels",
    "helm_release",
    "kubernetes_pod",
  ]);
});
