import { isUnknown, type Location, type Pod, type Value } from "../../engine/model";
import { isAddress } from "../validation/cidr";
import { booleanAt, entriesAt, type Json, type JsonObject, known, stringAt } from "../validation/json";
import { type Owner, ownerOf } from "./owners";
import { type PodTemplate, readPodTemplate } from "./pod-template";
import { readName, readNamespace } from "./selectors";

/** A Pod object. */
export interface PodObject {
  readonly namespace: Value<string>;
  readonly name: Value<string>;
  readonly template: PodTemplate;
  /** Absent when its name is not known. */
  readonly pod?: Pod;
  readonly owner?: Owner;
  /** Addresses of the node it runs on, as far as its status says them. */
  readonly hostAddresses: readonly string[];
  /** Its containers have ended and do not start again: it has no connections. */
  readonly completed: boolean;
  readonly location: Location;
}

export function readPod(object: JsonObject, defaultNamespace: string, location: Location): PodObject {
  const namespace = readNamespace(object, defaultNamespace);
  const name = readName(object);
  const owner = ownerOf(object, namespace);
  const phase = stringAt(object, "status", "phase");
  return {
    namespace,
    name,
    template: readPodTemplate(object),
    ...(isUnknown(name) ? {} : { pod: runningPod(object, name) }),
    hostAddresses: addressesAt(object, "hostIP", "hostIPs"),
    ...(owner === undefined ? {} : { owner }),
    completed: phase === "Succeeded" || phase === "Failed",
    location,
  };
}

function runningPod(object: JsonObject, name: string): Pod {
  const node = known(stringAt(object, "spec", "nodeName"));
  return { name, ips: addressesOf(object), ...(node === undefined || node === "" ? {} : { node }) };
}

/** On the network of its node, a pod has the addresses of the node. */
function addressesOf(object: JsonObject): readonly string[] {
  const own = addressesAt(object, "podIP", "podIPs");
  return own.length === 0 && booleanAt(object, "spec", "hostNetwork") === true ? addressesAt(object, "hostIP", "hostIPs") : own;
}

/** The list has the single one as its first entry. */
function addressesAt(object: JsonObject, single: string, list: string): readonly string[] {
  const listed = entriesAt(object, "status", list).map((each) => knownAddress(each, "ip"));
  const all = [knownAddress(object, "status", single), ...listed].filter((ip) => ip !== undefined);
  return [...new Set(all)];
}

const knownAddress = (object: Json, ...path: readonly string[]): string | undefined => {
  const text = known(stringAt(object, ...path));
  return text !== undefined && isAddress(text) ? text : undefined;
};
