import { isUnknown } from "../../engine/model";
import { child, type FieldError, forbidden, invalid, required } from "./field-error";
import { type JsonObject, known, objectAt, stringAt, valueAt } from "./json";
import { validateAnnotations, validateLabels } from "./labels";
import { dnsLabelProblem, subdomainProblem } from "./names";

/** What metadata of one kind must be like. */
export interface MetadataRules {
  readonly namespaced: boolean;
  /** Names of Namespaces and Services are DNS labels. @default "subdomain" */
  readonly name?: "label" | "subdomain";
}

/** `metadata`, as the API server checks it on create; a namespace may be missing, because the request gives it. */
export function validateMetadata(object: JsonObject, rules: MetadataRules): readonly FieldError[] {
  const labels = known(objectAt(object, "metadata", "labels")) ?? {};
  const annotations = known(objectAt(object, "metadata", "annotations")) ?? {};
  return [
    ...nameErrors(object, rules),
    ...namespaceErrors(object, rules),
    ...validateLabels(labels, "metadata.labels"),
    ...validateAnnotations(annotations, "metadata.annotations"),
  ];
}

function nameErrors(object: JsonObject, rules: MetadataRules): readonly FieldError[] {
  const name = stringAt(object, "metadata", "name") ?? "";
  const generated = stringAt(object, "metadata", "generateName") ?? "";
  if (isUnknown(name)) return [];
  if (name === "") return generated === "" ? [required("metadata.name", "is required, or `metadata.generateName`")] : [];
  const problem = rules.name === "label" ? dnsLabelProblem(name) : subdomainProblem(name);
  return problem === undefined ? [] : [invalid("metadata.name", `${problem}, not be \`${name}\``)];
}

function namespaceErrors(object: JsonObject, { namespaced }: MetadataRules): readonly FieldError[] {
  const namespace = stringAt(object, "metadata", "namespace") ?? "";
  if (isUnknown(namespace) || namespace === "") return [];
  if (!namespaced) return [forbidden("metadata.namespace", "must be absent: this kind belongs to the whole cluster")];
  const problem = dnsLabelProblem(namespace);
  return problem === undefined ? [] : [invalid("metadata.namespace", `${problem}, not be \`${namespace}\``)];
}

/** Metadata that never changes. */
const immutable = ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] as const;

/** Metadata the server fills in when an update leaves it out. */
const optional: readonly string[] = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

/** `metadata` of an update. */
export function validateMetadataUpdate(previous: JsonObject, next: JsonObject): readonly FieldError[] {
  const changed = immutable.filter((name) => {
    const before = valueAt(previous, "metadata", name);
    const after = valueAt(next, "metadata", name);
    if (isUnknown(before) || isUnknown(after) || (after === undefined && optional.includes(name))) return false;
    return before !== after;
  });
  const labels = known(objectAt(next, "metadata", "labels")) ?? {};
  const annotations = known(objectAt(next, "metadata", "annotations")) ?? {};
  return [
    ...changed.map((name) => invalid(child("metadata", name), "must not change in an update")),
    ...validateLabels(labels, "metadata.labels"),
    ...validateAnnotations(annotations, "metadata.annotations"),
  ];
}
