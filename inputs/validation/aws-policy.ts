/** The schemas of the policy kinds of `networking.k8s.aws/v1alpha1`, which only the Amazon VPC CNI and EKS Auto Mode read. */
import { isUnknown } from "../../engine/model";
import { entriesAt, type Json, known, numberAt, stringAt, valueAt } from "./json";
import type { Expression, IntegerSchema, ListSchema, ObjectSchema, Schema, StringSchema } from "./schema";
import { domainName, exactlyOne, isCidrExpression, list, metadataSchema, object, selectorSchema, text } from "./schema-parts";

/** The API group of the kinds. */
export const awsGroup = "networking.k8s.aws";
export const awsVersion = `${awsGroup}/v1alpha1`;

/** The kinds, by a name no other group has. */
export type AwsKindName = "ClusterNetworkPolicy.networking.k8s.aws" | "ApplicationNetworkPolicy.networking.k8s.aws";

const isSet = (value: Json | undefined, field: string): boolean => !isUnknown(value) && valueAt(value, field) !== undefined;

const cidr: StringSchema = { type: "string", maxLength: 43, expressions: [isCidrExpression] };
const domainNames = list(domainName, 1, 25);

const port: IntegerSchema = { type: "integer", minimum: 1, maximum: 65535 };

const startBelowEnd: Expression = {
  name: "start<end",
  message: "must have a start below its end; write one port as a number",
  holds: (range) => {
    const start = known(numberAt(range, "start"));
    const end = known(numberAt(range, "end"));
    return start === undefined || end === undefined || start < end;
  },
};

const clusterPorts = list(
  object({
    portNumber: object({ protocol: text, port }, { required: ["port"] }),
    portRange: object({ protocol: text, start: port, end: port }, { required: ["start", "end"], expressions: [startBelowEnd] }),
    namedPort: text,
  }),
  1,
  100,
);

const pods = object({ namespaceSelector: selectorSchema, podSelector: selectorSchema }, { required: ["namespaceSelector", "podSelector"] });
const podPeers = object({ namespaces: selectorSchema, pods }, exactlyOne);
const egressPeers = object({ namespaces: selectorSchema, pods, networks: list(cidr, 1, 25), domainNames }, exactlyOne);

const namesAreAccepted: Expression = {
  name: "domainNames-only-accept",
  message: "must have the action `Accept` with a domainNames peer",
  holds: (rule) => {
    const action = stringAt(rule, "action");
    const hasNames = entriesAt(rule, "to").some((peer) => isSet(peer, "domainNames"));
    return isUnknown(action) || action === "Accept" || !hasNames;
  },
};

const clusterRules = (peersField: string, peer: ObjectSchema, expressions: readonly Expression[]): ListSchema =>
  list(
    object(
      {
        name: { type: "string", maxLength: 100 },
        action: { type: "string", enum: ["Accept", "Deny", "Pass"] },
        [peersField]: list(peer, 1, 100),
        ports: clusterPorts,
      },
      { required: ["action", peersField], expressions },
    ),
    0,
    100,
  );

const policy = (spec: ObjectSchema): ObjectSchema =>
  object({ apiVersion: text, kind: text, metadata: metadataSchema, spec, status: { type: "any" } }, { required: ["metadata", "spec"] });

const clusterNetworkPolicy = policy(
  object(
    {
      tier: { type: "string", enum: ["Admin", "Baseline"] },
      priority: { type: "integer", minimum: 0, maximum: 1000 },
      subject: podPeers,
      ingress: clusterRules("from", podPeers, []),
      egress: clusterRules("to", egressPeers, [namesAreAccepted]),
    },
    { required: ["tier", "priority", "subject"] },
  ),
);

const namesStandAlone: Expression = {
  name: "domainNames-alone",
  message: "must not have domainNames together with a selector or an ipBlock",
  holds: (peer) => !isSet(peer, "domainNames") || !["podSelector", "namespaceSelector", "ipBlock"].some((field) => isSet(peer, field)),
};

const applicationPorts: Schema = {
  type: "list",
  items: object({ protocol: text, port: { type: "intOrString" }, endPort: { type: "integer" } }),
};
const plainPeer = {
  podSelector: selectorSchema,
  namespaceSelector: selectorSchema,
  ipBlock: object({ cidr: text, except: { type: "list", items: text } }, { required: ["cidr"] }),
};
const applicationRules = (peersField: string, peer: ObjectSchema): Schema => ({
  type: "list",
  items: object({ ports: applicationPorts, [peersField]: { type: "list", items: peer } }),
});

const applicationNetworkPolicy = policy(
  object(
    {
      podSelector: selectorSchema,
      policyTypes: { type: "list", items: { type: "string", enum: ["Ingress", "Egress"] } },
      ingress: applicationRules("from", object(plainPeer)),
      egress: applicationRules("to", object({ ...plainPeer, domainNames }, { expressions: [namesStandAlone] })),
    },
    { required: ["podSelector"] },
  ),
);

/** A kind of the group: what it is called here, its schema, and whether it lives in a namespace. Undefined for kinds that are not read. */
export function awsKind(
  kind: string,
): { readonly name: AwsKindName; readonly schema: ObjectSchema; readonly namespaced: boolean } | undefined {
  if (kind === "ClusterNetworkPolicy") return { name: `${kind}.${awsGroup}`, schema: clusterNetworkPolicy, namespaced: false };
  if (kind === "ApplicationNetworkPolicy") return { name: `${kind}.${awsGroup}`, schema: applicationNetworkPolicy, namespaced: true };
  return undefined;
}
