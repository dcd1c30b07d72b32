import type { JsonObject, LocatedObject, Read, SensitiveValue } from "./objects";
import { clusterKeys } from "./terraform/cluster-keys";
import { helmRelease, kubectlManifest, kubernetesManifest } from "./terraform/documents";
import { endpoints, endpointSlice, ingress } from "./terraform/entries";
import { applyLabelPatch, labelPatch, patchedOnly } from "./terraform/label-patches";
import { objectMeta } from "./terraform/metadata";
import { networkPolicy } from "./terraform/network-policy";
import { asCertain } from "./terraform/possible-objects";
import { locationOf, type TerraformResource } from "./terraform/resource";
import { concealDocument, concealValues } from "./terraform/sensitive";
import { service } from "./terraform/service";
import { cronJob, job, pod, replicationController, selectingOwner, type ReadObject } from "./terraform/workloads";

export type { TerraformResource } from "./terraform/resource";

const namespace: ReadObject = (resource) => ({ apiVersion: "v1", kind: "Namespace", metadata: objectMeta(resource) });

/** Resources that are one object each. The unversioned names are older spellings of the same schema. */
const objectReaders: ReadonlyMap<string, ReadObject> = new Map([
  ...bothNames("kubernetes_namespace", namespace),
  ...bothNames("kubernetes_deployment", selectingOwner("Deployment")),
  ...bothNames("kubernetes_stateful_set", selectingOwner("StatefulSet")),
  ...bothNames("kubernetes_daemon_set", selectingOwner("DaemonSet")),
  ["kubernetes_daemonset", selectingOwner("DaemonSet")],
  ...bothNames("kubernetes_replication_controller", replicationController),
  ...bothNames("kubernetes_pod", pod),
  ...bothNames("kubernetes_job", job),
  ...bothNames("kubernetes_cron_job", cronJob),
  ...bothNames("kubernetes_service", service),
  ...bothNames("kubernetes_network_policy", networkPolicy),
  ...bothNames("kubernetes_ingress", ingress),
  ...bothNames("kubernetes_endpoints", endpoints),
  ["kubernetes_endpoint_slice_v1", endpointSlice],
]);

/** Resources that carry whole objects as a document. */
const documentReaders: ReadonlyMap<string, (resource: TerraformResource) => Read<readonly JsonObject[]>> = new Map([
  ["kubernetes_manifest", kubernetesManifest],
  ["kubectl_manifest", kubectlManifest],
  ["helm_release", helmRelease],
]);

function bothNames(type: string, read: ReadObject): readonly [string, ReadObject][] {
  return [
    [type, read],
    [`${type}_v1`, read],
  ];
}

/** Whether a resource of a type carries whole objects, with their names inside. */
export const isDocumentType = (type: string): boolean => documentReaders.has(type);

/** Whether a resource type is read. Others change nothing that network policy depends on, or are not modelled. */
export const isReadType = (type: string): boolean => objectReaders.has(type) || documentReaders.has(type) || type === "kubernetes_labels";

/**
 * The Kubernetes objects one resource declares, in API shape and not defaulted; none for a type that is not read. An unknown argument
 * stays an Unknown at the field it would fill.
 *
 * `kubernetes_labels` changes an object that another resource declares: use {@link resourcesToObjects} to see the result.
 */
export function resourceToObjects(resource: TerraformResource): Read<readonly LocatedObject[]> {
  const location = locationOf(resource);
  if (resource.type === "kubernetes_labels") return { value: [patchedOnly(labelPatch(resource))], problems: [] };
  const readObject = objectReaders.get(resource.type);
  if (readObject !== undefined) return { value: [typedObject(resource, readObject)], problems: [] };
  const { value, problems } = documentReaders.get(resource.type)?.(resource) ?? { value: [], problems: [] };
  const objects = value.map((object): LocatedObject => {
    const { value: used, sensitive } = concealDocument(asCertain(object, resource), resource);
    return { object: used, location, ...listed(sensitive) };
  });
  return { value: objects, problems };
}

function typedObject(resource: TerraformResource, read: ReadObject): LocatedObject {
  const { value: values, sensitive } = concealValues(resource);
  return { object: read({ ...resource, values }), location: locationOf(resource), ...listed(sensitive) };
}

const listed = (sensitive: readonly SensitiveValue[]): Pick<LocatedObject, "sensitive"> => (sensitive.length === 0 ? {} : { sensitive });

/**
 * The objects all resources declare together, with the labels of `kubernetes_labels` put on the objects they name: those of the same cluster.
 */
export function resourcesToObjects(resources: readonly TerraformResource[]): Read<readonly LocatedObject[]> {
  const keys = clusterKeys(resources.flatMap(({ provider }) => provider ?? []));
  if (new Set(keys.values()).size < 2) return objectsOfCluster(resources);
  const clusters = new Map<string | undefined, TerraformResource[]>();
  for (const resource of resources) {
    const key = resource.provider === undefined ? undefined : keys.get(resource.provider);
    const known = clusters.get(key);
    if (known === undefined) clusters.set(key, [resource]);
    else known.push(resource);
  }
  const read = [...clusters.values()].map(objectsOfCluster);
  return { value: read.flatMap(({ value }) => value), problems: read.flatMap(({ problems }) => problems) };
}

function objectsOfCluster(resources: readonly TerraformResource[]): Read<readonly LocatedObject[]> {
  const declaring = resources.filter(({ type }) => type !== "kubernetes_labels").map(resourceToObjects);
  const patches = resources.filter(({ type }) => type === "kubernetes_labels").map(labelPatch);
  return {
    value: patches.reduce(
      applyLabelPatch,
      declaring.flatMap(({ value }) => value),
    ),
    problems: declaring.flatMap(({ problems }) => problems),
  };
}
