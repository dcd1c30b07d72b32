import { type Candidate, type ClosedEnd, editCost, freeName, nameFor, portOf } from "./closed-end";
import { clusterCandidates } from "./cluster-repair-candidates";
import { type End, endPairs } from "../ends";
import type { Interpretation } from "../interpretation";
import { addressesIn, endsAt, listed, type MeasuredEnd, type MeasuredEnds, workloadEnds } from "./measured-ends";
import type { NetworkPolicy, Peer, Workload } from "../model";
import { peersFor, podSelectorFor, selectedBy } from "./narrow-selectors";
import { changedNetworkPolicy, type Edit, newNetworkPolicy } from "./policy-change";
import type { PodGroup } from "../matching/pod-groups";
import type { RuleMatch } from "../matching/rule-matching";
import { workloadIndex } from "../matching/workload-index";

/** Every change that may open a closed direction. */
export function candidatesFor(closed: ClosedEnd): readonly Candidate[] {
  const { clusterRules, decidedBy } = closed.verdict;
  const overridden = decidedBy === "Admin" || decidedBy === "Baseline";
  const isByAdmin = clusterRules.some(({ tier, action }) => tier === "Admin" && action !== "Pass");
  return [
    ...(overridden || isByAdmin ? clusterCandidates(closed) : []),
    ...(decidedBy === "Admin" ? [] : [...inExistingPolicies(closed), ...inNewPolicy(closed)]),
  ];
}

function inExistingPolicies(closed: ClosedEnd): readonly Candidate[] {
  const { evaluation, direction, subject } = closed;
  const [interpretation] = evaluation.interpretations;
  const [group] = evaluation.universe.groups.ofWorkload(subject);
  if (interpretation === undefined || group === undefined) return [];
  const applied = interpretation
    .appliesTo(group, direction)
    .networkPolicies.flatMap(({ policy: index, isCertain }): readonly Extendable[] => {
      const policy = evaluation.cluster.policies[index];
      if (policy === undefined) return [];
      return [{ closed, interpretation, policy, index, isCertain, group, subjects: subjectsOf(closed, interpretation, index, policy) }];
    });
  return [
    ...applied.filter((each) => !applied.some((other) => isNarrower(other, each))).flatMap(ruleAdded),
    ...applied.flatMap((each) => interpretation.rulesOf(each.index, direction).flatMap((match, rule) => ruleExtended(each, rule, match))),
  ];
}

/** A policy that applies to a closed end. */
interface Extendable {
  readonly closed: ClosedEnd;
  readonly interpretation: Interpretation;
  readonly policy: NetworkPolicy;
  readonly index: number;
  readonly isCertain: boolean;
  readonly group: PodGroup;
  readonly subjects: readonly Workload[];
}

/** Whether the same rule opens no more in the one policy than in the other; of policies that are alike, the first counts as narrower. */
function isNarrower(one: Extendable, other: Extendable): boolean {
  if (one === other || !one.isCertain || one.policy.namespace !== other.policy.namespace) return false;
  if (one.subjects.length === other.subjects.length && one.index > other.index) return false;
  return one.subjects.every((workload) => other.subjects.includes(workload));
}

/** The workloads a policy applies to in this direction, or may. */
function subjectsOf(
  { evaluation, direction }: ClosedEnd,
  interpretation: Interpretation,
  policy: number,
  { namespace }: NetworkPolicy,
): readonly Workload[] {
  return workloadIndex(evaluation)
    .inNamespace(namespace)
    .filter((workload) =>
      evaluation.universe.groups
        .ofWorkload(workload)
        .some((group) => interpretation.appliesTo(group, direction).networkPolicies.some((applies) => applies.policy === policy)),
    );
}

function ruleAdded({ closed, policy, subjects }: Extendable): readonly Candidate[] {
  const peers = peersFor(closed.evaluation, closed.other, policy.namespace);
  if (peers.length === 0) return [];
  const { direction } = closed;
  const edit: Edit = {
    kind: "rule-added",
    direction,
    rule: policy[direction]?.length ?? 0,
    added: { peers, ports: [portOf(closed.flow)] },
  };
  const changes = [changedNetworkPolicy(policy, [edit])];
  return [{ direction, changes, cost: editCost.rule, subjects, others: namedBy(closed, peers), isSinglePort: true }];
}

