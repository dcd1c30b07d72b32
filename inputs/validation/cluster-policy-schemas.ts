/** The published CRD schemas of the cluster-wide policy kinds (network-policy-api v0.2 for v1alpha2 and v1beta1, v0.1.7 for v1alpha1). */
import { isUnknown } from "../../engine/model";
import { parseCidr, strictProblem } from "./cidr";
import { entriesAt, type Json, known, numberAt, stringAt, valueAt } from "./json";
import type { Expression, IntegerSchema, ListSchema, ObjectSchema, StringSchema } from "./schema";
import { domainName, exactlyOne, isCidrExpression, list, metadataSchema, object, selectorSchema, text } from "./schema-parts";

const port: IntegerSchema = { type: "integer", minimum: 1, maximum: 65535 };

/** v1beta1 also refuses host bits, with the same message. */
const isMaskedCidrExpression: Expression = {
  ...isCidrExpression,
  holds: (value) => {
    const cidr = typeof value === "string" ? parseCidr(value) : undefined;
    return typeof value !== "string" || (cidr !== undefined && strictProblem(value, cidr) === undefined);
  },
};

const namespacedPod = (required: readonly string[]): ObjectSchema =>
  object({ namespaceSelector: selectorSchema, podSelector: selectorSchema }, { required });

const podPeers = (pods: ObjectSchema): ObjectSchema => object({ namespaces: selectorSchema, pods }, exactlyOne);

const egressPeers = (pods: ObjectSchema, cidr: Expression): ObjectSchema =>
  object(
    {
      namespaces: selectorSchema,
      pods,
      nodes: selectorSchema,
      networks: { ...list({ type: "string", maxLength: 43, expressions: [cidr] }, 1, 25), set: true },
      domainNames: { ...list(domainName, 1, 25), set: true },
    },
    { ...exactlyOne, experimental: ["nodes", "domainNames"] },
  );

/** Named ports belong to pods: a rule that names one may have no peer that is no pod. */
const namedPortNeedsPodPeers = (ports: string, name: string): Expression => ({
  name: "namedPort-needs-pod-peers",
  message: "must not have a named port together with a networks, nodes or domainNames peer: only pods have named ports",
  holds: (rule) => {
    const hasNamedPort = entriesAt(rule, ports).some((entry) => isSet(entry, name));
    const peers = entriesAt(rule, "to");
    return !hasNamedPort || !peers.some((peer) => ["networks", "nodes", "domainNames"].some((field) => isSet(peer, field)));
  },
});

const isSet = (value: Json, field: string): boolean => !isUnknown(value) && valueAt(value, field) !== undefined;

const startBelowEnd: Expression = {
  name: "start<end",
  message: "must have a start below its end; write one port as a number",
  holds: (range) => {
    const start = known(numberAt(range, "start"));
    const end = known(numberAt(range, "end"));
    return start === undefined || end === undefined || start < end;
  },
};

const ruleName: StringSchema = { type: "string", maxLength: 100 };

interface RuleParts {
  readonly actions: readonly string[];
  readonly portsField: string;
  readonly ports: ListSchema;
  readonly most: number;
}

const ruleSchema = (peersField: string, peer: ObjectSchema, parts: RuleParts, expressions: readonly Expression[]): ObjectSchema =>
  object(
    {
      name: ruleName,
      action: { type: "string", enum: parts.actions },
      [peersField]: list(peer, 1, parts.most),
      [parts.portsField]: parts.ports,
    },
    { required: ["action", peersField], expressions },
  );

const policySchema = (spec: ObjectSchema, expressions: readonly Expression[] = []): ObjectSchema =>
  object(
    { apiVersion: text, kind: text, metadata: metadataSchema, spec, status: { type: "any" } },
    { required: ["metadata", "spec"], expressions },
  );

const priority: IntegerSchema = { type: "integer", minimum: 0, maximum: 1000 };

// ClusterNetworkPolicy

const range = object({ start: port, end: port }, { required: ["end", "start"], expressions: [startBelowEnd] });
const transport = object({ destinationPort: object({ number: port, range }, exactlyOne) }, { minProperties: 1 });
const protocols = list(
  object(
    { tcp: transport, udp: transport, sctp: transport, destinationNamedPort: text },
    { ...exactlyOne, experimental: ["destinationNamedPort"] },
  ),
  1,
  25,
);

function clusterNetworkPolicy(cidr: Expression): ObjectSchema {
  const pods = namespacedPod(["podSelector"]);
  const parts: RuleParts = { actions: ["Accept", "Deny", "Pass"], portsField: "protocols", ports: protocols, most: 25 };
  const namedPorts = namedPortNeedsPodPeers("protocols", "destinationNamedPort");
  return policySchema(
    object(
      {
        tier: { type: "string", enum: ["Admin", "Baseline"] },
        priority,
        subject: podPeers(pods),
        ingress: list(ruleSchema("from", podPeers(pods), parts, []), 0, 25),
        egress: list(ruleSchema("to", egressPeers(pods, cidr), parts, [namedPorts]), 0, 25),
      },
      { required: ["priority", "subject", "tier"] },
    ),
  );
}

/** ClusterNetworkPolicy by version of its API. */
export const clusterNetworkPolicySchema = {
  v1alpha2: clusterNetworkPolicy(isCidrExpression),
  v1beta1: clusterNetworkPolicy(isMaskedCidrExpression),
} as const;

// AdminNetworkPolicy and BaselineAdminNetworkPolicy

const adminPorts = list(
  object(
    {
      portNumber: object({ protocol: text, port }, { required: ["port"] }),
      portRange: object({ protocol: text, start: port, end: port }, { required: ["end", "start"] }),
      namedPort: text,
    },
    { ...exactlyOne, experimental: ["namedPort"] },
  ),
  1,
  100,
);

function adminRules(actions: readonly string[]): Readonly<Record<"ingress" | "egress", ListSchema>> {
  const pods = namespacedPod(["namespaceSelector", "podSelector"]);
  const parts: RuleParts = { actions, portsField: "ports", ports: adminPorts, most: 100 };
  const namedPorts = namedPortNeedsPodPeers("ports", "namedPort");
  return {
    ingress: list(ruleSchema("from", podPeers(pods), parts, []), 0, 100),
    egress: list(ruleSchema("to", egressPeers(pods, isCidrExpression), parts, [namedPorts]), 0, 100),
  };
}

const adminSubject = podPeers(namespacedPod(["namespaceSelector", "podSelector"]));

export const adminNetworkPolicySchema: ObjectSchema = policySchema(
  object({ priority, subject: adminSubject, ...adminRules(["Allow", "Deny", "Pass"]) }, { required: ["priority", "subject"] }),
);

export const baselineAdminNetworkPolicySchema: ObjectSchema = policySchema(
  object({ subject: adminSubject, ...adminRules(["Allow", "Deny"]) }, { required: ["subject"] }),
  [
    {
      name: "name-is-default",
      message: "must have the name `default`: a cluster has one BaselineAdminNetworkPolicy",
      holds: (policy) => {
        const name = stringAt(policy, "metadata", "name");
        return isUnknown(name) || name === "default";
      },
    },
  ],
);
