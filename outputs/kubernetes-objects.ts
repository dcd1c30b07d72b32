import {
  type ClusterPolicy,
  type Direction,
  directions,
  highestPort,
  isUnknown,
  type LabelSelector,
  lowestPort,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  type Rule,
  shown,
} from "../engine/model";
import { requirementsOf } from "../engine/selector";

/**
 * Policies of the model as Kubernetes objects, for whoever writes them as YAML or JSON. What the model holds is written out, so that reading
 * the object gives the policy back. A value that is not known stays an `Unknown` where its field is: look for one before printing.
 */

/** The fields rules name their peers in. */
export const peersField: Readonly<Record<Direction, string>> = { ingress: "from", egress: "to" };

/** The rules of a direction under the name of their field. */
export type Rules = readonly [field: string, rules: readonly object[]];

const policyType: Readonly<Record<Direction, string>> = { ingress: "Ingress", egress: "Egress" };

/**
 * A `networking.k8s.io/v1` NetworkPolicy, its `policyTypes` always written out. What the API has no words for is a RangeError: a policy that
 * isolates nothing, a rule that matches nothing, a port name of any protocol.
 */
export function networkPolicyObject(policy: NetworkPolicy): object {
  const { namespace, name, subject, unknownDirections } = policy;
  const isolated = directions.filter((direction) => policy[direction] !== undefined);
  if (isolated.length === 0) throw new RangeError(`${nameOf(policy)} isolates no direction, which no \`policyTypes\` can say; give it one`);
  const rules = isolated.map((direction): Rules => [
    direction,
    (policy[direction] ?? []).map((rule) => ruleObject(policy, rule, direction)),
  ]);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name },
    spec: {
      podSelector: selectorObject(subject),
      policyTypes: unknownDirections ?? isolated.map((direction) => policyType[direction]),
      ...Object.fromEntries(rules),
    },
  };
}

/** A rule that may not be there is nothing more than unknown. */
function ruleObject(policy: NetworkPolicy, { peers, ports, unknown }: Rule, direction: Direction): object {
  if (unknown !== undefined) return unknown;
  return {
    ...(peers === "any" ? {} : { [peersField[direction]]: someOf(policy, peers, "peers").map(peerObject) }),
    ...(ports === "any" ? {} : { ports: someOf(policy, ports, "ports").map((port) => portObject(policy, port)) }),
  };
}

/** In the API an empty list means anything; in the model it means nothing. */
export function someOf<T>(policy: NetworkPolicy | ClusterPolicy, list: readonly T[], what: string): readonly T[] {
  if (list.length > 0) return list;
  throw new RangeError(`${nameOf(policy)} has a rule with an empty list of ${what}, which matches nothing; leave the rule out`);
}

function peerObject(peer: Peer): object {
  switch (peer.kind) {
    case "pods": {
      const pods = selectorObject(peer.pods);
      if (peer.namespaces === "own") return { podSelector: pods };
      return { namespaceSelector: selectorObject(peer.namespaces), ...(isEverything(peer.pods) ? {} : { podSelector: pods }) };
    }
    case "ipBlock":
      return { ipBlock: { cidr: peer.cidr, ...(peer.except.length === 0 ? {} : { except: peer.except }) } };
    case "unknown":
      return peer.unknown;
  }
}

function portObject(policy: NetworkPolicy, port: PortMatch): object {
  switch (port.kind) {
    case "range": {
      const { protocol, from, to } = port;
      if (from === lowestPort && to === highestPort) return { protocol };
      return { protocol, port: from, ...(from === to ? {} : { endPort: to }) };
    }
    case "named":
      if (port.protocol !== undefined) return { protocol: port.protocol, port: port.name };
      throw new RangeError(`${nameOf(policy)} has port name \`${port.name}\` without a protocol, which would mean TCP; name its protocol`);
    case "unknown":
      return port.protocol === undefined ? port.unknown : { protocol: port.protocol, port: port.unknown };
  }
}

/** Everything is `{}`. A selector that may demand more is unknown, wholly or where its expressions are. */
export function selectorObject({ matchLabels = {}, matchExpressions = [], unknown }: LabelSelector): object {
  const labels = Object.keys(matchLabels).length === 0 ? {} : { matchLabels };
  if (unknown === undefined) return { ...labels, ...(matchExpressions.length === 0 ? {} : { matchExpressions }) };
  if (Object.keys(labels).length === 0 && matchExpressions.length === 0) return unknown;
  return { ...labels, matchExpressions: [...matchExpressions, unknown] };
}

export const isEverything = (selector: LabelSelector): boolean => requirementsOf(selector).length === 0 && !isUnknown(selector.unknown);

export const nameOf = (policy: NetworkPolicy | ClusterPolicy): string =>
  "kind" in policy ? `${policy.kind} \`${shown(policy.name)}\`` : `NetworkPolicy \`${shown(policy.namespace)}/${shown(policy.name)}\``;
