import { type Candidate, type ClosedEnd, editCost, freeName, nameFor, portOf } from "./closed-end";
import type { ClusterRuleRef } from "../decision";
import { endsAt, listed, type MeasuredEnd, type MeasuredEnds, workloadEnds } from "./measured-ends";
import { type ClusterPeer, type ClusterPolicy, type ClusterRule, isUnknown, type Workload } from "../model";
import { clusterPeersFor, clusterSubjectFor, selectedBy } from "./narrow-selectors";
import { changedClusterPolicy, newClusterPolicy } from "./policy-change";
import { isReferenceTo } from "./policy-lookup";
import type { PodGroup } from "../matching/pod-groups";
import { workloadIndex } from "../matching/workload-index";

/** Changes of the cluster-wide tier that closes a direction: an Accept before the rule that denies, or a policy that is read earlier. */
export function clusterCandidates(closed: ClosedEnd): readonly Candidate[] {
  const { evaluation, flow, direction, other, verdict } = closed;
  const peers = clusterPeersFor(evaluation, other, direction);
  const blocking = verdict.clusterRules.filter(({ action }) => action !== "Accept" && action !== "Pass");
  const [first] = blocking;
  if (peers.length === 0 || first === undefined) return [];
  const accept: ClusterRule = { action: "Accept", peers, ports: [portOf(flow)] };
  const inTier = verdict.clusterRules.filter(({ tier, action }) => tier === first.tier && action !== "Accept");
  return [...acceptedBefore(closed, accept, inTier), ...inEarlierPolicy(closed, accept, inTier)];
}

/** The rule in each policy whose rules stand in the way, before the first of them. */
function acceptedBefore(closed: ClosedEnd, accept: ClusterRule, blocking: readonly ClusterRuleRef[]): readonly Candidate[] {
  const { evaluation, direction } = closed;
  const { clusterPolicies } = evaluation.cluster;
  const places = new Map<ClusterPolicy, number>();
  for (const ref of blocking) {
    const policy = clusterPolicies.find((each) => isReferenceTo(ref.policy, each));
    if (policy !== undefined) places.set(policy, Math.min(places.get(policy) ?? Infinity, ref.rule));
  }
  const firstPriority = [...places.keys()][0]?.priority;
  const tied = [...places].filter(([{ priority }]) => priority === firstPriority);
  // The first priority is enough where it certainly decides; else each policy that may decide has to accept.
  const sets = tied.length === places.size ? [tied] : [tied, [...places]];
  return sets
    .filter((set) => set.length > 0)
    .map((set): Candidate => {
      const edits = set.map(([policy, rule]) => changedClusterPolicy(policy, [{ kind: "rule-added", direction, rule, added: accept }]));
      const policies = set.map(([policy]) => clusterPolicies.indexOf(policy));
      return {
        direction,
        changes: edits,
        cost: editCost.rule * edits.length,
        subjects: subjectsOf(closed, policies),
        others: namedBy(closed, accept.peers),
        isSinglePort: true,
      };
    });
}

/** The workloads that policies with rules in this direction apply to, or may. */
function subjectsOf({ evaluation: { universe, interpretations } }: ClosedEnd, policies: readonly number[]): readonly Workload[] {
  const { groups } = universe;
  const subjects = interpretations.flatMap((each) => policies.map((policy) => each.subjectsOfClusterPolicy(policy)));
  const all = subjects.reduce((so, one) => so.union(one), universe.none);
  return [...new Set([...all.members()].flatMap((place) => groups.workloadsIn(groups.all[place] as PodGroup)))];
}

/** A policy for the subject alone, at the nearest priority before the rule that denies that no other policy of the tier has. */
function inEarlierPolicy(closed: ClosedEnd, accept: ClusterRule, blocking: readonly ClusterRuleRef[]): readonly Candidate[] {
  const { evaluation, flow, direction, subject } = closed;
  const { clusterPolicies } = evaluation.cluster;
  const model = clusterPolicies.find((each) => blocking[0] !== undefined && isReferenceTo(blocking[0].policy, each));
  const priority = model === undefined ? undefined : freePriorityBefore(model, clusterPolicies);
  if (model === undefined || priority === undefined) return [];
  const isTaken = (name: string): boolean => clusterPolicies.some((policy) => policy.name === name && policy.kind === model.kind);
  const policy: ClusterPolicy = {
    kind: model.kind,
    name: freeName(nameFor(direction, flow), isTaken),
    tier: model.tier,
    priority,
    subject: clusterSubjectFor(evaluation, subject),
    ingress: direction === "ingress" ? [accept] : [],
    egress: direction === "egress" ? [accept] : [],
  };
  const subjects = namedWorkloads(closed, policy.subject.namespaces, policy.subject.pods, subject);
  return [
    {
      direction,
      changes: [newClusterPolicy(policy)],
      cost: editCost.policy,
      subjects,
      others: namedBy(closed, accept.peers),
      isSinglePort: true,
    },
  ];
}

/** There is one BaselineAdminNetworkPolicy in a cluster, and none is read before it. */
function freePriorityBefore({ kind, tier, priority }: ClusterPolicy, policies: readonly ClusterPolicy[]): number | undefined {
  if (kind === "BaselineAdminNetworkPolicy" || isUnknown(priority)) return undefined;
  const taken = new Set(policies.filter((policy) => policy.tier === tier).map((policy) => policy.priority));
  for (let free = priority - 1; free >= 0; free--) if (!taken.has(free)) return free;
  return undefined;
}

function namedBy(closed: ClosedEnd, peers: readonly ClusterPeer[]): MeasuredEnds {
  const { other } = closed;
  if (other.kind === "address") return listed([{ endpoint: other, count: 1n }]);
  const named = peers.flatMap((peer): readonly MeasuredEnd[] => {
    if (peer.kind === "networks") return peer.cidrs.flatMap((cidr) => endsAt(closed.evaluation, cidr));
    return peer.kind === "pods" ? workloadEnds(namedWorkloads(closed, peer.namespaces, peer.pods, other.workload)) : [];
  });
  return listed([...workloadEnds([other.workload]), ...named]);
}

/** The workloads that narrow selectors made for one of them select, or may. */
function namedWorkloads(
  { evaluation }: ClosedEnd,
  namespaces: ClusterPolicy["subject"]["namespaces"],
  pods: ClusterPolicy["subject"]["pods"],
  meant: Workload,
): readonly Workload[] {
  const isAnywhere = Object.keys(namespaces.matchLabels ?? {}).length === 0;
  return selectedBy(pods, isAnywhere ? evaluation.cluster.workloads : workloadIndex(evaluation).inNamespace(meant.namespace));
}
