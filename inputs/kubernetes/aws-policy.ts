/** Reads the policy kinds of `networking.k8s.aws/v1alpha1`, valid and normalized. Nothing fills in defaults for them. */
import {
  type Action,
  type ApplicationPeer,
  type ApplicationPolicy,
  type ApplicationRule,
  type AwsClusterPeer,
  type AwsClusterPolicy,
  type AwsClusterRule,
  type AwsSubject,
  type Direction,
  everything,
  isUnknown,
  type Location,
  type Tier,
  unknown,
  type Unknown,
  type Value,
} from "../../engine/model";
import { plainCidr } from "../validation/cidr";
import {
  entriesAt,
  entriesOf,
  isJsonObject,
  type Json,
  type JsonObject,
  known,
  listAt,
  numberAt,
  stringAt,
  valueAt,
} from "../validation/json";
import { readAdminPort } from "./cluster-policy";
import { readPeer, readPort } from "./network-policy";
import { readName, readNamespace, readSelector, readTexts } from "./selectors";

/** Reads a ClusterNetworkPolicy of the AWS group. */
export const readAwsClusterPolicy = (object: JsonObject, location: Location): AwsClusterPolicy => ({
  name: readName(object),
  tier: tierOf(object),
  priority: numberAt(object, "spec", "priority") ?? unknown("`spec.priority` is missing"),
  subject: readSubject(valueAt(object, "spec", "subject")),
  ingress: readClusterRules(object, "ingress", "from"),
  egress: readClusterRules(object, "egress", "to"),
  location,
});

function tierOf(object: JsonObject): Value<Tier> {
  const tier = stringAt(object, "spec", "tier");
  return isUnknown(tier) ? tier : tier === "Baseline" ? "Baseline" : "Admin";
}

function readSubject(subject: Json | undefined): AwsSubject {
  if (isUnknown(subject)) return { namespaces: { unknown: subject }, pods: { unknown: subject } };
  const pods = valueAt(subject, "pods");
  return pods === undefined ? { namespaces: readSelector(valueAt(subject, "namespaces")), pods: everything } : readPods(pods);
}

const readPods = (pods: Json): AwsSubject => ({
  namespaces: readSelector(valueAt(pods, "namespaceSelector")),
  pods: readSelector(valueAt(pods, "podSelector")),
});

/** Rules about which nothing is known, not even how many there are. */
const unknownRule = (missing: Unknown): AwsClusterRule => ({
  action: missing,
  peers: [{ kind: "unknown", unknown: missing }],
  ports: "any",
});

function readClusterRules(object: JsonObject, field: string, peers: string): readonly AwsClusterRule[] {
  const list = valueAt(object, "spec", field);
  if (isUnknown(list)) return [unknownRule(list)];
  return entriesAt(object, "spec", field).map((rule) => (isUnknown(rule) ? unknownRule(rule) : readClusterRule(rule, peers)));
}

const actions: readonly Action[] = ["Accept", "Deny", "Pass"];

function readClusterRule(rule: Json, field: string): AwsClusterRule {
  const name = known(stringAt(rule, "name"));
  const action = stringAt(rule, "action");
  const peers = valueAt(rule, field);
  const ports = valueAt(rule, "ports");
  return {
    ...(name === undefined || name === "" ? {} : { name }),
    action: isUnknown(action) ? action : (actions.find((each) => each === action) ?? unknown("`action` is missing")),
    peers: isUnknown(peers) ? [{ kind: "unknown", unknown: peers }] : entriesAt(rule, field).map(readClusterPeer),
    ports: isUnknown(ports)
      ? [{ kind: "unknown", unknown: ports }]
      : ports === undefined
        ? "any"
        : entriesAt(rule, "ports").flatMap((port) => (isUnknown(port) ? [{ kind: "unknown", unknown: port }] : readAdminPort(port))),
  };
}

function readClusterPeer(peer: Json): AwsClusterPeer {
  if (isUnknown(peer)) return { kind: "unknown", unknown: peer };
  const [name, value] = (isJsonObject(peer) ? entriesOf(peer) : [])[0] ?? ["", null];
  switch (name) {
    case "namespaces":
      return { kind: "pods", namespaces: readSelector(value), pods: everything };
    case "pods":
      return isUnknown(value) ? { kind: "unknown", unknown: value } : { kind: "pods", ...readPods(value) };
    case "networks":
      return { kind: "networks", cidrs: readTexts(peer, "networks").map((cidr) => (isUnknown(cidr) ? cidr : plainCidr(cidr))) };
    default:
      return readDomainNames(peer) ?? { kind: "unknown", unknown: unknown(`a peer with the field \`${name}\``) };
  }
}

function readDomainNames(peer: Json) {
  const list = valueAt(peer, "domainNames");
  if (list === undefined) return undefined;
  const names = readTexts(peer, "domainNames");
  const missing = names.find(isUnknown);
  return missing === undefined
    ? ({ kind: "domainNames", names: names.filter((name): name is string => typeof name === "string") } as const)
    : ({ kind: "unknown", unknown: missing } as const);
}

/** Reads an ApplicationNetworkPolicy. */
export const readApplicationPolicy = (object: JsonObject, defaultNamespace: string, location: Location): ApplicationPolicy => ({
  namespace: readNamespace(object, defaultNamespace),
  name: readName(object),
  subject: readSelector(valueAt(object, "spec", "podSelector")),
  directions: directionsOf(object),
  ingress: readApplicationRules(object, "ingress", "from"),
  egress: readApplicationRules(object, "egress", "to"),
  location,
});

/** Only those that are written: a policy without `policyTypes` has none. */
function directionsOf(object: JsonObject): Value<readonly Direction[]> {
  const types = listAt(object, "spec", "policyTypes");
  if (isUnknown(types)) return types;
  const missing = (types ?? []).find(isUnknown);
  if (missing !== undefined) return missing;
  return (["Ingress", "Egress"] as const)
    .filter((type) => types?.includes(type) === true)
    .map((type) => (type === "Ingress" ? "ingress" : "egress"));
}

const unknownApplicationRule = (missing: Unknown): ApplicationRule => ({ peers: "any", ports: "any", unknown: missing });

function readApplicationRules(object: JsonObject, field: string, peers: string): readonly ApplicationRule[] {
  const list = valueAt(object, "spec", field);
  if (isUnknown(list)) return [unknownApplicationRule(list)];
  return entriesAt(object, "spec", field).map((rule) =>
    isUnknown(rule)
      ? unknownApplicationRule(rule)
      : {
          peers: readEntries(rule, peers, readApplicationPeer),
          ports: readEntries(rule, "ports", readPort),
          ...(entriesAt(rule, "ports").some(hasNoProtocol) ? { lacksProtocol: true } : {}),
        },
  );
}

const hasNoProtocol = (port: Json): boolean => !isUnknown(port) && valueAt(port, "protocol") === undefined;

function readEntries<T>(rule: Json, field: string, read: (entry: Json) => T): readonly T[] | "any" {
  const list = valueAt(rule, field);
  if (isUnknown(list)) return [read(list)];
  const entries = entriesAt(rule, field);
  return entries.length === 0 ? "any" : entries.map(read);
}

const readApplicationPeer = (peer: Json): ApplicationPeer => (isUnknown(peer) ? readPeer(peer) : (readDomainNames(peer) ?? readPeer(peer)));
