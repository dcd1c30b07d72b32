/** Sorting what an input holds: lists taken apart, kinds told, everything else counted. */
import { isUnknown, type Location } from "../../engine/model";
import type { LocatedObject, Problem } from "../objects";
import { isJsonObject, type JsonObject, known, listAt, stringAt } from "../validation/json";
import { type Kind, kindOf, versionFault } from "../validation/kinds";
import { normalizeObject } from "../validation/index";
import { declaredTwice, describeLocation, describeObject, type ObjectName } from "./problems";
import { readName, readNamespace } from "./selectors";

/** An object of a kind that is read, decoded and not yet validated. */
export interface KnownObject {
  readonly kind: Kind;
  readonly ref: ObjectName;
  readonly object: JsonObject;
  readonly location: Location;
}

interface Sorted {
  readonly objects: readonly KnownObject[];
  readonly problems: readonly Problem[];
}

/** Takes lists apart and sorts out what is not read; of an object that is there twice, the first is kept. */
export function sortObjects(given: readonly LocatedObject[], defaultNamespace: string): Sorted {
  const objects: KnownObject[] = [];
  const ignored = new Map<string, LocatedObject[]>();
  const problems: Problem[] = [];
  for (const each of given.flatMap((located) => flattened(located, problems))) {
    const kind = kindOf(each.object);
    if (kind !== undefined) {
      const object = knownObject(kind, each, defaultNamespace);
      objects.push(object);
      problems.push(...removedVersion(object));
    } else if (isKeptAside(each.object)) continue;
    else if (isUnserved(each.object)) problems.push(unserved(each, defaultNamespace));
    else if (hasKind(each.object)) addTo(ignored, fullKind(each.object), each);
    else problems.push(notAnObject(each.location));
  }
  const unique = withoutRepeated(objects);
  return { objects: unique.objects, problems: [...problems, ...ignoredKinds(ignored), ...unique.problems] };
}

function addTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The objects of a list, which need no `kind` of their own when the list says it. */
function flattened({ object, location }: LocatedObject, problems: Problem[]): readonly LocatedObject[] {
  const kind = known(stringAt(object, "kind")) ?? "";
  const items = kind.endsWith("List") ? listAt(object, "items") : undefined;
  if (items === undefined) return [{ object, location }];
  if (isUnknown(items)) {
    problems.push({ severity: "warning", message: `the objects of this \`${kind}\` are not known: ${items.because}`, location });
    return [];
  }
  const typed = kind === "List" ? {} : { apiVersion: object.apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item, index) => {
    const at = { ...location, pointer: `${location.pointer ?? ""}/items/${String(index)}` };
    if (isJsonObject(item)) return flattened({ object: { ...typed, ...item }, location: at }, problems);
    problems.push(notAnObject(at));
    return [];
  });
}

const knownObject = (kind: Kind, { object, location }: LocatedObject, defaultNamespace: string): KnownObject => {
  const normalized = normalizeObject(kind, object);
  const namespace = kind.metadata.namespaced ? { namespace: readNamespace(normalized, defaultNamespace) } : {};
  return { kind, ref: { kind: kind.name, ...namespace, name: readName(normalized) }, object: normalized, location };
};

/** A version that no supported cluster serves: what it says is read, and applying it fails. */
function removedVersion({ ref, object, location }: KnownObject): readonly Problem[] {
  const fault = versionFault(object);
  if (fault?.fault !== "removed") return [];
  const { since, served } = fault;
  const written = known(stringAt(object, "apiVersion")) ?? "";
  const message = `${describeObject(ref)} is of \`${written}\`, which Kubernetes ${since} removed: a cluster refuses it, and it is read as \`${served}\`; write that`;
  return [{ severity: "warning", message, location, field: "apiVersion" }];
}

const isUnserved = (object: JsonObject): boolean => versionFault(object)?.fault === "unserved";

/** A version that no cluster ever served: the object is refused, so it counts for nothing. */
function unserved({ object, location }: LocatedObject, defaultNamespace: string): Problem {
  const fault = versionFault(object);
  const kind = known(stringAt(object, "kind")) ?? "";
  const name = { kind, namespace: readNamespace(object, defaultNamespace), name: readName(object) };
  const way = fault?.fault === "unserved" ? `; write \`${fault.served}\`` : "";
  const message = `${describeObject(name)} would be rejected: no cluster serves \`${known(stringAt(object, "apiVersion")) ?? ""}\`${way}`;
  return { severity: "error", message, location, field: "apiVersion" };
}

