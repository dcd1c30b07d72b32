/** Clusters of the model written down: as Kubernetes objects, and as the resources of Terraform that make them. */
import type fc from "fast-check";
import type { Cluster, Namespace, Workload } from "../../engine/model";
import { type Json, type JsonObject, toCluster } from "../../inputs";
import { networkPolicyObject } from "../../outputs/kubernetes-objects";
import { anyCluster } from "../arbitraries/cluster";
import { type ApiPolicy, type Pick, terraformShape } from "../arbitraries/terraform-shape";
import { located } from "./kubernetes-objects";

/** A cluster whose objects the API server would accept. */
export const anyWritableCluster: fc.Arbitrary<Cluster> = anyCluster({ hostNetwork: true }).filter(
  (cluster) => toCluster(objectsOf(cluster).map((object) => located(object))).problems.length === 0,
);

const without = ({ "kubernetes.io/metadata.name": _name, ...labels }: Namespace["labels"]): JsonObject => labels;

/** The objects of a cluster: every workload as a Deployment of one pod, with a Service in front of it. */
export const objectsOf = ({ namespaces, workloads, policies }: Cluster): readonly JsonObject[] => [
  ...namespaces.map(({ name, labels }): JsonObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: without(labels) },
  })),
  ...workloads.flatMap((workload) => [deployment(workload), service(workload)]),
  ...policies.map((policy) => withSets(networkPolicyObject(policy) as JsonObject) as JsonObject),
];

/** The values of a requirement are a set in Terraform: sorted, and each once. */
function withSets(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withSets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).map(([name, each = null]) => {
    return [name, name === "values" ? [...new Set(each as readonly string[])].sort() : withSets(each)] as const;
  });
  return Object.fromEntries(entries);
}

const own = (labels: Workload["labels"], name: Json): JsonObject => ({ ...labels, own: name });

function deployment({ namespace, name, labels, ports, hostNetwork }: Workload): JsonObject {
  // A container cannot declare a name or a port twice.
  const containers = ports.map((port, index) => ({
    name: `c${String(index)}`,
    ports: [{ containerPort: port.port, protocol: port.protocol, ...(port.name === undefined ? {} : { name: port.name }) }],
  }));
  const spec = { containers: [...containers, { name: "last" }], ...(hostNetwork === true ? { hostNetwork: true } : {}) };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: { own: name } }, template: { metadata: { labels: own(labels, name) }, spec } },
  };
}

const service = ({ namespace, name }: Workload): JsonObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: {
    selector: { own: name },
    ports: [
      { name: "a", port: 80, targetPort: "web" },
      { name: "b", port: 81, targetPort: 8080, protocol: "UDP" },
    ],
  },
});

/** One resource, as arguments in Terraform's shape. */
export interface WrittenResource {
  readonly type: string;
  readonly name: string;
  readonly values: JsonObject;
}

/** The resources that make the objects of a cluster, in the same order. */
export const resourcesOf = (cluster: Cluster, pick: Pick): readonly WrittenResource[] =>
  objectsOf(cluster).map((object, index) => ({ name: `r${String(index)}`, ...resource(object, pick) }));

function resource(object: JsonObject, pick: Pick): Omit<WrittenResource, "name"> {
  switch (object.kind) {
    case "Namespace":
      return { type: pick("kubernetes_namespace_v1", "kubernetes_namespace"), values: { metadata: [object.metadata ?? null] } };
    case "Deployment":
      return { type: pick("kubernetes_deployment_v1", "kubernetes_deployment"), values: deploymentValues(object, pick) };
    case "Service":
      return { type: pick("kubernetes_service_v1", "kubernetes_service"), values: serviceValues(object) };
    default:
      return { type: "kubernetes_network_policy_v1", values: terraformShape(object as unknown as ApiPolicy, pick) };
  }
}

const part = (value: Json | undefined, name: string): Json => (value as JsonObject)[name] ?? null;
const listOf = (value: Json | undefined, name: string): readonly JsonObject[] =>
  ((value as JsonObject)[name] ?? []) as readonly JsonObject[];

function deploymentValues({ metadata, spec }: JsonObject, pick: Pick): JsonObject {
  const template = part(spec, "template");
  const pod = part(template, "spec");
  const container = listOf(pod, "containers").map((each) => ({
    name: part(each, "name"),
    port: listOf(each, "ports").map((port) => ({
      name: port.name ?? pick<Json>(null, ""),
      container_port: port.containerPort ?? null,
      host_port: pick<Json>(null, 0),
      protocol: port.protocol ?? null,
    })),
  }));
  const inner = { host_network: part(pod, "hostNetwork") ?? pick<Json>(null, false), container };
  return {
    metadata: [metadata ?? null],
    spec: [
      {
        replicas: pick<Json>("1", 1, null),
        selector: [{ match_labels: part(part(spec, "selector"), "matchLabels"), match_expressions: [] }],
        template: [{ metadata: [{ labels: part(part(template, "metadata"), "labels"), namespace: pick<Json>(null, "") }], spec: [inner] }],
      },
    ],
  };
}

function serviceValues({ metadata, spec }: JsonObject): JsonObject {
  const port = listOf(spec, "ports").map((each) => ({
    name: each.name ?? null,
    port: each.port ?? null,
    target_port: String(each.targetPort as string | number),
    protocol: each.protocol ?? "TCP",
    node_port: 0,
  }));
  return { metadata: [metadata ?? null], spec: [{ selector: part(spec, "selector"), port, type: "ClusterIP" }] };
}
