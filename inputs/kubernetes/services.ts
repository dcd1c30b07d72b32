import {
  isUnknown,
  type LabelSelector,
  type Location,
  type Service,
  type ServicePort,
  type Unknown,
  unknown,
  type Value,
} from "../../engine/model";
import { isCidr } from "../validation/cidr";
import {
  entriesAt,
  entriesOf,
  isJsonObject,
  type Json,
  type JsonObject,
  known,
  numberAt,
  objectAt,
  stringAt,
  valueAt,
} from "../validation/json";
import { protocolNamed } from "./ports";
import { readLabels, readName, readNamespace, readTexts } from "./selectors";

const types: readonly Service["type"][] = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];

/** Reads a valid, normalized Service. */
export function readService(object: JsonObject, defaultNamespace: string, location: Location): Service {
  const spec = valueAt(object, "spec");
  const selector = readServiceSelector(spec);
  const type = stringAt(spec, "type");
  const policy = stringAt(spec, "externalTrafficPolicy");
  const ranges = textsOf(spec, "loadBalancerSourceRanges");
  return {
    namespace: readNamespace(object, defaultNamespace),
    name: readName(object),
    type: types.find((each) => each === type) ?? "ClusterIP",
    ...orUnknown("unknownType", type),
    ...(selector === undefined ? {} : { selector }),
    ...portsOf(spec),
    headless: stringAt(spec, "clusterIP") === "None",
    ...clusterIpsOf(spec),
    externalTrafficPolicy: policy === "Local" ? "Local" : "Cluster",
    ...orUnknown("unknownExternalTrafficPolicy", policy),
    sourceRanges: knownTexts(ranges)
      .map((range) => range.trim())
      .filter(isCidr),
    ...orUnknown("unknownSourceRanges", ranges.find(isUnknown)),
    location,
  };
}

const knownTexts = (texts: readonly Value<string>[]): readonly string[] => texts.filter((text): text is string => !isUnknown(text));

/** The texts of a list; a list that is not known is one text that is not known. */
function textsOf(spec: Json | undefined, field: string): readonly Value<string>[] {
  const list = valueAt(spec, field);
  return isUnknown(list) ? [list] : readTexts(spec, field);
}

/** A field that says why another is not known; none when it is known. */
const orUnknown = <K extends string>(name: K, value: unknown): Partial<Record<K, Unknown>> =>
  isUnknown(value) ? ({ [name]: value } as Partial<Record<K, Unknown>>) : {};

/** An empty selector is none: the endpoints are managed by someone else. */
function readServiceSelector(spec: Json | undefined): LabelSelector | undefined {
  const selector = objectAt(spec, "selector");
  if (isUnknown(selector)) return { unknown: selector };
  return isJsonObject(selector) && entriesOf(selector).length > 0 ? { matchLabels: readLabels(selector).labels } : undefined;
}

function clusterIpsOf(spec: Json | undefined): Pick<Service, "clusterIps" | "unknownClusterIps"> {
  const first = stringAt(spec, "clusterIP");
  const all = [first ?? "", ...textsOf(spec, "clusterIPs")];
  const clusterIps = [...new Set(knownTexts(all))].filter((ip) => ip !== "" && ip !== "None");
  return { clusterIps, ...(first === "None" ? {} : orUnknown("unknownClusterIps", all.find(isUnknown))) };
}

/** A port of a protocol that is not known is none that could be listed. */
function portsOf(spec: Json | undefined): Pick<Service, "ports" | "unknownPorts"> {
  const list = valueAt(spec, "ports");
  const entries = entriesAt(spec, "ports");
  const protocolOf = (port: Json): Value<string> | undefined => stringAt(port, "protocol");
  const missing = [list, ...entries.flatMap((port) => [port, protocolOf(port), stringAt(port, "name")])].find(isUnknown);
  return { ports: entries.filter((port) => !isUnknown(protocolOf(port))).map(readServicePort), ...orUnknown("unknownPorts", missing) };
}

function readServicePort(port: Json): ServicePort {
  const number = numberAt(port, "port") ?? unknown("`port` is missing");
  const name = known(stringAt(port, "name"));
  const nodePort = numberAt(port, "nodePort");
  return {
    ...(name === undefined || name === "" ? {} : { name }),
    port: number,
    protocol: protocolNamed(known(stringAt(port, "protocol"))) ?? "TCP",
    targetPort: targetPortOf(port, number),
    ...(nodePort === undefined || nodePort === 0 ? {} : { nodePort }),
  };
}

/** The port itself when no target is given. */
function targetPortOf(port: Json, number: Value<number>): Value<number | string> {
  const target = valueAt(port, "targetPort");
  if (isUnknown(target)) return target;
  return (typeof target === "number" && target !== 0) || (typeof target === "string" && target !== "") ? target : number;
}
