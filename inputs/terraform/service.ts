import type { Json, JsonObject } from "../objects";
import { blockOf, field, mapBlocks, numberAttribute, present, stringList, stringMap, textAttribute, type Block } from "./blocks";
import { intOrString } from "./int-or-string";
import { objectMeta } from "./metadata";
import type { TerraformResource } from "./resource";

/** `kubernetes_service`. */
export function service(resource: TerraformResource): JsonObject {
  const spec = blockOf(field(resource.values, "spec"));
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: objectMeta(resource),
    spec: present({
      type: textAttribute(field(spec, "type")),
      selector: stringMap(field(spec, "selector")),
      ports: mapBlocks(field(spec, "port"), servicePort),
      clusterIP: textAttribute(field(spec, "cluster_ip")),
      externalName: textAttribute(field(spec, "external_name")),
      externalIPs: stringList(field(spec, "external_ips")),
      externalTrafficPolicy: textAttribute(field(spec, "external_traffic_policy")),
      loadBalancerSourceRanges: stringList(field(spec, "load_balancer_source_ranges")),
    }),
  };
}

const servicePort = (port: Block): Json =>
  present({
    name: textAttribute(field(port, "name")),
    port: numberAttribute(field(port, "port")),
    targetPort: intOrString(field(port, "target_port")),
    nodePort: numberAttribute(field(port, "node_port")),
    protocol: textAttribute(field(port, "protocol")),
  });
