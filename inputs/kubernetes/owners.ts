/**
 * Which object a pod belongs to: its controller, and that one's, as far as the input has them. A ReplicaSet that the input does not have is the
 * Deployment it was made by.
 */
import { isUnknown, type Labels, type Value, type WorkloadKind } from "../../engine/model";
import { booleanAt, entriesAt, type Json, type JsonObject, known, stringAt } from "../validation/json";

/** Names the object that runs pods. */
export interface Owner {
  readonly kind: WorkloadKind;
  readonly namespace: Value<string>;
  readonly name: Value<string>;
}

const controllers: readonly WorkloadKind[] = [
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
];

/** The controller of an object; undefined when it has none, or one of a kind that is not read, such as the Node of a static pod. */
export function ownerOf(object: JsonObject, namespace: Value<string>): Owner | undefined {
  const references = entriesAt(object, "metadata", "ownerReferences");
  const reference = references.find((each) => booleanAt(each, "controller") === true) ?? references[0];
  return reference === undefined ? undefined : ownerNamed(reference, namespace);
}

function ownerNamed(reference: Json, namespace: Value<string>): Owner | undefined {
  const kind = controllers.find((each) => each === known(stringAt(reference, "kind")));
  const name = known(stringAt(reference, "name"));
  return kind === undefined || name === undefined ? undefined : { kind, namespace, name };
}

const keyPart = (value: Value<string>): string => (isUnknown(value) ? `? ${value.because}` : value);

/** Equal for the same owner. */
export const ownerKey = ({ kind, namespace, name }: Owner): string => `${kind} ${keyPart(namespace)}/${keyPart(name)}`;

/** The label a Deployment puts on the pods of each of its ReplicaSets, whose names end in its value. */
const templateHash = "pod-template-hash";

/** The Deployment that a ReplicaSet outside the input was made by, as its name and the labels of its pods tell. */
function makerOf(owner: Owner, labels: Labels): Owner {
  const hash = Object.hasOwn(labels, templateHash) ? labels[templateHash] : undefined;
  const { kind, name } = owner;
  if (kind !== "ReplicaSet" || isUnknown(hash) || isUnknown(name) || hash === undefined || !name.endsWith(`-${hash}`)) return owner;
  return { ...owner, kind: "Deployment", name: name.slice(0, -hash.length - 1) };
}

/** The topmost owner. `ownersInInput` has the owner of every controller in the input, under that controller's key. */
export function rootOwner(owner: Owner, labels: Labels, ownersInInput: ReadonlyMap<string, Owner | undefined>): Owner {
  const seen = new Set<string>();
  let current = owner;
  while (!seen.has(ownerKey(current))) {
    seen.add(ownerKey(current));
    const next = ownersInInput.has(ownerKey(current)) ? ownersInInput.get(ownerKey(current)) : makerOf(current, labels);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}
