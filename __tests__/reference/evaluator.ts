/**
 * The Kubernetes rules as slow, obvious code: the specification the engine is tested against.
 *
 * It knows nothing of the engine: it imports types of the model only. Where Kubernetes leaves a behaviour open, it plays through every
 * reading an implementation may choose, and answers "undecided" when they differ.
 */
import type {
  Action,
  Cluster,
  ClusterPeer,
  ClusterPolicy,
  ClusterRule,
  Direction,
  Endpoint,
  Flow,
  NetworkPolicy,
  Outcome,
  Peer,
  Rule,
  Tier,
  Workload,
} from "../../engine/model";
import { isOwnNode, isSamePod } from "./exemptions";
import {
  addressesOf,
  families,
  familiesOf,
  hasAddressOf,
  ipBlockMatches,
  known,
  namespaceLabels,
  portsMatch,
  refuse,
  selects,
} from "./matching";
import type { Family } from "./matching";

/** One way to read what Kubernetes leaves open about both ends at once. */
interface Reading {
  /** Whether NetworkPolicies treat host-networked pods as any pod, or as the node they run on. */
  readonly hostNetwork: "pod" | "node";
  /** The family of addresses the connection uses. */
  readonly family: Family;
}

/** One way to read what is left open at each end on its own. */
interface Choice {
  /** Every cluster-wide policy in the order it is applied; those of one tier and priority in any. */
  readonly ordered: readonly ClusterPolicy[];
  /** Peers that name the other end, of those nobody can look up: domain names, and nodes that are not listed. */
  readonly naming: readonly ClusterPeer[];
}

/** One end of a flow as its policies see it. */
interface Side {
  readonly cluster: Cluster;
  readonly reading: Reading;
  readonly choice: Choice;
  readonly direction: Direction;
  readonly subject: Workload;
  readonly other: Endpoint;
  readonly flow: Flow;
}

/**
 * The answer for one flow in a fully known cluster. A pod cannot block access to itself; an endpoint that leaves the pod open is answered
 * for every pod it may mean. Source: Kubernetes documentation; CNP site-src/api-overview.md for traffic to the own pod IP.
 */
export function referenceOutcome(cluster: Cluster, flow: Flow): Outcome {
  return isSamePod(flow.from, flow.to) ? "allowed" : agreed(podChoices(flow).map((concrete) => outcomeBetweenPods(cluster, concrete)));
}

/** The answers if they are all the same, otherwise undecided. */
function agreed(outcomes: readonly Outcome[]): Outcome {
  const [first] = outcomes;
  return first !== undefined && outcomes.every((outcome) => outcome === first) ? first : "undecided";
}

/** Every pod at either end. Of one workload at both ends they are different replicas, which may be as like as two of the known ones. */
function podChoices(flow: Flow): readonly Flow[] {
  return podsOf(flow.from).flatMap((from) => podsOf(flow.to).map((to) => ({ ...flow, from, to })));
}

function podsOf(end: Endpoint): readonly Endpoint[] {
  if (end.kind === "address" || end.pod !== undefined) return [end];
  const pods = end.workload.pods ?? [];
  return pods.length === 0 ? [end] : pods.map((pod) => ({ ...end, pod }));
}

/** The answer for two concrete ends, however both may be read. */
function outcomeBetweenPods(cluster: Cluster, flow: Flow): Outcome {
  return agreed(readings(flow).map((reading) => outcomeAsRead(cluster, flow, reading)));
}

/** Allowed when the source may send it and the destination may receive it. Source: Kubernetes documentation, the two sorts of isolation. */
function outcomeAsRead(cluster: Cluster, flow: Flow, reading: Reading): Outcome {
  const sides = [outcomeAt(cluster, "egress", flow, reading), outcomeAt(cluster, "ingress", flow, reading)];
  if (sides.includes("denied")) return "denied";
  return sides.includes("undecided") ? "undecided" : "allowed";
}

/**
 * NetworkPolicy does not say what it means for host-networked pods, and a flow does not say which family two dual-stack ends use.
 * Source: conformance README points 7 and 13.
 */
function readings({ from, to }: Flow): readonly Reading[] {
  const isHostNetworked = [from, to].some((end) => end.kind === "workload" && known(end.workload.hostNetwork));
  return (isHostNetworked ? (["pod", "node"] as const) : (["pod"] as const)).flatMap((hostNetwork) =>
    familiesBetween(from, to).map((family) => ({ hostNetwork, family })),
  );
}

