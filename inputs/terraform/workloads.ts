import type { Json, JsonObject } from "../objects";
import { isUnknown } from "../../engine/model";
import {
  blockOf,
  field,
  flagAttribute,
  mapBlocks,
  numberAttribute,
  present,
  stringMap,
  textAttribute,
  toNumber,
  type Block,
} from "./blocks";
import { objectMeta, optionalSelector } from "./metadata";
import type { TerraformResource } from "./resource";

/** Reads a resource that is one Kubernetes object. */
export type ReadObject = (resource: TerraformResource) => JsonObject;

/** `kubernetes_pod`: a spec without a template. */
export const pod: ReadObject = (resource) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: objectMeta(resource),
  spec: podSpec(blockOf(field(resource.values, "spec"))),
});

/** An owner of pods with a selector block: `kubernetes_deployment`, `kubernetes_stateful_set`, `kubernetes_daemonset`. */
export const selectingOwner =
  (kind: "Deployment" | "StatefulSet" | "DaemonSet"): ReadObject =>
  (resource) => {
    const spec = blockOf(field(resource.values, "spec"));
    return {
      apiVersion: "apps/v1",
      kind,
      metadata: objectMeta(resource),
      spec: present({
        replicas: kind === "DaemonSet" ? undefined : replicas(spec, resource),
        serviceName: kind === "StatefulSet" ? textAttribute(field(spec, "service_name")) : undefined,
        selector: optionalSelector(field(spec, "selector")),
        template: podTemplate(spec),
      }),
    };
  };

/** `kubernetes_replication_controller`: its selector is a plain map. */
export const replicationController: ReadObject = (resource) => {
  const spec = blockOf(field(resource.values, "spec"));
  return {
    apiVersion: "v1",
    kind: "ReplicationController",
    metadata: objectMeta(resource),
    spec: present({ replicas: replicas(spec, resource), selector: stringMap(field(spec, "selector")), template: podTemplate(spec) }),
  };
};

/** `kubernetes_job`. Labels of the Job itself are computed by the provider; only those of its template reach pods. */
export const job: ReadObject = (resource) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: objectMeta(resource),
  spec: jobSpec(blockOf(field(resource.values, "spec"))),
});

/** `kubernetes_cron_job`; the unversioned type writes the same fields to an older API. */
export const cronJob: ReadObject = (resource) => {
  const spec = blockOf(field(resource.values, "spec"));
  const template = blockOf(field(spec, "job_template"));
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: objectMeta(resource),
    spec: { jobTemplate: { spec: jobSpec(blockOf(field(template, "spec"))) } },
  };
};

const jobSpec = (spec: Block | undefined): JsonObject =>
  present({
    completions: numberAttribute(field(spec, "completions")),
    completionMode: textAttribute(field(spec, "completion_mode")),
    manualSelector: flagAttribute(field(spec, "manual_selector")),
    template: podTemplate(spec),
  });

/** How many pods are wanted. "0" is a number like any other; only null and "" are not set. */
function replicas(spec: Block | undefined, { uncertain }: TerraformResource): Json | undefined {
  const value = field(spec, "replicas");
  if (uncertain !== undefined) return uncertain;
  return value === null || value === "" ? undefined : toNumber(value);
}

/** A template: its pods live in the namespace of their owner, so none is read here. */
function podTemplate(owner: Block | undefined): Json | undefined {
  const template = blockOf(field(owner, "template"));
  if (template === undefined) return undefined;
  const labels = stringMap(field(blockOf(field(template, "metadata")), "labels"));
  return { metadata: present({ labels }), spec: podSpec(blockOf(field(template, "spec"))) };
}

const podSpec = (spec: Block | undefined): JsonObject =>
  present({
    hostNetwork: flagAttribute(field(spec, "host_network")),
    nodeName: known(textAttribute(field(spec, "node_name"))),
    nodeSelector: stringMap(field(spec, "node_selector")),
    containers: mapBlocks(field(spec, "container"), container),
    initContainers: mapBlocks(field(spec, "init_container"), container),
  });

const container = (block: Block): Json =>
  present({
    name: textAttribute(field(block, "name")),
    restartPolicy: textAttribute(field(block, "restart_policy")),
    ports: mapBlocks(field(block, "port"), containerPort),
  });

const containerPort = (port: Block): Json =>
  present({
    name: textAttribute(field(port, "name")),
    containerPort: numberAttribute(field(port, "container_port")),
    hostPort: numberAttribute(field(port, "host_port")),
    protocol: textAttribute(field(port, "protocol")),
  });

/** For what the cluster fills in by itself: until then it is not set rather than unknown. */
const known = (value: Json | undefined): Json | undefined => (isUnknown(value) ? undefined : value);
