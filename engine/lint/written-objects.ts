import { isUnknown, type Json, type JsonObject, type Location, type ObjectRef } from "../model";
import type { LintContext } from "./rule";

/** An object as it was written, with the name its findings carry. */
export interface WrittenObject {
  readonly object: JsonObject;
  readonly location: Location;
  readonly ref: ObjectRef;
}

const known = new WeakMap<LintContext["objects"], ReadonlyMap<string, readonly WrittenObject[]>>();

/** The objects of these kinds as they were written, those inside lists included. Objects whose name is not known are left out. */
export function writtenObjects(
  { objects, defaultNamespace = "default" }: LintContext,
  ...kinds: readonly string[]
): readonly WrittenObject[] {
  const byKind = known.get(objects) ?? sorted(objects, defaultNamespace);
  known.set(objects, byKind);
  return kinds.flatMap((kind) => byKind.get(kind) ?? []);
}

/** Every object whose name is known, by kind. */
function sorted(objects: LintContext["objects"], defaultNamespace: string): ReadonlyMap<string, readonly WrittenObject[]> {
  const byKind = new Map<string, WrittenObject[]>();
  for (const { object, location } of objects.flatMap(flattened)) {
    const ref = refOf(object, defaultNamespace);
    if (ref === undefined) continue;
    const known = byKind.get(ref.kind);
    if (known === undefined) byKind.set(ref.kind, [{ object, location, ref }]);
    else known.push({ object, location, ref });
  }
  return byKind;
}

type Located = LintContext["objects"][number];

function flattened({ object, location }: Located): readonly Located[] {
  const kind = textAt(object, "kind") ?? "";
  if (!kind.endsWith("List") || valueAt(object, "items") === undefined) return [{ object, location }];
  const typed = kind === "List" ? {} : { apiVersion: object.apiVersion, kind: kind.slice(0, -"List".length) };
  return entriesAt(object, "items").flatMap((item, index) =>
    isObject(item) ? flattened({ object: { ...typed, ...item }, location: itemPlace(location, index) }) : [],
  );
}

const itemPlace = (location: Location, index: number): Location => ({
  ...location,
  pointer: `${location.pointer ?? ""}/items/${String(index)}`,
});

/** Kinds of the whole cluster that rules look at: whatever namespace they name means nothing. */
const clusterWide = new Set([
  "Namespace",
  "Node",
  "ClusterNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "APIService",
]);

function refOf(object: JsonObject, defaultNamespace: string): ObjectRef | undefined {
  const kind = textAt(object, "kind");
  const name = textAt(object, "metadata", "name");
  const namespace = valueAt(object, "metadata", "namespace");
  if (kind === undefined || name === undefined || isUnknown(namespace)) return undefined;
  if (clusterWide.has(kind)) return { kind, name };
  return { kind, namespace: typeof namespace === "string" && namespace !== "" ? namespace : defaultNamespace, name };
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);

/** The value at the end of a path; undefined when it is missing or null, the Unknown it lies in when it is not known. */
export function valueAt(object: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = object;
  for (const name of path) {
    if (isUnknown(value)) return value;
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value === null ? undefined : value;
}

/** The text at the end of a path, when there is one that is known. */
export function textAt(object: Json | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The entries of a list; none when it is missing or not known. */
export function entriesAt(object: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
