import type { LabelSelector } from "./label-selector";
import type { Location } from "./location";
import type { PortMatch } from "./port";
import type { Unknown, Value } from "./unknown";

/** Seen from the subject: ingress is traffic to it, egress traffic from it. */
export type Direction = "ingress" | "egress";

/** Both directions, in the order reports use. */
export const directions: readonly Direction[] = ["ingress", "egress"];

/** A `networking.k8s.io/v1` NetworkPolicy with every API-server default already applied. */
export interface NetworkPolicy {
  readonly namespace: Value<string>;
  readonly name: Value<string>;
  /** The pods this policy applies to (`spec.podSelector`), within its namespace. */
  readonly subject: LabelSelector;
  /** Absent: the policy does not isolate ingress. Empty: it isolates and allows nothing. */
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  /** Set when it is not known whether the policy isolates a direction at all (`policyTypes` unknown). The rules are then those it would have. */
  readonly unknownDirections?: Unknown;
  readonly location?: Location;
}

/** One entry of `ingress` or `egress`: a connection needs a matching peer and a matching port of the same rule. */
export interface Rule {
  /** "any" replaces the empty list that means everything: all pods and all addresses. */
  readonly peers: readonly Peer[] | "any";
  readonly ports: readonly PortMatch[] | "any";
  /** Set when the rule may not exist, or more rules like it may (an unresolved dynamic block). */
  readonly unknown?: Unknown;
}

/** The other end a rule admits. */
export type Peer =
  /** "own" is the policy's own namespace: a podSelector without a namespaceSelector. */
  | { readonly kind: "pods"; readonly namespaces: LabelSelector | "own"; readonly pods: LabelSelector }
  /** Addresses of `cidr` less those of `except`. Matches pods by their address too. */
  | { readonly kind: "ipBlock"; readonly cidr: Value<string>; readonly except: readonly Value<string>[] }
  | { readonly kind: "unknown"; readonly unknown: Unknown };
