import { isUnknown, unknown } from "../../engine/model";
import type { Json, JsonObject, LocatedObject, SensitiveValue } from "../objects";
import { blockOf, field, isObject, present, stringMap, textAttribute } from "./blocks";
import { locationOf, type TerraformResource } from "./resource";
import { concealValues } from "./sensitive";

/** Labels that `kubernetes_labels` puts on an object someone else declares. */
export interface LabelPatch {
  readonly apiVersion: Json | undefined;
  readonly kind: Json | undefined;
  readonly name: Json | undefined;
  readonly namespace: Json | undefined;
  readonly labels: Json | undefined;
  /** What of the labels no report may show. */
  readonly sensitive: readonly SensitiveValue[];
  readonly resource: TerraformResource;
}

/** Reads a `kubernetes_labels` resource. */
export function labelPatch(resource: TerraformResource): LabelPatch {
  const { value: values, sensitive } = concealValues(resource);
  const metadata = blockOf(field(values, "metadata"));
  return {
    apiVersion: textAttribute(field(values, "api_version")),
    kind: textAttribute(field(values, "kind")),
    name: textAttribute(field(metadata, "name")),
    namespace: textAttribute(field(metadata, "namespace")),
    labels: stringMap(field(values, "labels")),
    sensitive,
    resource,
  };
}

/**
 * Puts the patch on the objects it names. A patch of a Namespace that is nowhere declared declares it, with labels that are not known as a
 * whole: it may have others.
 */
export function applyLabelPatch(objects: readonly LocatedObject[], patch: LabelPatch): readonly LocatedObject[] {
  const matches = objects.map(({ object }) => matchOf(object, patch));
  const patched = objects.map((each, index) =>
    matches[index] === "no" ? each : { ...concealing(each, patch), object: patchObject(each.object, patch, matches[index] === "yes") },
  );
  const names = matches.includes("yes") || patch.kind !== "Namespace" || typeof patch.name !== "string";
  return names ? patched : [...patched, patchedOnly(patch)];
}

const concealing = (each: LocatedObject, { sensitive }: LabelPatch): LocatedObject =>
  sensitive.length === 0 ? each : { ...each, sensitive: [...(each.sensitive ?? []), ...sensitive] };

/** What a patch shows of an object that is not declared here. */
export function patchedOnly({ apiVersion, kind, name, namespace, resource }: LabelPatch): LocatedObject {
  const labels = unknown(`\`${resource.address}\` adds labels to an object that this input does not hold`);
  return { object: present({ apiVersion, kind, metadata: present({ name, namespace, labels }) }), location: locationOf(resource) };
}

function patchObject(object: JsonObject, { labels, resource }: LabelPatch, certain: boolean): JsonObject {
  const metadata = field(object, "metadata");
  const before = isObject(metadata) ? (field(metadata, "labels") ?? {}) : {};
  const after = certain && resource.uncertain === undefined && isObject(before) && isObject(labels) ? { ...before, ...labels } : undefined;
  const mixed = unknown(`\`${resource.address}\` changes these labels, and how is known only after apply`);
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), labels: after ?? (isUnknown(before) ? before : mixed) } };
}

function matchOf(object: JsonObject, patch: LabelPatch): "yes" | "no" | "maybe" {
  const metadata = field(object, "metadata");
  const own = isObject(metadata) ? metadata : {};
  const namespaced = field(object, "kind") !== "Namespace";
  return allOf([
    same(field(object, "kind"), patch.kind),
    same(field(own, "name"), patch.name),
    namespaced ? same(field(own, "namespace") ?? "default", patch.namespace ?? "default") : "yes",
  ]);
}

function same(one: Json | undefined, other: Json | undefined): "yes" | "no" | "maybe" {
  if (isUnknown(one) || isUnknown(other)) return "maybe";
  return one === other ? "yes" : "no";
}

function allOf(answers: readonly ("yes" | "no" | "maybe")[]): "yes" | "no" | "maybe" {
  if (answers.includes("no")) return "no";
  return answers.includes("maybe") ? "maybe" : "yes";
}
