import type { PolicyRef } from "../decision";
import { type ClusterPolicy, type Location, type NetworkPolicy, type ObjectRef, shown, type Value, type Workload } from "../model";
import { type ConnectionSet } from "../sets/connection-set";

/** User input in a message. */
export const quoted = (text: string): string => `\`${text}\``;

/** What objects of a namespace are called in messages. */
export const nameOf = ({ namespace, name }: { readonly namespace: Value<string>; readonly name: Value<string> }): string =>
  quoted(`${shown(namespace)}/${shown(name)}`);

/** The object a finding about a policy is about. */
export const policyObject = (policy: NetworkPolicy | ClusterPolicy): ObjectRef =>
  "tier" in policy
    ? { kind: policy.kind, name: shown(policy.name) }
    : { kind: "NetworkPolicy", namespace: shown(policy.namespace), name: shown(policy.name) };

/** The object a reference names. */
export const refObject = ({ kind, namespace, name }: PolicyRef): ObjectRef => ({
  kind,
  ...(namespace === undefined ? {} : { namespace: shown(namespace) }),
  name: shown(name),
});

/** The object a finding about a workload is about. */
export const workloadObject = ({ kind, namespace, name }: Workload): ObjectRef => ({
  kind,
  namespace: shown(namespace),
  name: shown(name),
});

/** An object in a message: `shop/deny`, or `deny` of the whole cluster. */
export const objectName = ({ namespace, name }: ObjectRef): string => quoted(namespace === undefined ? name : `${namespace}/${name}`);

/** The place of an object, as a part of a finding. */
export const placed = ({ location }: { readonly location?: Location }): { readonly location?: Location } =>
  location === undefined ? {} : { location };

/** A few names, and how many more there are: "`a`, `b` and 3 more". */
export function listed(names: readonly string[], most = 3): string {
  const distinct = [...new Set(names)];
  const first = distinct.slice(0, most);
  const rest = distinct.length - first.length;
  if (rest > 0) return `${first.join(", ")} and ${String(rest)} more`;
  return first.length < 2 ? (first[0] ?? "nothing") : `${first.slice(0, -1).join(", ")} and ${String(first[first.length - 1])}`;
}

/** "1 rule", "2 rules". */
export const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? "" : "s"}`;

/** The ports of a connection set in a message. */
export const portsText = (connections: ConnectionSet): string => (connections.isAll ? "every port" : quoted(connections.toString()));
