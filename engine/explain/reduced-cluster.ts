import type { Evaluation } from "../evaluation";
import {
  type Cluster,
  type ClusterPolicy,
  type Direction,
  type Endpoint,
  type Flow,
  isUnknown,
  type NetworkPolicy,
  type Workload,
} from "../model";
import { PeerTrimmer } from "./peer-trimmer";
import type { PolicyChange } from "./policy-change";
import type { Family } from "../sets/ip-set";
import { workloadIndex } from "../matching/workload-index";

/** The ends that matter, by their part in the flows to be asked about. */
export interface Concerned {
  readonly senders: readonly Workload[];
  readonly receivers: readonly Workload[];
  /** Addresses that are no pod's. */
  readonly addresses: readonly string[];
}

/** The ends of flows, each once. */
export function concernedBy(flows: readonly Pick<Flow, "from" | "to">[]): Concerned {
  const workloads = (ends: readonly Endpoint[]) => [...new Set(ends.flatMap((end) => (end.kind === "workload" ? [end.workload] : [])))];
  const ends = flows.flatMap(({ from, to }) => [from, to]);
  return {
    senders: workloads(flows.map(({ from }) => from)),
    receivers: workloads(flows.map(({ to }) => to)),
    addresses: [...new Set(ends.flatMap((end) => (end.kind === "address" ? [end.address] : [])))],
  };
}

/** What may be left out of a reduced cluster beside the objects that do not matter. */
export interface Reduction {
  /** What is to happen to policies of the whole cluster. @default nothing */
  readonly changes?: readonly PolicyChange[];
  /**
   * Leave out peers that match none of the ends as well: quicker to evaluate, but reasons then count peers differently.
   * @default false
   */
  readonly isTrimmed?: boolean;
}

/**
 * A small cluster in which what the senders may send to the receivers, and either with the addresses, is what it is in the whole cluster
 * once the changes are made.
 *
 * Why it is exact: whether the sending end lets a connection through depends on the policies that select it for egress, and on whether
 * their rules match the other end; for the receiving end it is ingress. A policy is matched against the labels, namespace, ports and
 * addresses of these two, the nodes and the pod ranges: all of them are kept. What is left out selects neither end in its direction, or
 * matches neither, or is looked at by nobody. A changed policy keeps its subject, so that it selects whom it selected before.
 */
export const reducedCluster = (evaluation: Evaluation, concerned: Concerned, reduction: Reduction = {}): Cluster =>
  reduced(evaluation, concerned, reduction).cluster;

/** A reduced cluster, with the policies of the whole cluster that stand, changed or not, in the first places of its lists. */
export interface Reduced {
  readonly cluster: Cluster;
  readonly policies: readonly NetworkPolicy[];
  readonly clusterPolicies: readonly ClusterPolicy[];
}

/** The same as `reducedCluster`, and where its policies come from. */
export function reduced(evaluation: Evaluation, concerned: Concerned, { changes = [], isTrimmed = false }: Reduction): Reduced {
  const { cluster } = evaluation;
  const kept = new Set([...concerned.senders, ...concerned.receivers]);
  const applied = appliedTo(evaluation, concerned);
  const names = new Set([...kept].map(({ namespace }) => namespace));
  const changed = new Map<unknown, PolicyChange>(
    changes.flatMap((change) => (change.before === undefined ? [] : [[change.before, change]])),
  );
  const trimmer = isTrimmed ? new PeerTrimmer(evaluation, kept, concerned.addresses) : undefined;
  const keptPolicies = inOrder(applied.policies, cluster.policies);
  const keptClusterPolicies = inOrder(applied.clusterPolicies, cluster.clusterPolicies);
  const policies = keptPolicies.map(([index, policy, needed]) => {
    const change = changed.get(policy);
    if (change?.kind === "NetworkPolicy") return only(change.after, needed);
    return trimmer === undefined ? only(policy, needed) : trimmer.networkPolicy(only(policy, needed), index);
  });
  const clusterPolicies = keptClusterPolicies.map(([, policy, needed]) => {
    const change = changed.get(policy);
    return onlyOfCluster(change?.kind === "ClusterPolicy" ? change.after : policy, needed);
  });
  const added = changes.filter(({ before }) => before === undefined);
  return {
    cluster: {
      ...cluster,
      namespaces: [...names].flatMap((name) => (isUnknown(name) ? [] : workloadIndex(evaluation).namespaces(name))),
      workloads: [...new Set([...kept, ...familyWitnesses(evaluation)])],
      policies: [...policies, ...added.flatMap((change) => (change.kind === "NetworkPolicy" ? [change.after] : []))],
      clusterPolicies: [...clusterPolicies, ...added.flatMap((change) => (change.kind === "ClusterPolicy" ? [change.after] : []))],
      services: [],
    },
    policies: keptPolicies.map(([, policy]) => policy),
    clusterPolicies: keptClusterPolicies.map(([, policy]) => policy),
  };
}

