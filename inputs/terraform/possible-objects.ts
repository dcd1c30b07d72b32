/** Objects of documents that may not be there, may still change, or are not known at all. */
import { unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { kindOf } from "../validation/kinds";
import { field, isObject, present } from "./blocks";
import type { TerraformResource } from "./resource";

/** The field of each kind that is not known when it is not known whether the object is there: as a typed resource of the kind has it. */
const existence: Readonly<Record<string, string>> = {
  NetworkPolicy: "podSelector",
  "ApplicationNetworkPolicy.networking.k8s.aws": "podSelector",
  ClusterNetworkPolicy: "subject",
  "ClusterNetworkPolicy.networking.k8s.aws": "subject",
  AdminNetworkPolicy: "subject",
  BaselineAdminNetworkPolicy: "subject",
  Deployment: "replicas",
  StatefulSet: "replicas",
  ReplicaSet: "replicas",
  ReplicationController: "replicas",
};

/** An object as certain as its resource is: whether it exists, and whether more than its name is settled. */
export function asCertain(object: JsonObject, { uncertain, pending }: TerraformResource): JsonObject {
  const settled = pending === undefined ? object : onlyNamed(object, pending);
  return uncertain === undefined ? settled : perhaps(settled, uncertain);
}

/** A policy that may not exist may select nothing, and a workload that may not exist may have no pods. */
function perhaps(object: JsonObject, missing: Unknown): JsonObject {
  const name = kindOf(object)?.name ?? "";
  const unsure = Object.hasOwn(existence, name) ? existence[name] : undefined;
  if (unsure === undefined) return object;
  const spec = field(object, "spec") ?? {};
  return isObject(spec) ? { ...object, spec: { ...spec, [unsure]: missing } } : object;
}

/** What identifies an object; the rest may still change. */
function onlyNamed(object: JsonObject, missing: Unknown): JsonObject {
  const properties = kindOf(object)?.schema.properties ?? {};
  const hidden = Object.keys(object).filter((name) => !["apiVersion", "kind", "metadata"].includes(name));
  const fields = [...hidden, ...(Object.hasOwn(properties, "spec") ? ["spec"] : [])];
  return { ...object, ...Object.fromEntries(fields.map((name) => [name, missing])) };
}

/** A policy about which nothing is known, for a document that may be one. */
export function possiblePolicy({ address }: TerraformResource, argument: string, where: { name?: Json; namespace?: Json }): JsonObject {
  const source = `\`${argument}\` of \`${address}\``;
  const missing = unknown(`${source} is known only after apply, and may be a policy`);
  const { name = unknown(source), namespace = unknown(source) } = where;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: present({ name, namespace }),
    spec: missing,
  };
}
