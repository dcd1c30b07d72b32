import type { PolicyRef } from "../decision";
import type { Cluster, ClusterPolicy, ClusterRule, Direction, NetworkPolicy, Peer, PortMatch, Rule } from "../model";
import { clusterPolicyRef, networkPolicyRef } from "../reasons";

/** One step of a change to a NetworkPolicy. Rule numbers count from 0: of the policy as it becomes when added, as it was when removed. */
export type Edit =
  | { readonly kind: "peer-added"; readonly direction: Direction; readonly rule: number; readonly peer: Peer }
  | { readonly kind: "port-added"; readonly direction: Direction; readonly rule: number; readonly port: PortMatch }
  | { readonly kind: "rule-added"; readonly direction: Direction; readonly rule: number; readonly added: Rule }
  | RuleRemoved;

/** One step of a change to a cluster-wide policy. An added rule stands before the one that had its number. */
export type ClusterEdit =
  { readonly kind: "rule-added"; readonly direction: Direction; readonly rule: number; readonly added: ClusterRule } | RuleRemoved;

/** A rule that goes; its number is the one it had. */
export interface RuleRemoved {
  readonly kind: "rule-removed";
  readonly direction: Direction;
  readonly rule: number;
}

/** A NetworkPolicy that is new, or changes. */
export interface NetworkPolicyChange {
  readonly kind: "NetworkPolicy";
  readonly policy: PolicyRef;
  /** Absent: the policy is new. */
  readonly before?: NetworkPolicy;
  readonly after: NetworkPolicy;
  /** How `before` becomes `after`. Empty for a new policy. */
  readonly edits: readonly Edit[];
}

/** A cluster-wide policy that is new, or changes. */
export interface ClusterPolicyChange {
  readonly kind: "ClusterPolicy";
  readonly policy: PolicyRef;
  /** Absent: the policy is new. */
  readonly before?: ClusterPolicy;
  readonly after: ClusterPolicy;
  /** How `before` becomes `after`. Empty for a new policy. */
  readonly edits: readonly ClusterEdit[];
}

/** What becomes of one policy. */
export type PolicyChange = NetworkPolicyChange | ClusterPolicyChange;

/** A NetworkPolicy that is to be created. */
export const newNetworkPolicy = (after: NetworkPolicy): NetworkPolicyChange => ({
  kind: "NetworkPolicy",
  policy: networkPolicyRef(after),
  after,
  edits: [],
});

/** A cluster-wide policy that is to be created. */
export const newClusterPolicy = (after: ClusterPolicy): ClusterPolicyChange => ({
  kind: "ClusterPolicy",
  policy: clusterPolicyRef(after),
  after,
  edits: [],
});

/** A NetworkPolicy with edits made: additions first, then removals. */
export const changedNetworkPolicy = (before: NetworkPolicy, edits: readonly Edit[]): NetworkPolicyChange => ({
  kind: "NetworkPolicy",
  policy: networkPolicyRef(before),
  before,
  after: withoutRules(edits.reduce(withEdit, before), edits),
  edits,
});

/** A cluster-wide policy with edits made: additions first, then removals. */
export const changedClusterPolicy = (before: ClusterPolicy, edits: readonly ClusterEdit[]): ClusterPolicyChange => ({
  kind: "ClusterPolicy",
  policy: clusterPolicyRef(before),
  before,
  after: withoutRules(edits.reduce(withClusterEdit, before), edits),
  edits,
});

/** One change for each policy, where several speak of the same one; their edits must concern different rules. */
export function merged(changes: readonly PolicyChange[]): readonly PolicyChange[] {
  const result: PolicyChange[] = [];
  for (const change of changes) {
    const at = result.findIndex(({ before }) => before !== undefined && before === change.before);
    const earlier = result[at];
    if (earlier === undefined) result.push(change);
    else result[at] = together(earlier, change);
  }
  return result;
}

function together(one: PolicyChange, other: PolicyChange): PolicyChange {
  if (one.kind === "NetworkPolicy" && other.kind === "NetworkPolicy" && one.before !== undefined)
    return changedNetworkPolicy(one.before, [...one.edits, ...other.edits]);
  if (one.kind === "ClusterPolicy" && other.kind === "ClusterPolicy" && one.before !== undefined)
    return changedClusterPolicy(one.before, [...one.edits, ...other.edits]);
  return other;
}

/** The cluster with the changes made. A policy that is not part of it does not come to be by changing. */
export function withChanges(cluster: Cluster, changes: readonly PolicyChange[]): Cluster {
  const policies = [...cluster.policies];
  const clusterPolicies = [...cluster.clusterPolicies];
  for (const change of changes) {
    if (change.kind === "NetworkPolicy") put(policies, change.before, change.after);
    else put(clusterPolicies, change.before, change.after);
  }
  return { ...cluster, policies, clusterPolicies };
}

function put<T>(list: T[], before: T | undefined, after: T): void {
  if (before === undefined) list.push(after);
  else {
    const at = list.indexOf(before);
    if (at !== -1) list[at] = after;
  }
}

function withEdit(policy: NetworkPolicy, edit: Edit): NetworkPolicy {
  if (edit.kind === "rule-removed") return policy;
  const rules = policy[edit.direction] ?? [];
  if (edit.kind === "rule-added") return { ...policy, [edit.direction]: rules.toSpliced(edit.rule, 0, edit.added) };
  return { ...policy, [edit.direction]: rules.map((rule, index) => (index === edit.rule ? extended(rule, edit) : rule)) };
}

function extended(rule: Rule, edit: Extract<Edit, { readonly kind: "peer-added" | "port-added" }>): Rule {
  if (edit.kind === "peer-added") return rule.peers === "any" ? rule : { ...rule, peers: [...rule.peers, edit.peer] };
  return rule.ports === "any" ? rule : { ...rule, ports: [...rule.ports, edit.port] };
}

const withClusterEdit = (policy: ClusterPolicy, edit: ClusterEdit): ClusterPolicy =>
  edit.kind === "rule-removed" ? policy : { ...policy, [edit.direction]: policy[edit.direction].toSpliced(edit.rule, 0, edit.added) };

/** A direction that loses all its rules stays: the policy goes on isolating it. */
function withoutRules<P extends NetworkPolicy | ClusterPolicy>(policy: P, edits: readonly (Edit | ClusterEdit)[]): P {
  const removals = edits.filter((edit) => edit.kind === "rule-removed");
  return (["ingress", "egress"] as const).reduce((result, direction) => {
    const gone = new Set(removals.filter((removal) => removal.direction === direction).map(({ rule }) => rule));
    if (gone.size === 0) return result;
    return { ...result, [direction]: (result[direction] ?? []).filter((_rule: unknown, index: number) => !gone.has(index)) };
  }, policy);
}
