import {
  type ClusterPeer,
  type ClusterPolicy,
  type ClusterRule,
  type ClusterSubject,
  type Direction,
  directions,
  type PortMatch,
} from "../engine/model";
import { isEverything, nameOf, peersField, type Rules, selectorObject, someOf } from "./kubernetes-objects";

/**
 * A cluster-wide policy as an object of its own kind: ClusterNetworkPolicy in `policy.networking.k8s.io/v1alpha2`, AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy in v1alpha1. What the API has no words for is a RangeError: a rule that matches nothing, a port name of one protocol,
 * a peer of fields that nobody knew when it was read.
 */
export function clusterPolicyObject(policy: ClusterPolicy): object {
  const { kind, name, tier, priority, subject } = policy;
  const words = wordsOf(policy);
  const rules = directions
    .filter((direction) => policy[direction].length > 0)
    .map((direction): Rules => [direction, policy[direction].map((rule) => ruleObject(policy, rule, direction, words))]);
  return {
    apiVersion: words.apiVersion,
    kind,
    metadata: { name },
    spec: {
      ...(kind === "ClusterNetworkPolicy" ? { tier } : {}),
      ...(kind === "BaselineAdminNetworkPolicy" ? {} : { priority }),
      subject: podsObject(subject),
      ...Object.fromEntries(rules),
    },
  };
}

/** What two generations of the API call differently. */
interface Words {
  readonly apiVersion: string;
  readonly accept: "Accept" | "Allow";
  readonly ports: "protocols" | "ports";
  readonly portObject: (policy: ClusterPolicy, port: PortMatch) => object;
}

const wordsOf = ({ kind }: ClusterPolicy): Words =>
  kind === "ClusterNetworkPolicy"
    ? { apiVersion: "policy.networking.k8s.io/v1alpha2", accept: "Accept", ports: "protocols", portObject: protocolObject }
    : { apiVersion: "policy.networking.k8s.io/v1alpha1", accept: "Allow", ports: "ports", portObject: adminPortObject };

function ruleObject(policy: ClusterPolicy, { name, action, peers, ports }: ClusterRule, direction: Direction, words: Words): object {
  return {
    ...(name === undefined ? {} : { name }),
    action: action === "Accept" ? words.accept : action,
    [peersField[direction]]: someOf(policy, peers, "peers").map((peer) => peerObject(policy, peer)),
    ...(ports === "any" ? {} : { [words.ports]: someOf(policy, ports, "ports").map((port) => words.portObject(policy, port)) }),
  };
}

/** All pods of namespaces, or some of them: two fields of which one is given. */
const podsObject = ({ namespaces, pods }: ClusterSubject): object =>
  isEverything(pods)
    ? { namespaces: selectorObject(namespaces) }
    : { pods: { namespaceSelector: selectorObject(namespaces), podSelector: selectorObject(pods) } };

function peerObject(policy: ClusterPolicy, peer: ClusterPeer): object {
  switch (peer.kind) {
    case "pods":
      return podsObject(peer);
    case "networks":
      // The API takes a set.
      return { networks: [...new Set(peer.cidrs)] };
    case "nodes":
      return { nodes: selectorObject(peer.nodes) };
    case "domainNames":
      return { domainNames: [...new Set(peer.names)] };
    case "unsupported":
      throw new RangeError(`${nameOf(policy)} has a peer of unknown fields \`${peer.fields.join("`, `")}\`; write it by hand`);
    case "unknown":
      return peer.unknown;
  }
}

function protocolObject(policy: ClusterPolicy, port: PortMatch): object {
  switch (port.kind) {
    case "range": {
      const { protocol, from, to } = port;
      const destinationPort = from === to ? { number: from } : { range: { start: from, end: to } };
      return { [protocol.toLowerCase()]: { destinationPort } };
    }
    case "named":
      if (port.protocol === undefined) return { destinationNamedPort: port.name };
      throw new RangeError(`${nameOf(policy)} has port name \`${port.name}\` of one protocol, but here a name is of any; use its number`);
    case "unknown":
      return port.protocol === undefined ? port.unknown : { [port.protocol.toLowerCase()]: { destinationPort: port.unknown } };
  }
}

function adminPortObject(policy: ClusterPolicy, port: PortMatch): object {
  switch (port.kind) {
    case "range": {
      const { protocol, from, to } = port;
      return from === to ? { portNumber: { protocol, port: from } } : { portRange: { protocol, start: from, end: to } };
    }
    case "named":
      if (port.protocol === undefined) return { namedPort: port.name };
      throw new RangeError(`${nameOf(policy)} has port name \`${port.name}\` of one protocol, but here a name is of any; use its number`);
    case "unknown":
      return port.protocol === undefined ? port.unknown : { portNumber: { protocol: port.protocol, port: port.unknown } };
  }
}