/** A rule that has the port but not the peer gets the peer; one that has the peer but not the port gets the port. */
function ruleExtended(extendable: Extendable, rule: number, match: RuleMatch): readonly Candidate[] {
  const { closed, policy, subjects } = extendable;
  const { evaluation, direction, flow, other } = closed;
  const [ends] = endPairs(evaluation, flow.from, flow.to);
  if (match.isUncertain || ends === undefined) return [];
  const end = direction === "egress" ? ends.to : ends.from;
  const hasPeer = match.peers === undefined || match.peers.some(({ certain }) => certain.has(end.index));
  const hasPort = admitsPort(extendable, end, match);
  if (hasPort && !hasPeer) {
    const peers = peersFor(evaluation, other, policy.namespace);
    const edits = peers.map((peer): Edit => ({ kind: "peer-added", direction, rule, peer }));
    const cost = editCost.entry * peers.length;
    return [
      { direction, changes: [changedNetworkPolicy(policy, edits)], cost, subjects, others: namedBy(closed, peers), isSinglePort: false },
    ];
  }
  if (!hasPeer || hasPort) return [];
  const changes = [changedNetworkPolicy(policy, [{ kind: "port-added", direction, rule, port: portOf(flow) }])];
  return [{ direction, changes, cost: editCost.entry, subjects, others: reachedBy(closed, match), isSinglePort: true }];
}

function admitsPort({ closed, interpretation, group }: Extendable, end: End, { ports }: RuleMatch): boolean {
  const { evaluation, flow, direction } = closed;
  if (evaluation.table.set(ports.certain).has(flow.protocol, flow.port)) return true;
  const destination = direction === "ingress" ? group : end.group;
  if (destination === undefined) return false;
  return ports.names.some((name) => interpretation.ports.nameStandsFor(name, destination, flow.protocol, flow.port) === "yes");
}

/** A policy of its own for the subject, where that isolates nobody who is not isolated already. */
function inNewPolicy(closed: ClosedEnd): readonly Candidate[] {
  const { evaluation, direction, subject, other, flow } = closed;
  const peers = peersFor(evaluation, other, subject.namespace);
  const selector = podSelectorFor(evaluation, subject);
  const subjects = selectedBy(selector, workloadIndex(evaluation).inNamespace(subject.namespace));
  if (peers.length === 0 || !subjects.every((workload) => losesNothing(closed, workload))) return [];
  const taken = workloadIndex(evaluation).policyNames(subject.namespace);
  const policy: NetworkPolicy = {
    namespace: subject.namespace,
    name: freeName(nameFor(direction, flow), (name) => taken.has(name)),
    subject: selector,
    [direction]: [{ peers, ports: [portOf(flow)] }],
  };
  return [
    { direction, changes: [newNetworkPolicy(policy)], cost: editCost.policy, subjects, others: namedBy(closed, peers), isSinglePort: true },
  ];
}

/** Whether one more NetworkPolicy cannot close anything: the workload is isolated in this direction, or lets nothing through anyway. */
function losesNothing({ evaluation, direction }: ClosedEnd, workload: Workload): boolean {
  return evaluation.universe.groups.ofWorkload(workload).every((group) =>
    evaluation.interpretations.every((interpretation) => {
      if (interpretation.appliesTo(group, direction).networkPolicies.some(({ isCertain }) => isCertain)) return true;
      const { possible } = interpretation.row(group, direction);
      return possible.entries().every(([connections]) => evaluation.table.set(connections).isEmpty);
    }),
  );
}

/** The ends that narrow peers for the other end name: itself, pods that no label tells from it, and whoever shares an address with it. */
function namedBy({ evaluation, other }: ClosedEnd, peers: readonly Peer[]): MeasuredEnds {
  if (other.kind === "address") return listed([{ endpoint: other, count: 1n }]);
  const index = workloadIndex(evaluation);
  const named = peers.flatMap((peer): readonly MeasuredEnd[] => {
    if (peer.kind === "unknown") return [];
    if (peer.kind === "ipBlock") return endsAt(evaluation, peer.cidr);
    const isAnywhere = peer.namespaces !== "own" && Object.keys(peer.namespaces.matchLabels ?? {}).length === 0;
    return workloadEnds(selectedBy(peer.pods, isAnywhere ? evaluation.cluster.workloads : index.inNamespace(other.workload.namespace)));
  });
  return listed([...workloadEnds([other.workload]), ...named]);
}

/** The ends that the peers of a rule match, or may. */
function reachedBy({ evaluation, other }: ClosedEnd, { peers }: RuleMatch): MeasuredEnds {
  const { universe } = evaluation;
  const reached = (peers ?? []).reduce((all, { possible }) => all.union(possible), peers === undefined ? universe.all : universe.none);
  const workloads = () => [...reached.members()].flatMap((member) => workloadIndex(evaluation).inGroup(member));
  return { count: reached.size, list: () => [...workloadEnds(workloads()), ...addressesIn(evaluation, reached, other)] };
}