/** Places of policies in the lists of the whole cluster, with the directions that are needed of each. */
type Needed = Map<number, Direction | "both">;

/** The policies that apply, or may, to the senders for egress and to the receivers for ingress. */
function appliedTo({ universe, interpretations }: Evaluation, { senders, receivers }: Concerned) {
  const policies: Needed = new Map();
  const clusterPolicies: Needed = new Map();
  const need = (needed: Needed, policy: number, direction: Direction): void => {
    const known = needed.get(policy);
    needed.set(policy, known === undefined || known === direction ? direction : "both");
  };
  const collect = (workload: Workload, direction: Direction): void => {
    // A workload's pods differ in nothing but their addresses, which no policy selects its subjects by.
    const [group] = universe.groups.ofWorkload(workload);
    if (group === undefined) return;
    for (const interpretation of interpretations) {
      const applies = interpretation.appliesTo(group, direction);
      for (const { policy } of applies.networkPolicies) need(policies, policy, direction);
      for (const { policy } of applies.clusterPolicies) need(clusterPolicies, policy, direction);
    }
  };
  for (const workload of senders) collect(workload, "egress");
  for (const workload of receivers) collect(workload, "ingress");
  return { policies, clusterPolicies };
}

const inOrder = <P>(needed: Needed, list: readonly P[]): readonly (readonly [index: number, policy: P, needed: Direction | "both"])[] =>
  [...needed].sort(([a], [b]) => a - b).map(([index, directions]) => [index, list[index] as P, directions]);

function only(policy: NetworkPolicy, needed: Direction | "both"): NetworkPolicy {
  if (needed === "both") return policy;
  const { ingress, egress, ...rest } = policy;
  const rules = needed === "ingress" ? ingress : egress;
  return rules === undefined ? rest : { ...rest, [needed]: rules };
}

const onlyOfCluster = (policy: ClusterPolicy, needed: Direction | "both"): ClusterPolicy =>
  needed === "both" ? policy : { ...policy, [needed === "ingress" ? "egress" : "ingress"]: [] };

const witnesses = new WeakMap<Evaluation, readonly Workload[]>();

/** Where pods of both families exist, a cluster is read once for each family: one workload of each keeps it so. */
function familyWitnesses(evaluation: Evaluation): readonly Workload[] {
  if (evaluation.interpretations.every(({ reading }) => reading.family === undefined)) return [];
  const known = witnesses.get(evaluation);
  if (known !== undefined) return known;
  const { cluster, universe } = evaluation;
  const has = (workload: Workload, family: Family): boolean =>
    universe.groups.ofWorkload(workload).some(({ addresses }) => addresses.some((address) => address.family === family));
  const found = (["IPv4", "IPv6"] as const).flatMap((family) => cluster.workloads.find((workload) => has(workload, family)) ?? []);
  witnesses.set(evaluation, found);
  return found;
}
