import { isUnknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { blockOf, field, mapBlocks, numberAttribute, present, stringList, textAttribute, type Block } from "./blocks";
import { intOrString } from "./int-or-string";
import { labelSelector, objectMeta, optionalSelector } from "./metadata";
import type { TerraformResource } from "./resource";

/** `kubernetes_network_policy` and its `_v1`. */
export function networkPolicy(resource: TerraformResource): JsonObject {
  const spec = blockOf(field(resource.values, "spec"));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: objectMeta(resource),
    spec: present({
      podSelector: subject(spec, resource),
      policyTypes: stringList(field(spec, "policy_types")),
      ingress: mapBlocks(field(spec, "ingress"), (rule) => policyRule(rule, "from")),
      egress: mapBlocks(field(spec, "egress"), (rule) => policyRule(rule, "to")),
    }),
  };
}

/** A policy that may not exist may select nothing, so its selector is as unknown as it is. */
function subject(spec: Block | undefined, { uncertain }: TerraformResource): Json {
  const selector = blockOf(field(spec, "pod_selector")) ?? {};
  return uncertain ?? (isUnknown(selector) ? selector : labelSelector(selector));
}

const policyRule = (rule: Block, peers: "from" | "to"): Json =>
  present({ [peers]: mapBlocks(field(rule, peers), policyPeer), ports: mapBlocks(field(rule, "ports"), policyPort) });

const policyPeer = (peer: Block): Json =>
  present({
    namespaceSelector: optionalSelector(field(peer, "namespace_selector")),
    podSelector: optionalSelector(field(peer, "pod_selector")),
    ipBlock: ipBlock(field(peer, "ip_block")),
  });

function ipBlock(value: Json | undefined): Json | undefined {
  const block = blockOf(value);
  if (block === undefined || isUnknown(block)) return block;
  return present({ cidr: textAttribute(field(block, "cidr")), except: stringList(field(block, "except")) });
}

const policyPort = (port: Block): Json =>
  present({
    port: intOrString(field(port, "port")),
    endPort: numberAttribute(field(port, "end_port")),
    protocol: textAttribute(field(port, "protocol")),
  });
