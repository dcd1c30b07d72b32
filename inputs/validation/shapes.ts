/** The shapes of the built-in kinds: the fields that are read here, with their types, as decoding checks them. */
import { metadataSchema, selectorSchema } from "./schema-parts";
import type { ObjectSchema, Schema } from "./schema";

const text: Schema = { type: "string" };
const integer: Schema = { type: "integer" };
const intOrString: Schema = { type: "intOrString" };
const anything: Schema = { type: "any" };
const listOf = (items: Schema): Schema => ({ type: "list", items });
const open = (properties: ObjectSchema["properties"]): ObjectSchema => ({ type: "object", properties, open: true });

/** A kind with fields nobody reads here. */
const kindOf = (spec: Schema, status: Schema = anything): ObjectSchema => open({ metadata: metadataSchema, spec, status });

const container = open({ restartPolicy: text, ports: listOf(open({ name: text, containerPort: integer, protocol: text })) });
const podSpec = open({
  containers: listOf(container),
  initContainers: listOf(container),
  hostNetwork: { type: "boolean" },
  nodeName: text,
});
const template = open({ metadata: metadataSchema, spec: podSpec });
const templated = kindOf(open({ replicas: integer, template }));
const statefulSet = kindOf(open({ replicas: integer, ordinals: open({ start: integer }), template }));
const jobSpec = open({
  parallelism: integer,
  completions: integer,
  completionMode: text,
  manualSelector: { type: "boolean" },
  template,
});
const addresses = listOf(open({ ip: text }));
const condition = open({ type: text, status: text });

/** Built without a required field: decoding asks for none. */
const selector: ObjectSchema = {
  ...selectorSchema,
  properties: {
    ...selectorSchema.properties,
    matchExpressions: listOf({ type: "object", properties: { key: text, operator: text, values: listOf(text) } }),
  },
};

const peer: ObjectSchema = {
  type: "object",
  properties: {
    podSelector: selector,
    namespaceSelector: selector,
    ipBlock: { type: "object", properties: { cidr: text, except: listOf(text) } },
  },
};
const ports = listOf({ type: "object", properties: { protocol: text, port: intOrString, endPort: integer } });
const rulesWith = (peers: string): Schema => listOf({ type: "object", properties: { ports, [peers]: listOf(peer) } });

/** Closed: an unlisted field of a NetworkPolicy is a misspelt one. */
const networkPolicy: ObjectSchema = {
  type: "object",
  properties: {
    apiVersion: text,
    kind: text,
    metadata: metadataSchema,
    status: anything,
    spec: {
      type: "object",
      properties: { podSelector: selector, policyTypes: listOf(text), ingress: rulesWith("from"), egress: rulesWith("to") },
    },
  },
};

const service = kindOf(
  open({
    type: text,
    selector: { type: "map", values: text },
    ports: listOf(open({ name: text, port: integer, protocol: text, targetPort: intOrString, nodePort: integer })),
    clusterIP: text,
    clusterIPs: listOf(text),
    externalTrafficPolicy: text,
    loadBalancerSourceRanges: listOf(text),
  }),
);

/** Shapes by kind. */
export const shapes = {
  Namespace: kindOf(anything),
  Node: kindOf(anything, open({ addresses: listOf(open({ type: text, address: text })) })),
  Pod: kindOf(podSpec, open({ phase: text, podIP: text, podIPs: addresses, hostIP: text, hostIPs: addresses })),
  Service: service,
  ReplicationController: templated,
  ReplicaSet: templated,
  Deployment: templated,
  StatefulSet: statefulSet,
  DaemonSet: templated,
  Job: kindOf(jobSpec, open({ conditions: listOf(condition) })),
  CronJob: kindOf(open({ jobTemplate: open({ metadata: metadataSchema, spec: jobSpec }) })),
  NetworkPolicy: networkPolicy,
} as const satisfies Readonly<Record<string, ObjectSchema>>;