/** The families both ends speak. With none in common, that of the outside address, or any. */
function familiesBetween(from: Endpoint, to: Endpoint): readonly Family[] {
  const shared = familiesOf(from).filter((family) => familiesOf(to).includes(family));
  if (shared.length > 0) return shared;
  const outside = [from, to].find(({ kind }) => kind === "address");
  return outside === undefined ? families : familiesOf(outside);
}

/** What one end says, whichever choice its implementation makes. Addresses outside the cluster are not subject to policy. */
function outcomeAt(cluster: Cluster, direction: Direction, flow: Flow, reading: Reading): Outcome {
  const [end, other] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  if (end.kind === "address") return "allowed";
  const { workload: subject } = end;
  const decide = (): Outcome =>
    agreed(
      choices(cluster, other).map((choice) =>
        allows({ cluster, reading, choice, direction, subject, other, flow }) ? "allowed" : "denied",
      ),
    );
  const comesFromNode = direction === "ingress" ? isOwnNode(cluster, end.pod, other) : [false];
  return agreed(comesFromNode.map((exempt) => (exempt ? "allowed" : decide())));
}

/** Every combination of what can be chosen: an order of tied policies, and what each peer that cannot be looked up stands for. */
function choices(cluster: Cluster, other: Endpoint): readonly Choice[] {
  const { clusterPolicies } = cluster;
  const peers = clusterPolicies.flatMap(({ egress }) => egress.flatMap((rule) => rule.peers));
  const open = peers.filter(({ kind }) => kind === "domainNames" || (kind === "nodes" && mayBeAnyNode(cluster, other)));
  return orders(clusterPolicies).flatMap((ordered) => subsets(open).map((naming) => ({ ordered, naming })));
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>((done, item) => [...done, ...done.map((subset) => [...subset, item])], [[]]);
}

/** Lower priority numbers come first; equal ones of a tier in any order. Source: CNP types.go, Priority. */
function orders(policies: readonly ClusterPolicy[]): readonly (readonly ClusterPolicy[])[] {
  const places = [...new Set(policies.map(placeOf))].sort((one, other) => one - other);
  return places
    .map((place) => permutations(policies.filter((policy) => placeOf(policy) === place)))
    .reduce<readonly (readonly ClusterPolicy[])[]>((done, next) => done.flatMap((head) => next.map((tail) => [...head, ...tail])), [[]]);
}

