import { isUnknown, type LabelSelector, type Location, type Service, type ServicePort, unknown, type Value } from "../../engine/model";
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
  const type = known(stringAt(spec, "type"));
  return {
    namespace: readNamespace(object, defaultNamespace),
    name: readName(object),
    type: types.find((each) => each === type) ?? "ClusterIP",
    ...(selector === undefined ? {} : { selector }),
    ports: entriesAt(spec, "ports").map(readServicePort),
    headless: stringAt(spec, "clusterIP") === "None",
    clusterIps: clusterIpsOf(spec),
    externalTrafficPolicy: stringAt(spec, "externalTrafficPolicy") === "Local" ? "Local" : "Cluster",
    sourceRanges: knownTexts(readTexts(spec, "loadBalancerSourceRanges"))
      .map((range) => range.trim())
      .filter(isCidr),
    location,
  };
}

/** The fields of a Service that decide about traffic and have no place for a value that is not known. */
export const decidingServiceFields: readonly string[] = ["type", "ports", "externalTrafficPolicy", "loadBalancerSourceRanges"];

const knownTexts = (texts: readonly Value<string>[]): readonly string[] => texts.filter((text): text is string => !isUnknown(text));

/** An empty selector is none: the endpoints are managed by someone else. */
function readServiceSelector(spec: Json | undefined): LabelSelector | undefined {
  const selector = objectAt(spec, "selector");
  if (isUnknown(selector)) return { unknown: selector };
  return isJsonObject(selector) && entriesOf(selector).length > 0 ? { matchLabels: readLabels(selector).labels } : undefined;
}

function clusterIpsOf(spec: Json | undefined): readonly string[] {
  const first = stringAt(spec, "clusterIP");
  const all = knownTexts([first ?? "", ...readTexts(spec, "clusterIPs")]);
  return [...new Set(all)].filter((ip) => ip !== "" && ip !== "None");
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
