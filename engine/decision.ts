import type { ClusterPolicyKind, Direction, Location, Outcome, Tier, Action, Unknown, Value } from "./model";

/** Names a policy of any kind, with the place it was written. */
export interface PolicyRef {
  readonly kind: "NetworkPolicy" | ClusterPolicyKind;
  /** Absent for cluster-wide kinds. */
  readonly namespace?: Value<string>;
  readonly name: Value<string>;
  readonly location?: Location;
}

/** One rule of a policy, and the entries of it that match the flow. Indexes count from 0, as in the API server's field paths. */
export interface RuleRef {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly rule: number;
  /** The `from` or `to` entry that matches; absent: the rule names no peer, so any matches. */
  readonly peer?: number;
  /** The `ports` entry that matches; absent: the rule names no port, so any matches. */
  readonly port?: number;
  /** Set when the match depends on something not known. */
  readonly undecided?: Unknown;
}

/** A cluster-wide rule that matches the flow, in the order the rules are read. */
export interface ClusterRuleRef extends RuleRef {
  readonly tier: Tier;
  readonly action: Value<Action>;
  readonly name?: string;
}

/** Who had the last word on one end of a flow. */
export type DecidedBy =
  /** A rule of the Admin tier. */
  | "Admin"
  /** NetworkPolicy: the end is isolated in this direction. */
  | "NetworkPolicy"
  /** A rule of the Baseline tier. */
  | "Baseline"
  /** Nothing says anything: Kubernetes allows. */
  | "default"
  /** Outside the cluster: not subject to policy. */
  | "outside"
  /** A pod to itself, or a node to a pod that runs on it: never subject to policy. */
  | "exempt";

/** Why one end lets a flow through or not. */
export interface DirectionVerdict {
  readonly direction: Direction;
  readonly outcome: Outcome;
  readonly decidedBy: DecidedBy;
  /** NetworkPolicies that isolate this end. None: it is not isolated. */
  readonly isolatedBy: readonly PolicyRef[];
  /** NetworkPolicy rules that match the flow: every one, not only the first. */
  readonly allowedBy: readonly RuleRef[];
  /** Cluster-wide rules that match, in the order they are read, up to and including the one that decides. */
  readonly clusterRules: readonly ClusterRuleRef[];
  /** What would have to be known to decide. Empty unless the outcome is undecided. */
  readonly unknowns: readonly Unknown[];
}

/** The answer for one flow: allowed when the source may send it and the destination may receive it. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly egress: DirectionVerdict;
  readonly ingress: DirectionVerdict;
}
