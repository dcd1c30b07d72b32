/** Validation of Kubernetes objects as the API server does it: the same fields, the same kinds of error. */
import type { FieldError } from "./field-error";
import { type JsonObject, isJsonObject } from "./json";
import { type Kind, kindOf } from "./kinds";
import { validateMetadata, validateMetadataUpdate } from "./metadata";
import { type NetworkPolicyOptions, validateNetworkPolicySpecUpdate } from "./network-policy";
import { pruned, withoutNulls } from "./normalize";
import { validateSchema } from "./schema";

export type { FieldError, FieldErrorType } from "./field-error";
export type { JsonObject } from "./json";
export { type LabelProblem, labelKeyProblems, labelValueProblems } from "./labels";

/** How the API server is set up. */
export interface ValidationOptions extends NetworkPolicyOptions {
  /**
   * Which CRDs are installed. Standard drops experimental and unknown fields before it validates; without a channel, experimental fields count
   * and a field of a newer API is left alone.
   */
  readonly channel?: "standard" | "experimental";
}

/** Why the API server would reject a new object; empty when it would not, or when its kind is not one that is read here. */
export function validateObject(object: JsonObject, options: ValidationOptions = {}): readonly FieldError[] {
  const kind = kindOf(object);
  return kind === undefined ? [] : validateKind(kind, normalizeObject(kind, object), options);
}

/** The object as the API server sees it once it is decoded: without null. */
export function normalizeObject(kind: Kind, object: JsonObject): JsonObject {
  const normalized = withoutNulls(kind.schema, object, kind.custom ? "keep" : "zero");
  return isJsonObject(normalized) ? normalized : object;
}

/** Why the API server would reject a normalized object of a kind. */
export function validateKind(kind: Kind, object: JsonObject, options: ValidationOptions = {}): readonly FieldError[] {
  const seen = kind.custom && options.channel === "standard" ? pruned(kind.schema, object) : object;
  const errors = validateSchema(kind.schema, seen);
  // A built-in object that cannot be decoded is not looked at any further.
  if (!kind.custom && errors.length > 0) return errors.map(({ field, type, message }) => ({ field, type, message }));
  if (errors.some(({ field }) => field === "metadata" || field.startsWith("metadata."))) return errors;
  return [...validateMetadata(object, kind.metadata), ...kind.rules(object, options), ...errors];
}

/** Why the API server would reject a change of an object; for NetworkPolicy. */
export function validateUpdate(previous: JsonObject, next: JsonObject, options: ValidationOptions = {}): readonly FieldError[] {
  const kind = kindOf(next);
  if (kind?.name !== "NetworkPolicy") return validateObject(next, options);
  const before = normalizeObject(kind, previous);
  const after = normalizeObject(kind, next);
  const errors = validateSchema(kind.schema, after);
  if (errors.length > 0) return errors.map(({ field, type, message }) => ({ field, type, message }));
  return [...validateMetadataUpdate(before, after), ...validateNetworkPolicySpecUpdate(before, after, options)];
}
