import {
  type Action,
  type ClusterPeer,
  type ClusterPolicy,
  type ClusterPolicyKind,
  type ClusterRule,
  type ClusterSubject,
  everything,
  isUnknown,
  type Location,
  type PortMatch,
  protocols,
  type Tier,
  unknown,
  type Unknown,
  type Value,
} from "../../engine/model";
import { plainCidr } from "../validation/cidr";
import { entriesAt, entriesOf, isJsonObject, type Json, type JsonObject, known, numberAt, stringAt, valueAt } from "../validation/json";
import { protocolNamed, rangeOf } from "./ports";
import { readName, readSelector, readTexts } from "./selectors";

/** Reads a valid, normalized cluster-wide policy. A ClusterNetworkPolicy whose tier is not known may be in either, so it is read into both. */
export function readClusterPolicy(kind: ClusterPolicyKind, object: JsonObject, location: Location): readonly ClusterPolicy[] {
  const tier = tierOf(kind, object);
  const policy = {
    kind,
    name: readName(object),
    priority: kind === "BaselineAdminNetworkPolicy" ? 0 : priorityOf(object),
    subject: readSubject(valueAt(object, "spec", "subject")),
    ingress: readRules(object, "ingress", "from"),
    egress: readRules(object, "egress", "to"),
    location,
  };
  return isUnknown(tier)
    ? (["Admin", "Baseline"] as const).map((each) => uncertain({ ...policy, tier: each }, tier))
    : [{ ...policy, tier }];
}

function tierOf(kind: ClusterPolicyKind, object: JsonObject): Value<Tier> {
  if (kind === "AdminNetworkPolicy") return "Admin";
  if (kind === "BaselineAdminNetworkPolicy") return "Baseline";
  const tier = stringAt(object, "spec", "tier");
  return isUnknown(tier) ? tier : tier === "Baseline" ? "Baseline" : "Admin";
}

const priorityOf = (object: JsonObject): Value<number> => numberAt(object, "spec", "priority") ?? unknown("`spec.priority` is missing");

/** A policy that may not be there: whatever its rules match, they may not. */
function uncertain(policy: ClusterPolicy, missing: Unknown): ClusterPolicy {
  const blur = (rules: readonly ClusterRule[]): readonly ClusterRule[] =>
    rules.map((rule) => ({ ...rule, action: missing, peers: [{ kind: "unknown", unknown: missing }] }));
  return { ...policy, ingress: blur(policy.ingress), egress: blur(policy.egress) };
}

function readSubject(subject: Json | undefined): ClusterSubject {
  if (isUnknown(subject)) return { namespaces: { unknown: subject }, pods: { unknown: subject } };
  return valueAt(subject, "pods") === undefined
    ? { namespaces: readSelector(valueAt(subject, "namespaces")), pods: everything }
    : readNamespacedPod(valueAt(subject, "pods"));
}

const readNamespacedPod = (pods: Json | undefined): ClusterSubject => ({
  namespaces: readSelector(valueAt(pods, "namespaceSelector")),
  pods: readSelector(valueAt(pods, "podSelector")),
});

/** Rules about which nothing is known, not even how many there are. */
const unknownRule = (missing: Unknown): ClusterRule => ({
  action: missing,
  peers: [{ kind: "unknown", unknown: missing }],
  ports: "any",
});

function readRules(object: JsonObject, rules: string, peers: string): readonly ClusterRule[] {
  const list = valueAt(object, "spec", rules);
  if (isUnknown(list)) return [unknownRule(list)];
  return entriesAt(object, "spec", rules).map((rule) => (isUnknown(rule) ? unknownRule(rule) : readRule(rule, peers)));
}

const actions: Readonly<Record<string, Action>> = { Accept: "Accept", Allow: "Accept", Deny: "Deny", Pass: "Pass" };

function readRule(rule: Json, peersField: string): ClusterRule {
  const name = known(stringAt(rule, "name"));
  const action = stringAt(rule, "action");
  const peers = valueAt(rule, peersField);
  return {
    ...(name === undefined || name === "" ? {} : { name }),
    action: isUnknown(action) ? action : (actions[action ?? ""] ?? unknown("`action` is missing")),
    peers: isUnknown(peers) ? [{ kind: "unknown", unknown: peers }] : entriesAt(rule, peersField).map(readPeer),
    ports: readPorts(rule),
  };
}

