import { isUnknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { blockOf, field, mapBlocks, numberAttribute, present, stringList, textAttribute, type Block } from "./blocks";
import { intOrString } from "./int-or-string";
import { objectMeta } from "./metadata";
import type { TerraformResource } from "./resource";

/** Objects that lead traffic into a cluster or to pods without a selector: they decide about no connection, and say where it comes from. */

/** `kubernetes_ingress_v1`; the older type names a backend in two plain arguments. */
export function ingress(resource: TerraformResource): JsonObject {
  const spec = blockOf(field(resource.values, "spec"));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: objectMeta(resource),
    spec: present({
      ingressClassName: textAttribute(field(spec, "ingress_class_name")),
      defaultBackend: backend(field(spec, "default_backend") ?? field(spec, "backend")),
      rules: mapBlocks(field(spec, "rule"), ingressRule),
    }),
  };
}

const ingressRule = (rule: Block): Json => {
  const http = blockOf(field(rule, "http"));
  const paths = mapBlocks(field(http, "path"), (path) =>
    present({
      path: textAttribute(field(path, "path")),
      pathType: textAttribute(field(path, "path_type")),
      backend: backend(field(path, "backend")),
    }),
  );
  return present({ host: textAttribute(field(rule, "host")), http: paths === undefined ? undefined : { paths } });
};

function backend(value: Json | undefined): Json | undefined {
  const block = blockOf(value);
  if (block === undefined || isUnknown(block)) return block;
  const older = textAttribute(field(block, "service_name"));
  if (older !== undefined) return { service: { name: older, port: servicePort(intOrString(field(block, "service_port"))) } };
  const service = blockOf(field(block, "service"));
  if (service === undefined || isUnknown(service)) return service;
  const port = blockOf(field(service, "port"));
  const number = numberAttribute(field(port, "number"));
  return {
    service: present({ name: textAttribute(field(service, "name")), port: servicePort(number ?? textAttribute(field(port, "name"))) }),
  };
}

function servicePort(port: Json | undefined): Json | undefined {
  if (port === undefined || isUnknown(port)) return port;
  return typeof port === "number" ? { number: port } : { name: port };
}

/** `kubernetes_endpoints`. */
export const endpoints = (resource: TerraformResource): JsonObject => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: objectMeta(resource),
  ...present({
    subsets: mapBlocks(field(resource.values, "subset"), (subset) =>
      present({
        addresses: mapBlocks(field(subset, "address"), endpointAddress),
        notReadyAddresses: mapBlocks(field(subset, "not_ready_address"), endpointAddress),
        ports: mapBlocks(field(subset, "port"), endpointPort),
      }),
    ),
  }),
});

/** `kubernetes_endpoint_slice_v1`. */
export const endpointSlice = (resource: TerraformResource): JsonObject => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: objectMeta(resource),
  ...present({
    addressType: textAttribute(field(resource.values, "address_type")),
    endpoints: mapBlocks(field(resource.values, "endpoint"), (endpoint) =>
      present({ addresses: stringList(field(endpoint, "addresses")), nodeName: textAttribute(field(endpoint, "node_name")) }),
    ),
    ports: mapBlocks(field(resource.values, "port"), endpointPort),
  }),
});

const endpointAddress = (address: Block): Json =>
  present({ ip: textAttribute(field(address, "ip")), nodeName: textAttribute(field(address, "node_name")) });

const endpointPort = (port: Block): Json =>
  present({
    name: textAttribute(field(port, "name")),
    port: numberAttribute(intOrString(field(port, "port"))),
    protocol: textAttribute(field(port, "protocol")),
  });
