/** Random JSON in the shape of Kubernetes objects, most of it wrong in some way. */
import fc from "fast-check";
import { unknown } from "../../engine/model";
import type { Json, JsonObject } from "../../inputs/objects";

/** Names of fields that readers look at, and some that have a meaning in JavaScript only. */
const fields = [
  ...[
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "generateName",
    "namespace",
    "labels",
    "ownerReferences",
    "controller",
    "items",
    "spec",
    "status",
  ],
  ...[
    "podSelector",
    "namespaceSelector",
    "matchLabels",
    "matchExpressions",
    "key",
    "operator",
    "values",
    "policyTypes",
    "ingress",
    "egress",
  ],
  ...[
    "from",
    "to",
    "ipBlock",
    "cidr",
    "except",
    "ports",
    "port",
    "endPort",
    "protocol",
    "protocols",
    "tcp",
    "destinationPort",
    "range",
    "start",
    "end",
  ],
  ...[
    "tier",
    "priority",
    "subject",
    "namespaces",
    "pods",
    "networks",
    "nodes",
    "domainNames",
    "action",
    "portNumber",
    "portRange",
    "namedPort",
  ],
  ...[
    "replicas",
    "template",
    "jobTemplate",
    "containers",
    "initContainers",
    "containerPort",
    "hostNetwork",
    "nodeName",
    "selector",
    "type",
    "clusterIP",
  ],
  ...["podIP", "podIPs", "ip", "phase", "conditions", "addresses", "address", "targetPort", "__proto__", "constructor", "toString"],
];

const kinds = [
  ["v1", "Namespace"],
  ["v1", "Pod"],
  ["v1", "Service"],
  ["v1", "Node"],
  ["v1", "List"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "Job"],
  ["batch/v1", "CronJob"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"],
] as const;

const leaf = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, 80, 65536, 1.5, -1, "", "a", "TCP", "Ingress", "Egress", "In", "Exists", "Accept", "Admin", "Pod"),
  fc.constantFrom<Json>("10.0.0.0/8", "10.0.0.0/33", "::/0", "1::2::3/4", "00.0.0.0/0", "Deployment", "web-1", "http", unknown("later")),
);

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof({ depthSize: "medium", withCrossShrink: true }, leaf, fc.array(tie("json"), { maxLength: 3 }), objectWith(tie("json"))),
}));

function objectWith(value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> {
  const entries = fc.array(fc.tuple(fc.constantFrom(...fields), value), { maxLength: 5 });
  return entries.map((pairs) => Object.fromEntries(pairs) as JsonObject);
}

/** Any JSON under the name of a kind that is read. */
export const anyKubernetesObject: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.constantFrom(...kinds), objectWith(json), fc.boolean(), json)
  .map(([[apiVersion, kind], object, named, spec]): JsonObject => ({
    metadata: { name: "a" },
    spec,
    ...object,
    ...(named ? { apiVersion, kind } : {}),
  }));

const selector = fc.constantFrom<Json>(null, {}, { matchLabels: { a: "b" } }, { matchLabels: { a: unknown("later") } }, unknown("later"));
const peer = fc.oneof(
  fc.record({ podSelector: selector, namespaceSelector: selector }, { requiredKeys: [] }),
  fc.constantFrom(
    { ipBlock: { cidr: "10.1.2.3/8", except: ["10.0.0.0/9"] } },
    { ipBlock: { cidr: unknown("later") } },
    unknown("later"),
    {},
  ),
);
const port = fc.record(
  {
    port: fc.constantFrom<Json>(null, 80, 0, "http", unknown("later")),
    endPort: fc.constantFrom<Json>(null, 79, 90),
    protocol: fc.constantFrom("TCP", "X"),
  },
  { requiredKeys: [] },
);
const listOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: fc.array(value, { maxLength: 3 }) }, { weight: 1, arbitrary: fc.constantFrom(null, unknown("later")) });
const ruleWith = (peers: string): fc.Arbitrary<unknown> => fc.record({ [peers]: listOf(peer), ports: listOf(port) }, { requiredKeys: [] });
/** Specs of NetworkPolicies, some of which the API server would accept. */
export const anyPolicySpec = fc.record(
  {
    podSelector: selector,
    policyTypes: listOf(fc.constantFrom("Ingress", "Egress")),
    ingress: listOf(ruleWith("from")),
    egress: listOf(ruleWith("to")),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