function readPeer(peer: Json): ClusterPeer {
  if (isUnknown(peer)) return { kind: "unknown", unknown: peer };
  const fields = isJsonObject(peer) ? entriesOf(peer) : [];
  const [name, value] = fields[0] ?? ["", null];
  switch (name) {
    case "namespaces":
      return { kind: "pods", namespaces: readSelector(value), pods: everything };
    case "pods":
      return isUnknown(value) ? { kind: "unknown", unknown: value } : { kind: "pods", ...readNamespacedPod(value) };
    case "networks":
      return { kind: "networks", cidrs: readTexts(peer, "networks").map((cidr) => (isUnknown(cidr) ? cidr : plainCidr(cidr))) };
    case "nodes":
      return { kind: "nodes", nodes: readSelector(value) };
    case "domainNames":
      return readDomainNames(peer);
    default:
      return { kind: "unsupported", fields: fields.map(([field]) => field) };
  }
}

function readDomainNames(peer: Json): ClusterPeer {
  const names = readTexts(peer, "domainNames");
  const missing = names.find((name) => isUnknown(name));
  return isUnknown(missing)
    ? { kind: "unknown", unknown: missing }
    : { kind: "domainNames", names: names.filter((name): name is string => !isUnknown(name)) };
}

/** `protocols` of a ClusterNetworkPolicy and `ports` of the older kinds; neither given means any. */
function readPorts(rule: Json): readonly PortMatch[] | "any" {
  for (const [field, read] of [
    ["protocols", readProtocol],
    ["ports", readAdminPort],
  ] as const) {
    const list = valueAt(rule, field);
    if (isUnknown(list)) return [{ kind: "unknown", unknown: list }];
    if (list !== undefined)
      return entriesAt(rule, field).flatMap((entry) => (isUnknown(entry) ? [{ kind: "unknown", unknown: entry }] : read(entry)));
  }
  return "any";
}

/** A range that ends before it begins has no port; the older schema lets it pass. */
const nonEmpty = (match: PortMatch): readonly PortMatch[] => (match.kind === "range" && match.from > match.to ? [] : [match]);

function readProtocol(entry: Json): readonly PortMatch[] {
  const name = valueAt(entry, "destinationNamedPort");
  if (isUnknown(name)) return [{ kind: "unknown", unknown: name }];
  if (typeof name === "string") return [{ kind: "named", name }];
  const protocol = protocols.find((each) => valueAt(entry, each.toLowerCase()) !== undefined);
  const port = protocol === undefined ? undefined : valueAt(entry, protocol.toLowerCase(), "destinationPort");
  if (protocol === undefined || port === undefined)
    return [{ kind: "unknown", unknown: unknown(`the protocol match \`${JSON.stringify(entry)}\``) }];
  const number = valueAt(port, "number");
  const match =
    number === undefined
      ? rangeOf(protocol, valueAt(port, "range", "start"), valueAt(port, "range", "end"))
      : rangeOf(protocol, number, number);
  return nonEmpty(match);
}

/** One entry of `ports` in the shape AdminNetworkPolicy gave it. */
export function readAdminPort(entry: Json): readonly PortMatch[] {
  const name = valueAt(entry, "namedPort");
  if (isUnknown(name)) return [{ kind: "unknown", unknown: name }];
  if (typeof name === "string") return [{ kind: "named", name }];
  const port = valueAt(entry, "portNumber") ?? valueAt(entry, "portRange");
  const written = stringAt(port, "protocol");
  if (isUnknown(written)) return [{ kind: "unknown", unknown: written }];
  const protocol = protocolNamed(written);
  // The schema lets any protocol pass, but no connection that is modelled has it.
  if (protocol === undefined) return [];
  const number = valueAt(port, "port");
  return nonEmpty(
    number === undefined ? rangeOf(protocol, valueAt(port, "start"), valueAt(port, "end")) : rangeOf(protocol, number, number),
  );
}
