import { isUnknown, type Location, type Value } from "../../engine/model";
import type { Problem } from "../objects";
import { child, type FieldError } from "../validation/field-error";
import type { UnknownField } from "../validation/normalize";
import { nearestWord, suggestion } from "../yaml-value";

/** The kind and name of an object, as problems name it. */
export interface ObjectName {
  readonly kind: string;
  /** Absent for kinds of the whole cluster. */
  readonly namespace?: Value<string>;
  readonly name: Value<string>;
}

/** The text of a value in messages; one that is not known shows where it comes from. */
export const textOf = (value: Value<string>): string => (isUnknown(value) ? `(not known: ${value.because})` : value);

/** An object as messages name it: NetworkPolicy `shop/deny`. */
export function describeObject({ kind, namespace, name }: ObjectName): string {
  return `${kind} \`${namespace === undefined ? "" : `${textOf(namespace)}/`}${textOf(name)}\``;
}

/** A place as messages name it. */
export function describeLocation({ file, line, column, pointer, address, constructPath }: Location): string {
  const position = file === undefined ? undefined : [file, line, column].filter((part) => part !== undefined).join(":");
  const place = [position, address ?? constructPath ?? pointer].filter((part) => part !== undefined && part !== "");
  return place.length === 0 ? "an unnamed place" : place.map((part) => `\`${part ?? ""}\``).join(" ");
}

/** A field the API server refuses. */
export const rejected = (object: ObjectName, { field, message }: FieldError, location: Location): Problem => ({
  severity: "error",
  message: `${describeObject(object)} would be rejected: ${field === "" ? "it" : `\`${field}\``} ${message}`,
  location,
  ...(field === "" ? {} : { field }),
});

/** A field the API server accepts with a warning. */
export const discouraged = (object: ObjectName, { field, message }: FieldError, location: Location): Problem => ({
  severity: "warning",
  message: `${describeObject(object)} is accepted, but \`${field}\` ${message}`,
  location,
  field,
});

/** A field that has no effect, because the kind does not have it. */
export function ignoredField(object: ObjectName, { path, name, allowed }: UnknownField, location: Location): Problem {
  const meant = nearestWord(name, allowed);
  return {
    severity: "warning",
    message: `${describeObject(object)} has the field \`${path}\`, which its kind does not have and which has no effect${suggestion(name, allowed)}`,
    location,
    field: path,
    concern: { about: "unknown-field", ...(meant === undefined ? {} : { meant }) },
  };
}

/** The same object twice. */
export const declaredTwice = (object: ObjectName, first: Location, second: Location): Problem => ({
  severity: "error",
  message: `${describeObject(object)} is there twice: at ${describeLocation(first)} and at ${describeLocation(second)}; keep one of them`,
  location: second,
  field: child("metadata", "name"),
});

/** Pods whose containers have ended. */
export function completedPods(
  pods: readonly { readonly namespace: Value<string>; readonly name: Value<string>; readonly location: Location }[],
): readonly Problem[] {
  const [first] = pods;
  if (first === undefined) return [];
  const names = pods.slice(0, 3).map(({ namespace, name }) => `\`${textOf(namespace)}/${textOf(name)}\``);
  const more = pods.length > names.length ? ` and ${String(pods.length - names.length)} more` : "";
  const message = `${pods.length === 1 ? "a pod has" : `${String(pods.length)} pods have`} completed and ${pods.length === 1 ? "is" : "are"} left out: ${names.join(", ")}${more}`;
  return [{ severity: "note", message, location: first.location }];
}
