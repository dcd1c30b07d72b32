/**
 * What selectors, ports and addresses match, one Kubernetes sentence per function. Part of the reference evaluator: it imports types of the
 * model and nothing of the engine, and is written to be read, not to be fast.
 */
import type {
  Cluster,
  Endpoint,
  Flow,
  Labels,
  LabelSelector,
  Node,
  PortMatch,
  Requirement,
  Unknown,
  Value,
  Workload,
} from "../../engine/model";
import { cidrContains, parseAddress } from "./addresses";

/** The families of addresses. A connection uses one of them, for both ends. */
export type Family = 4 | 6;
export const families: readonly Family[] = [4, 6];

/** Takes a value the reference needs to know; throws when the cluster holds an unknown there. */
export function known<T extends string | number | boolean>(value: Value<T>): T {
  return typeof value === "object" ? refuse(value) : value;
}

/** Stops at a value the cluster does not hold: what follows from it is not for the reference to say. */
export function refuse(missing: Unknown): never {
  throw new Error(`the reference evaluator needs a fully known cluster, but found an unknown: ${missing.because}`);
}

/** A selector is the conjunction of all its parts, so one without parts selects everything. Source: apimachinery LabelSelector type. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  if (selector.unknown !== undefined) refuse(selector.unknown);
  const pairs = Object.entries(selector.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => labelOf(labels, key) === known(value)) &&
    (selector.matchExpressions ?? []).every((requirement) => satisfies(requirement, labels))
  );
}

/**
 * In and Exists need the key; NotIn and DoesNotExist are also satisfied without it.
 *
 * Source: apimachinery labels.Requirement.Matches; conformance README point 9.
 */
function satisfies(requirement: Requirement, labels: Labels): boolean {
  const value = labelOf(labels, requirement.key);
  switch (requirement.operator) {
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "In":
      return value !== undefined && requirement.values.map(known).includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.map(known).includes(value);
  }
}

function labelOf(labels: Labels, key: string): string | undefined {
  const value = Object.entries(labels).find(([name]) => name === key)?.[1];
  return value === undefined ? undefined : known<string>(value);
}

/** The labels of the namespace a workload lives in. Source: types.go NetworkPolicyPeer, namespaceSelector chooses by namespace labels. */
export function namespaceLabels(cluster: Cluster, workload: Workload): Labels {
  const name = known(workload.namespace);
  const namespace = cluster.namespaces.find((candidate) => known(candidate.name) === name);
  if (namespace === undefined) throw new Error(`namespace \`${name}\` is not in the cluster`);
  return namespace.labels;
}

/**
 * A port entry matches a flow of its protocol to a port it covers, both ends of a range included.
 *
 * Source: types.go NetworkPolicyPort (protocol, port, endPort); conformance README points 5 and 6.
 */
export function portMatches(match: PortMatch, flow: Flow): boolean {
  switch (match.kind) {
    case "unknown":
      return refuse(match.unknown);
    case "range":
      return match.protocol === flow.protocol && match.from <= flow.port && flow.port <= match.to;
    case "named":
      return (match.protocol ?? flow.protocol) === flow.protocol && namedPorts(flow, match.name).includes(flow.port);
  }
}

/**
 * A port name stands for the container ports of the destination pod that carry it with the flow's protocol, whichever direction the rule
 * is for; an address that is no pod has no names.
 *
 * Source: types.go NetworkPolicyPort.Port; sidecars are containers as well (Pod API, restartable init containers); README point 5.
 */
function namedPorts(flow: Flow, name: string): readonly number[] {
  if (flow.to.kind === "address") return [];
  return flow.to.workload.ports.filter((port) => port.name === name && port.protocol === flow.protocol).map((port) => known(port.port));
}

/** An absent or empty list of ports restricts nothing. Source: types.go NetworkPolicyIngressRule.Ports. */
export function portsMatch(ports: readonly PortMatch[] | "any", flow: Flow): boolean {
  return ports === "any" || ports.some((match) => portMatches(match, flow));
}

/** The addresses of an endpoint in one family; none when only a template is known. */
export function addressesOf(end: Endpoint, family: Family): readonly string[] {
  const all = end.kind === "address" ? [end.address] : (end.pod?.ips ?? []);
  return all.filter((address) => parseAddress(address).family === family);
}

/** The families an endpoint can speak: those it has an address of, or any while none is known. */
export function familiesOf(end: Endpoint): readonly Family[] {
  const spoken = families.filter((family) => addressesOf(end, family).length > 0);
  return spoken.length === 0 ? families : spoken;
}

/**
 * An ipBlock is the addresses of its CIDR less those of its exceptions, and it matches a pod by the pod's address.
 *
 * Source: types.go IPBlock; the e2e suite builds blocks from pod addresses; conformance README point 7.
 */
export function ipBlockMatches(cidr: string, except: readonly string[], addresses: readonly string[]): boolean {
  return addresses.some((address) => cidrContains(cidr, address) && !except.some((hole) => cidrContains(hole, address)));
}

/** Whether one of the addresses is a node's, as those of host-networked pods are. Source: CNP types.go, nodes peer. */
export function hasAddressOf(node: Node, addresses: readonly string[]): boolean {
  return addresses.some((address) => node.addresses.some((other) => sameAddress(address, other)));
}

function sameAddress(one: string, other: string): boolean {
  const [left, right] = [parseAddress(one), parseAddress(other)];
  return left.family === right.family && left.value === right.value;
}
