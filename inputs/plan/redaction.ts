import { unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "../terraform/blocks";

const sensitive = unknown("marked sensitive");
const withheld = unknown("a document that may hold secrets");

/** Arguments that hold whole documents, and what providers compute from them. They are read where they become objects, and nowhere else. */
const documents: Readonly<Record<string, readonly string[]>> = {
  kubernetes_manifest: ["manifest", "object"],
  kubectl_manifest: ["yaml_body", "yaml_body_parsed", "yaml_incluster", "live_manifest_incluster"],
  k8s_manifest: ["content"],
  kustomization_resource: ["manifest"],
  helm_release: ["manifest", "resources", "values", "set", "set_sensitive", "set_wo", "metadata"],
  kubernetes_secret: ["data", "binary_data", "data_wo", "binary_data_wo"],
  kubernetes_secret_v1: ["data", "binary_data", "data_wo", "binary_data_wo"],
};

/**
 * The values of a resource without what must not leave the reader: what Terraform marks sensitive (it writes such values in clear), and
 * documents.
 *
 * @param mask `after_sensitive`, `before_sensitive` or `sensitive_values`: true at what is sensitive.
 */
export function redacted(type: string, values: JsonObject, mask?: Json): JsonObject {
  const shown = withoutSensitive(values, mask, 0);
  if (!isObject(shown)) return {};
  const hidden = Object.hasOwn(documents, type) ? (documents[type] ?? []) : [];
  const kept = Object.entries(shown).map(([name, value]) => [name, hidden.includes(name) && isSet(value) ? withheld : value]);
  return Object.fromEntries(kept) as JsonObject;
}

const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null;
const deepest = 400;

function withoutSensitive(value: Json | undefined, mask: Json | undefined, depth: number): Json | undefined {
  if (value === undefined || value === null || mask === undefined || mask === null || mask === false) return value;
  if (mask === true || depth > deepest) return sensitive;
  if (isList(mask)) return isList(value) ? value.map((each, index) => withoutSensitive(each, mask[index], depth + 1) ?? null) : sensitive;
  if (!isObject(mask) || !isObject(value)) return value;
  const fields = Object.entries(value).map(([name, each]) => [name, withoutSensitive(each, field(mask, name), depth + 1)]);
  return Object.fromEntries(fields) as JsonObject;
}
