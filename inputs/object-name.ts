import type { ObjectName } from "./kubernetes/problems";
import { readName } from "./kubernetes/selectors";
import type { JsonObject } from "./objects";
import { kindOf } from "./validation/kinds";
import { known, stringAt } from "./validation/json";

/** Kinds of the whole cluster beside those that are read. */
const clusterWide = new Set([
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "PersistentVolume",
  "StorageClass",
]);

/** The name of an object; without a kind it is none. An object that names no namespace is in "default". */
export function objectName(object: JsonObject): ObjectName | undefined {
  const kind = known(stringAt(object, "kind")) ?? "";
  if (kind === "") return undefined;
  const namespaced = kindOf(object)?.metadata.namespaced ?? !clusterWide.has(kind);
  const namespace = stringAt(object, "metadata", "namespace");
  const name = readName(object);
  return namespaced ? { kind, namespace: namespace === undefined || namespace === "" ? "default" : namespace, name } : { kind, name };
}
