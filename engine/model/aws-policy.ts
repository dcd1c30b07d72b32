import type { Action, Tier } from "./cluster-policy";
import type { LabelSelector } from "./label-selector";
import type { Location } from "./location";
import type { Direction, Peer } from "./network-policy";
import type { PortMatch } from "./port";
import type { Unknown, Value } from "./unknown";

/** The kinds of `networking.k8s.aws/v1alpha1`, which only the Amazon VPC CNI and EKS Auto Mode read. */
export type AwsPolicyKind = "ClusterNetworkPolicy" | "ApplicationNetworkPolicy";

/**
 * A `networking.k8s.aws/v1alpha1` ClusterNetworkPolicy. Not the one of `policy.networking.k8s.io`: of the rules of one priority, Deny comes
 * before Accept and Accept before Pass, wherever they are written.
 */
export interface AwsClusterPolicy {
  readonly name: Value<string>;
  readonly tier: Value<Tier>;
  /** Lower is read first, 0 to 1000. */
  readonly priority: Value<number>;
  readonly subject: AwsSubject;
  readonly ingress: readonly AwsClusterRule[];
  readonly egress: readonly AwsClusterRule[];
  readonly location?: Location;
}

/** The pods a cluster-wide AWS policy applies to. */
export interface AwsSubject {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** One entry of `ingress` or `egress`. */
export interface AwsClusterRule {
  readonly name?: string;
  readonly action: Value<Action>;
  readonly peers: readonly AwsClusterPeer[];
  readonly ports: readonly PortMatch[] | "any";
}

/** The other end a cluster-wide AWS rule speaks about. */
export type AwsClusterPeer =
  | { readonly kind: "pods"; readonly namespaces: LabelSelector; readonly pods: LabelSelector }
  /** Egress only. */
  | { readonly kind: "networks"; readonly cidrs: readonly Value<string>[] }
  /** Egress Accept only, and only on EKS Auto Mode nodes. */
  | { readonly kind: "domainNames"; readonly names: readonly string[] }
  | { readonly kind: "unknown"; readonly unknown: Unknown };

/** A `networking.k8s.aws/v1alpha1` ApplicationNetworkPolicy: allow-only, beside the NetworkPolicies of its namespace. */
export interface ApplicationPolicy {
  readonly namespace: Value<string>;
  readonly name: Value<string>;
  readonly subject: LabelSelector;
  /** Only what is written: nothing fills in `policyTypes` for this kind, so a policy without them isolates nothing. */
  readonly directions: Value<readonly Direction[]>;
  readonly ingress: readonly ApplicationRule[];
  readonly egress: readonly ApplicationRule[];
  readonly location?: Location;
}

/** One entry of `ingress` or `egress`. */
export interface ApplicationRule {
  readonly peers: readonly ApplicationPeer[] | "any";
  readonly ports: readonly PortMatch[] | "any";
  /** Set when a port names no protocol: TCP is meant, and some controllers stop there. */
  readonly lacksProtocol?: true;
  /** Set when the rule may not exist, or more rules like it may. */
  readonly unknown?: Unknown;
}

/** Domain names stand in egress rules only. */
export type ApplicationPeer = Peer | { readonly kind: "domainNames"; readonly names: readonly string[] };
