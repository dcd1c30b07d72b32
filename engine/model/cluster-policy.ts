import type { LabelSelector } from "./label-selector";
import type { Location } from "./location";
import type { PortMatch } from "./port";
import type { Unknown, Value } from "./unknown";

/** The two tiers around NetworkPolicy: Admin decides before it, Baseline after it. */
export type Tier = "Admin" | "Baseline";

/** What a cluster-wide rule does with a connection it matches. Pass leaves the rest of its tier unread. */
export type Action = "Accept" | "Deny" | "Pass";

/** The kinds that are read into one shape. AdminNetworkPolicy's Allow is Accept here. */
export type ClusterPolicyKind = "ClusterNetworkPolicy" | "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy";

/**
 * A cluster-wide policy: `policy.networking.k8s.io` ClusterNetworkPolicy v1alpha2, or the AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy v1alpha1 it replaced.
 */
export interface ClusterPolicy {
  readonly kind: ClusterPolicyKind;
  readonly name: Value<string>;
  readonly tier: Tier;
  /** Lower is read first, 0 to 1000. Two policies of one tier and priority have no order. A BaselineAdminNetworkPolicy is alone: 0. */
  readonly priority: Value<number>;
  readonly subject: ClusterSubject;
  readonly ingress: readonly ClusterRule[];
  readonly egress: readonly ClusterRule[];
  readonly location?: Location;
}

/** The pods a cluster-wide policy applies to. Host-networked pods are never among them. */
export interface ClusterSubject {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** Rules are read in order; the first that matches a connection decides. */
export interface ClusterRule {
  readonly name?: string;
  readonly action: Value<Action>;
  readonly peers: readonly ClusterPeer[];
  readonly ports: readonly PortMatch[] | "any";
}

/** The other end a cluster-wide rule speaks about. */
export type ClusterPeer =
  /** Pods only: never addresses outside the cluster, never host-networked pods. */
  | { readonly kind: "pods"; readonly namespaces: LabelSelector; readonly pods: LabelSelector }
  /** Addresses, of pods as well. Egress only. */
  | { readonly kind: "networks"; readonly cidrs: readonly Value<string>[] }
  /** Addresses of the nodes with these labels, host-networked pods included. Egress only. */
  | { readonly kind: "nodes"; readonly nodes: LabelSelector }
  /** Names resolved by the data plane; what they match is not known here. Egress Accept only. */
  | { readonly kind: "domainNames"; readonly names: readonly string[] }
  /** A peer with no field this reader knows: fails closed, as the API demands (Accept matches nothing, Deny and Pass deny everything). */
  | { readonly kind: "unsupported"; readonly fields: readonly string[] }
  | { readonly kind: "unknown"; readonly unknown: Unknown };
