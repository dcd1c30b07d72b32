import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "../terraform/blocks";
import { onlyReference, type Written, writtenBlock, writtenField } from "./configuration";

/** A place inside a resource, and what the configuration says there. */
interface Place {
  readonly address: string;
  /** As a person would look for it: `spec[0].ingress[1]`. */
  readonly path: string;
  readonly written: Written | undefined;
  readonly depth: number;
}

/**
 * What the provider computes when the author does not set it, and what the API server then uses. `after_unknown` marks all of them, though what
 * they come to is known: the field's default.
 */
const defaultedWhenUnset: ReadonlySet<string> = new Set([
  "allocate_load_balancer_node_ports",
  "annotations",
  "cluster_ip",
  "cluster_ips",
  "external_traffic_policy",
  "health_check_node_port",
  "host_network",
  "hostname",
  "internal_traffic_policy",
  "ip_families",
  "ip_family_policy",
  "labels",
  "node_name",
  "node_port",
  "protocol",
  "replicas",
  "restart_policy",
  "service_account_name",
  "session_affinity",
  "target_port",
]);

/** Deeper than any resource; a document beyond it is not known rather than a crash. */
const deepest = 400;

/**
 * The values a resource will have: `after` with an Unknown wherever `after_unknown` has true. Alone, `after` would lie: an unknown label is
 * missing from its map, an unknown block from its list, as if nobody had written it.
 *
 * @param written the resource's expressions in the configuration; absent when the plan has none for it.
 */
export function plannedValues(after: Json, afterUnknown: Json | undefined, address: string, written: JsonObject | undefined): JsonObject {
  const place: Place = { address, path: "", written: written === undefined ? undefined : { block: written }, depth: 0 };
  const values = overlay(isObject(after) ? after : {}, isObject(afterUnknown) ? afterUnknown : undefined, place);
  return isObject(values) ? values : {};
}

function overlay(value: Json | undefined, mask: Json | undefined, place: Place): Json | undefined {
  if (mask === true) return missing(place);
  if (place.depth > deepest) return missing(place);
  // A mask mirrors the shape of the value, and an empty one makes nothing of nothing.
  if ((value === undefined || value === null) && !marksAnything(mask)) return value;
  if (isList(mask)) return overlayList(isList(value) ? value : [], mask, place);
  return isObject(mask) ? overlayObject(isObject(value) ? value : {}, mask, place) : value;
}

function overlayObject(value: JsonObject, mask: JsonObject, place: Place): JsonObject {
  const fields = new Map<string, Json | undefined>(Object.entries(value));
  for (const name of Object.keys(mask)) {
    const written = writtenField(place.written, name);
    const inner = overlay(field(value, name), field(mask, name), {
      ...place,
      path: fieldPath(place.path, name),
      written,
      depth: place.depth + 1,
    });
    if (isUnknown(inner) && written === "nothing" && takesDefault(place.address, name)) fields.delete(name);
    else if (inner !== undefined) fields.set(name, inner);
  }
  return Object.fromEntries(fields);
}

/** Whether a mask has true anywhere. Without recursion, as it is asked before the depth of the mask is known. */
function marksAnything(mask: Json | undefined): boolean {
  const left: (Json | undefined)[] = [mask];
  while (left.length > 0) {
    const next = left.pop();
    if (next === true) return true;
    if (isList(next)) for (const each of next) left.push(each);
    else if (isObject(next)) left.push(...Object.values(next));
  }
  return false;
}

const takesDefault = (address: string, name: string): boolean =>
  defaultedWhenUnset.has(name) && /(^|\.)kubernetes_(?!manifest\.)/.test(address);

/**
 * A list, element by element. A set has no order of its own: should its two listings not agree on which elements are missing, none of its
 * elements can be told.
 */
function overlayList(value: readonly Json[], mask: readonly Json[], place: Place): Json {
  const agree = mask.every((each, index) => each !== true || (value[index] ?? null) === null);
  if (!agree) return missing(place);
  const count = Math.max(value.length, mask.length);
  return Array.from({ length: count }, (_, index) => {
    const inner: Place = {
      ...place,
      path: `${place.path}[${index}]`,
      written: writtenBlock(place.written, index, count),
      depth: place.depth + 1,
    };
    return overlay(value[index], mask[index], inner) ?? null;
  });
}

function missing({ address, path, written }: Place): Unknown {
  const from = onlyReference(written);
  return unknown(`\`${path}\` of \`${address}\` is known only after apply${from === undefined ? "" : `, when \`${shorten(from)}\` is`}`);
}

const longestShown = 100;
const shorten = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);

const fieldPath = (path: string, name: string): string => {
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
};
