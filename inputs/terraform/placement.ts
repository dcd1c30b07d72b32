/** The namespace of objects that a tool installs: the one they name, or the tool's. */
import { isUnknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { kindOf } from "../validation/kinds";
import { field, isList, isObject } from "./blocks";

/** Kinds without a namespace that are not read as parts of a cluster, and are looked at as they are written. */
const clusterScoped: ReadonlySet<string> = new Set([
  "APIService",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingWebhookConfiguration",
]);

const deepest = 20;

/** Puts an object into a namespace whatever it says itself; of a list, its objects. What belongs to no namespace stays without. */
export const inNamespace = (object: JsonObject, namespace: Json): JsonObject =>
  eachObject(object, (each) => (isNamespaced(each) ? named(each, namespace) : each));

/** Puts an object that names no namespace into one, as Helm does. */
export const unlessNamed = (object: JsonObject, namespace: Json): JsonObject =>
  eachObject(object, (each) => (isNamespaced(each) && !namesNamespace(each) ? named(each, namespace) : each));

function eachObject(object: JsonObject, change: (object: JsonObject) => JsonObject, depth = 0): JsonObject {
  const [kind, items] = [field(object, "kind"), field(object, "items")];
  if (typeof kind !== "string" || !kind.endsWith("List") || !isList(items) || depth > deepest) return change(object);
  // The objects of a `PodList` need not say what they are.
  const typed = kind === "List" ? {} : { apiVersion: field(object, "apiVersion") ?? null, kind: kind.slice(0, -"List".length) };
  return { ...object, items: items.map((item) => (isObject(item) ? eachObject({ ...typed, ...item }, change, depth + 1) : item)) };
}

function isNamespaced(object: JsonObject): boolean {
  const kind = kindOf(object);
  if (kind !== undefined) return kind.metadata.namespaced;
  const name = field(object, "kind");
  return typeof name === "string" && !name.startsWith("Cluster") && !clusterScoped.has(name);
}

function namesNamespace(object: JsonObject): boolean {
  const metadata = field(object, "metadata");
  if (isUnknown(metadata)) return true;
  const namespace = isObject(metadata) ? field(metadata, "namespace") : undefined;
  return namespace !== undefined && namespace !== null && namespace !== "";
}

function named(object: JsonObject, namespace: Json): JsonObject {
  const metadata = field(object, "metadata");
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), namespace } };
}