const hasKind = (object: JsonObject): boolean =>
  [stringAt(object, "kind"), stringAt(object, "apiVersion")].every((text) => typeof text === "string" && text !== "");

const fullKind = (object: JsonObject): string =>
  `${String(known(stringAt(object, "apiVersion")))} ${String(known(stringAt(object, "kind")))}`;

const notAnObject = (location: Location): Problem => ({
  severity: "error",
  message: `${describeLocation(location)} holds no Kubernetes object; give it an \`apiVersion\` and a \`kind\`, or leave it out`,
  location,
});

/** Kinds that let nothing through and stop nothing, and that lint rules read as they are written: they are no surprise. */
const keptAside: ReadonlySet<string> = new Set([
  "networking.k8s.io/v1 Ingress",
  "networking.k8s.io/v1beta1 Ingress",
  "extensions/v1beta1 Ingress",
  "networking.k8s.io/v1 IngressClass",
  "v1 Endpoints",
  "discovery.k8s.io/v1 EndpointSlice",
  "discovery.k8s.io/v1beta1 EndpointSlice",
]);

/** The same of any version: who calls pods from outside their network, under which identity they run, and how the plugin is set up. */
const keptAsideKinds: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "apiregistration.k8s.io/APIService",
  "monitoring.coreos.com/ServiceMonitor",
  "rbac.authorization.k8s.io/RoleBinding",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "v1/ServiceAccount",
]);

function isKeptAside(object: JsonObject): boolean {
  const [apiVersion = "", kind = ""] = fullKind(object).split(" ");
  const group = apiVersion.split("/")[0] ?? "";
  return keptAside.has(`${apiVersion} ${kind}`) || keptAsideKinds.has(`${group}/${kind}`) || isPluginSettings(object, kind);
}

/** Of all ConfigMaps, the one that switches the VPC CNI's controller. */
const isPluginSettings = (object: JsonObject, kind: string): boolean =>
  kind === "ConfigMap" && known(readName(object)) === "amazon-vpc-cni";

/** Kinds of other products that decide about connections as well. */
const isForeignPolicy = (fullKind: string): boolean => /NetworkPolicy$|AuthorizationPolicy$|NetworkPolicies$/.test(fullKind);

function ignoredKinds(ignored: ReadonlyMap<string, readonly LocatedObject[]>): readonly Problem[] {
  const all = [...ignored];
  const policies = all.filter(([kind]) => isForeignPolicy(kind)).map(([kind, objects]) => foreignPolicies(kind, objects));
  const rest = all.filter(([kind]) => !isForeignPolicy(kind));
  const count = rest.reduce((sum, [, objects]) => sum + objects.length, 0);
  if (count === 0) return policies;
  const kinds = rest.map(([kind, objects]) => `\`${kind}\` (${String(objects.length)})`).sort();
  const message = `${String(count)} ${count === 1 ? "object is" : "objects are"} of kinds that say nothing about connections and were not read: ${kinds.join(", ")}`;
  return [...policies, { severity: "note", message, location: rest[0]?.[1][0]?.location ?? {} }];
}

function foreignPolicies(kind: string, objects: readonly LocatedObject[]): Problem {
  const [first] = objects;
  const fault = first === undefined ? undefined : versionFault(first.object);
  const why =
    fault?.fault === "unread"
      ? `of this kind ${fault.read.map((each) => `\`${each}\``).join(" and ")} ${fault.read.length === 1 ? "is" : "are"} read`
      : "policies of other products are not modelled";
  return {
    severity: "warning",
    message: `${String(objects.length)} of \`${kind}\` ${objects.length === 1 ? "was" : "were"} not read: ${why}, so connections may differ from what is reported`,
    location: first?.location ?? {},
    concern: { about: "foreign-policy" },
  };
}

/** Takes out objects that are there before. One whose name or namespace is not known is never taken for another. */
function withoutRepeated(objects: readonly KnownObject[]): Sorted {
  const first = new Map<string, KnownObject>();
  const problems: Problem[] = [];
  const unique = objects.filter((each) => {
    const { kind, namespace = "", name } = each.ref;
    if (isUnknown(name) || isUnknown(namespace)) return true;
    const key = `${kind} ${namespace}/${name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, each);
    else problems.push(declaredTwice(each.ref, before.location, each.location));
    return before === undefined;
  });
  return { objects: unique, problems };
}
