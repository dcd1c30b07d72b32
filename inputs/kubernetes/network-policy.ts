import {
  allPortsOf,
  isUnknown,
  type LabelSelector,
  type Location,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  type Rule,
  unknown,
  type Unknown,
  type Value,
} from "../../engine/model";
import { plainCidr } from "../validation/cidr";
import { entriesAt, type Json, type JsonObject, known, listAt, stringAt, valueAt } from "../validation/json";
import { protocolNamed, rangeOf } from "./ports";
import { isKnownObject, presentSelector, readName, readNamespace, readSelector, readTexts } from "./selectors";

/** A direction as `policyTypes` names it. */
export type PolicyType = "Ingress" | "Egress";

/**
 * The directions a policy isolates. Absent and empty `policyTypes`: Ingress always, and Egress when there is an egress rule. An Unknown: not
 * known whether it isolates them at all.
 */
export function effectivePolicyTypes(spec: Json | undefined): readonly PolicyType[] | Unknown {
  if (isUnknown(spec)) return spec;
  const written = listAt(spec, "policyTypes");
  if (isUnknown(written)) return written;
  if (written !== undefined && written.length > 0) {
    const missing = written.find((type) => isUnknown(type));
    return isUnknown(missing) ? missing : (["Ingress", "Egress"] as const).filter((type) => written.includes(type));
  }
  const egress = listAt(spec, "egress");
  if (isUnknown(egress)) return egress;
  // An entry that is not known may be no rule at all.
  const [first] = egress ?? [];
  if (first === undefined) return ["Ingress"];
  const certain = (egress ?? []).some((rule) => !isUnknown(rule));
  return !certain && isUnknown(first) ? first : ["Ingress", "Egress"];
}

/** Reads a valid, normalized NetworkPolicy and applies the API server's defaults. */
export function readNetworkPolicy(object: JsonObject, defaultNamespace: string, location: Location): NetworkPolicy {
  const spec = valueAt(object, "spec");
  const types = effectivePolicyTypes(spec);
  const isolates = (type: PolicyType): boolean => isUnknown(types) || types.includes(type);
  return {
    namespace: readNamespace(object, defaultNamespace),
    name: readName(object),
    subject: readSelector(valueAt(spec, "podSelector")),
    ...(isolates("Ingress") ? { ingress: readRules(spec, "ingress", "from") } : {}),
    ...(isolates("Egress") ? { egress: readRules(spec, "egress", "to") } : {}),
    ...(isUnknown(types) ? { unknownDirections: types } : {}),
    location,
  };
}

/** A rule about which nothing is known, not even that it exists. */
const unknownRule = (missing: Unknown): Rule => ({ peers: "any", ports: "any", unknown: missing });

function readRules(spec: Json | undefined, rules: string, peers: string): readonly Rule[] {
  const list = valueAt(spec, rules);
  if (isUnknown(list)) return [unknownRule(list)];
  return entriesAt(spec, rules).map((rule) => (isUnknown(rule) ? unknownRule(rule) : readRule(rule, peers)));
}

function readRule(rule: Json, peers: string): Rule {
  return { peers: readEntries(rule, peers, readPeer), ports: readEntries(rule, "ports", readPort) };
}

/** Absent and empty both mean any. */
function readEntries<T>(rule: Json, field: string, read: (entry: Json) => T): readonly T[] | "any" {
  const list = valueAt(rule, field);
  if (isUnknown(list)) return [read(list)];
  const entries = entriesAt(rule, field);
  return entries.length === 0 ? "any" : entries.map(read);
}

/** One entry of `from` or `to`. */
export function readPeer(peer: Json): Peer {
  if (isUnknown(peer)) return { kind: "unknown", unknown: peer };
  const pods = presentSelector(valueAt(peer, "podSelector"));
  const namespaces = presentSelector(valueAt(peer, "namespaceSelector"));
  const block = valueAt(peer, "ipBlock");
  const selects = isKnownObject(peer, "podSelector") || isKnownObject(peer, "namespaceSelector");
  // A known part rules out that the unknown one of the other sort is there: the API server would refuse both together.
  if (block === undefined || selects) return podsPeer(pods, namespaces);
  if (isUnknown(block) && (pods ?? namespaces) !== undefined) return { kind: "unknown", unknown: block };
  return blockPeer(block);
}

/** Without a namespaceSelector: pods of the policy's own namespace. Without a podSelector: all pods of the namespaces. */
const podsPeer = (pods: LabelSelector | undefined, namespaces: LabelSelector | undefined): Peer => ({
  kind: "pods",
  namespaces: namespaces ?? "own",
  pods: pods ?? {},
});

const plain = (cidr: Value<string>): Value<string> => (isUnknown(cidr) ? cidr : plainCidr(cidr));

function blockPeer(block: Json): Peer {
  if (isUnknown(block)) return { kind: "ipBlock", cidr: block, except: [] };
  return {
    kind: "ipBlock",
    cidr: plain(stringAt(block, "cidr") ?? unknown("`ipBlock` without a `cidr`")),
    except: readTexts(block, "except").map(plain),
  };
}

/** One entry of `ports`. */
export function readPort(port: Json): PortMatch {
  if (isUnknown(port)) return { kind: "unknown", unknown: port };
  const name = stringAt(port, "protocol");
  if (isUnknown(name)) return { kind: "unknown", unknown: name };
  const protocol = protocolNamed(name);
  if (protocol === undefined) return { kind: "unknown", unknown: unknown(`the protocol \`${known(name) ?? ""}\``) };
  const number = valueAt(port, "port");
  if (number === undefined) return allPortsOf(protocol);
  if (typeof number === "string") return { kind: "named", name: number, protocol };
  return rangeOf(protocol, number, valueAt(port, "endPort") ?? number);
}
