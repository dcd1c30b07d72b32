import {
  type ClusterPeer,
  type ClusterRule,
  type ClusterSubject,
  isUnknown,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  type Rule,
  type Value,
} from "../model";
import { implies, isContradictory, onlyValue } from "./selector-implication";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";

/**
 * Containment by what is written, which holds for every pod and namespace that may ever exist. A "yes" is certain; a "no" only says that the
 * words do not show it.
 */

/** The label that the API server sets on every namespace, to its name. */
const nameLabel = "kubernetes.io/metadata.name";

/** Whether the second NetworkPolicy applies to every pod the first applies to. */
export const subjectWithin = (first: NetworkPolicy, second: NetworkPolicy): boolean =>
  !isUnknown(first.namespace) && first.namespace === second.namespace && implies(first.subject, second.subject);

/** Whether the second cluster-wide policy applies to every pod the first applies to. */
export const clusterSubjectWithin = (first: ClusterSubject, second: ClusterSubject): boolean =>
  implies(first.namespaces, second.namespaces) && implies(first.pods, second.pods);

/** Whether every connection that the first rule matches is matched by the second; both of policies in `namespace`. */
export const ruleWithin = (first: Rule, second: Rule, namespace: Value<string>): boolean =>
  second.unknown === undefined &&
  listWithin<Peer>(first.peers, second.peers, (one, other) => peerWithin(one, other, namespace)) &&
  portsWithin(first.ports, second.ports);

/** Whether every connection that the first rule matches is matched by the second, whatever both do with it. */
export const clusterRuleWithin = (first: ClusterRule, second: ClusterRule): boolean =>
  ![...first.peers, ...second.peers].some(({ kind }) => kind === "unsupported") &&
  listWithin(first.peers, second.peers, clusterPeerWithin) &&
  portsWithin(first.ports, second.ports);

function listWithin<T>(first: readonly T[] | "any", second: readonly T[] | "any", isWithin: (one: T, other: T) => boolean): boolean {
  if (second === "any") return true;
  return first !== "any" && first.every((one) => second.some((other) => isWithin(one, other)));
}

/** Whether every connection on the first ports is on one of the second. */
export function portsWithin(first: readonly PortMatch[] | "any", second: readonly PortMatch[] | "any"): boolean {
  if (second === "any") return true;
  const numbered = connectionsOf(second);
  if (first === "any") return numbered.isAll;
  return first.every(
    (port) => numbersOf(port).isSubsetOf(numbered) || second.some((other) => JSON.stringify(port) === JSON.stringify(other)),
  );
}

const connectionsOf = (ports: readonly PortMatch[]): ConnectionSet =>
  ports.filter(({ kind }) => kind === "range").reduce((all, port) => all.union(numbersOf(port)), ConnectionSet.none);

/** At most these ports: a name or a port that is not known may be any of its protocol. */
function numbersOf(port: PortMatch): ConnectionSet {
  if (port.kind === "range") return ConnectionSet.of(port.protocol, PortSet.of(port.from, port.to));
  return port.protocol === undefined ? ConnectionSet.all : ConnectionSet.of(port.protocol, PortSet.all);
}

/** Whether every end that the first peer names is named by the second. */
export function peerWithin(first: Peer, second: Peer, namespace: Value<string>): boolean {
  if (JSON.stringify(first) === JSON.stringify(second)) return true;
  if (first.kind === "ipBlock" && second.kind === "ipBlock") return blockWithin(first, second);
  if (first.kind !== "pods" || second.kind !== "pods") return false;
  return namespacesWithin(first.namespaces, second.namespaces, namespace) && implies(first.pods, second.pods);
}

function namespacesWithin(first: LabelSelector | "own", second: LabelSelector | "own", own: Value<string>): boolean {
  if (first !== "own" && second !== "own") return implies(first, second);
  if (first === second) return true;
  if (isUnknown(own)) return first === "own" && second !== "own" && implies({}, second);
  return first === "own"
    ? second !== "own" && implies({ matchLabels: { [nameLabel]: own } }, second)
    : isContradictory(first) || onlyValue(first, nameLabel) === own;
}

type Block = Extract<Peer, { readonly kind: "ipBlock" }>;

const blockWithin = (first: Block, second: Block): boolean => {
  const inner = addressesOf(first);
  const outer = addressesOf(second);
  return inner !== undefined && outer !== undefined && inner.isSubsetOf(outer);
};

/** The addresses of a block; undefined when some part of it is not known. */
function addressesOf({ cidr, except }: Block): IpSet | undefined {
  if (isUnknown(cidr) || except.some(isUnknown)) return undefined;
  return (except as readonly string[]).reduce((left, each) => left.subtract(IpSet.cidr(each)), IpSet.cidr(cidr));
}

/** Whether every end that the first peer names is named by the second. */
export function clusterPeerWithin(first: ClusterPeer, second: ClusterPeer): boolean {
  if (JSON.stringify(first) === JSON.stringify(second)) return true;
  if (first.kind === "pods" && second.kind === "pods") return clusterSubjectWithin(first, second);
  if (first.kind === "nodes" && second.kind === "nodes") return implies(first.nodes, second.nodes);
  if (first.kind !== "networks" || second.kind !== "networks") return false;
  const outer = knownNetworks(second.cidrs);
  return !first.cidrs.some(isUnknown) && knownNetworks(first.cidrs).isSubsetOf(outer);
}

const knownNetworks = (cidrs: readonly Value<string>[]): IpSet =>
  cidrs.filter((cidr): cidr is string => !isUnknown(cidr)).reduce((all, cidr) => all.union(IpSet.cidr(cidr)), IpSet.none);

/** Whether no pod, node or address can ever be what the peer names. */
export function isEmptyPeer(peer: Peer | ClusterPeer): boolean {
  switch (peer.kind) {
    case "pods":
      return (peer.namespaces !== "own" && isContradictory(peer.namespaces)) || isContradictory(peer.pods);
    case "ipBlock":
      return addressesOf(peer)?.isEmpty === true;
    case "networks":
      return peer.cidrs.length === 0;
    case "nodes":
      return isContradictory(peer.nodes);
    case "domainNames":
    case "unsupported":
    case "unknown":
      return false;
  }
}

/** Whether the rule can never match a connection, whatever pods there are. */
export function isEmptyRule(rule: Rule | ClusterRule): boolean {
  const peers: readonly (Peer | ClusterPeer)[] | "any" = rule.peers;
  if (peers !== "any" && peers.some(({ kind }) => kind === "unsupported")) return "action" in rule && rule.action === "Accept";
  return (peers !== "any" && peers.every(isEmptyPeer)) || (rule.ports !== "any" && rule.ports.length === 0);
}