/** One number for tier and priority, so that policies with the same number are the ones without an order. */
function placeOf({ tier, priority }: ClusterPolicy): number {
  return (tier === "Admin" ? 0 : 10_000) + known(priority);
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/**
 * Admin decides first, then the NetworkPolicies that isolate the pod, and only when both are silent Baseline; with nobody speaking,
 * Kubernetes allows. Source: network-policy-api tiers; conformance README point 11.
 */
function allows(side: Side): boolean {
  const admin = tierAction(side, "Admin");
  if (admin === "Accept" || admin === "Deny") return admin === "Accept";
  const isolating = side.cluster.policies.filter((policy) => isolates(policy, side));
  if (isolating.length > 0)
    return isolating.some((policy) => (policy[side.direction] ?? []).some((rule) => ruleMatches(rule, policy, side)));
  return tierAction(side, "Baseline") !== "Deny";
}

/** The action of the first rule that matches, in the order of the policies and of their rules. Source: CNP types.go, Priority and Ingress. */
function tierAction(side: Side, tier: Tier): Action | undefined {
  return side.choice.ordered
    .filter((policy) => policy.tier === tier && isClusterSubject(policy, side))
    .flatMap((policy) => policy[side.direction])
    .map((rule) => clusterRuleAction(rule, side))
    .find((action) => action !== undefined);
}

/** The subject is chosen by labels of namespace and pod, and host-networked pods are never among them. Source: CNP types.go, Subject. */
function isClusterSubject({ subject }: ClusterPolicy, { cluster, subject: workload }: Side): boolean {
  return (
    !known(workload.hostNetwork) &&
    selects(subject.namespaces, namespaceLabels(cluster, workload)) &&
    selects(subject.pods, workload.labels)
  );
}

/**
 * The action of a rule that matches. A rule with a peer nobody knows how to read fails closed: Accept matches nothing, Deny and Pass
 * deny everything. Source: CNP types.go, ClusterNetworkPolicyEgressPeer; conformance README point 12.
 */
function clusterRuleAction(rule: ClusterRule, side: Side): Action | undefined {
  const action = known(rule.action);
  if (rule.peers.some((peer) => peer.kind === "unsupported")) return action === "Accept" ? undefined : "Deny";
  return portsMatch(rule.ports, side.flow) && rule.peers.some((peer) => clusterPeerMatches(peer, side)) ? action : undefined;
}

/**
 * Pods are matched by labels unless host-networked; networks and nodes by address, pods' addresses included; domain names are for ends
 * outside the cluster. Source: CNP types.go, ClusterNetworkPolicyEgressPeer.
 */
function clusterPeerMatches(peer: ClusterPeer, side: Side): boolean {
  const { cluster, other, choice, reading } = side;
  switch (peer.kind) {
    case "unknown":
      return refuse(peer.unknown);
    case "unsupported":
      return false;
    case "domainNames":
      return other.kind === "address" && choice.naming.includes(peer);
    case "networks":
      return peer.cidrs.some((cidr) => ipBlockMatches(known(cidr), [], addressesOf(other, reading.family)));
    case "nodes":
      return nodesPeerMatches(peer, side);
    case "pods":
      if (other.kind === "address" || known(other.workload.hostNetwork)) return false;
      return selects(peer.namespaces, namespaceLabels(cluster, other.workload)) && selects(peer.pods, other.workload.labels);
  }
}

/** Whether an end may be a node that cannot be looked up: one that is not listed, or the unnamed one of a host-networked pod. */
function mayBeAnyNode({ nodes, unknownNodes }: Cluster, end: Endpoint): boolean {
  if (end.kind === "workload" && !known(end.workload.hostNetwork)) return false;
  const hasNoAddress = end.kind === "workload" && (end.pod?.ips ?? []).length === 0;
  return unknownNodes !== undefined || (hasNoAddress && nodes.length > 0);
}

/** An end is a node's when it has one of its addresses, or may be one that cannot be looked up. */
function nodesPeerMatches(peer: ClusterPeer & { readonly kind: "nodes" }, { cluster, other, choice, reading }: Side): boolean {
  if (mayBeAnyNode(cluster, other) && choice.naming.includes(peer)) return true;
  return cluster.nodes.some((node) => selects(peer.nodes, node.labels) && hasAddressOf(node, addressesOf(other, reading.family)));
}

/**
 * A policy isolates the pods of its namespace that its subject selects, in the directions it has.
 * Source: types.go NetworkPolicySpec.PodSelector and PolicyTypes; host-networked pods: conformance README point 13.
 */
function isolates(policy: NetworkPolicy, { direction, subject, reading }: Side): boolean {
  if (known(subject.hostNetwork) && reading.hostNetwork === "node") return false;
  if (policy.unknownDirections !== undefined) refuse(policy.unknownDirections);
  return policy[direction] !== undefined && known(policy.namespace) === known(subject.namespace) && selects(policy.subject, subject.labels);
}

/** A rule admits what matches one of its peers and one of its ports. Source: types.go NetworkPolicyIngressRule. */
function ruleMatches(rule: Rule, policy: NetworkPolicy, side: Side): boolean {
  if (rule.unknown !== undefined) refuse(rule.unknown);
  return portsMatch(rule.ports, side.flow) && (rule.peers === "any" || rule.peers.some((peer) => peerMatches(peer, policy, side)));
}

/**
 * A peer is either pods, in the policy's own namespace when no namespaceSelector is given, or a block of addresses.
 * Source: types.go NetworkPolicyPeer; conformance README points 4 and 7.
 */
function peerMatches(peer: Peer, policy: NetworkPolicy, { cluster, other, reading }: Side): boolean {
  if (peer.kind === "unknown") return refuse(peer.unknown);
  if (peer.kind === "ipBlock") return ipBlockMatches(known(peer.cidr), peer.except.map(known), addressesOf(other, reading.family));
  if (other.kind === "address") return false;
  if (known(other.workload.hostNetwork) && reading.hostNetwork === "node") return false;
  const inNamespace =
    peer.namespaces === "own"
      ? known(policy.namespace) === known(other.workload.namespace)
      : selects(peer.namespaces, namespaceLabels(cluster, other.workload));
  return inNamespace && selects(peer.pods, other.workload.labels);
}
