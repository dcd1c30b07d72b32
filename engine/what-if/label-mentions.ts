import type { PolicyRef } from "../decision";
import {
  type Cluster,
  type ClusterPeer,
  type ClusterPolicy,
  type Direction,
  directions,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
} from "../model";
import { clusterPolicyRef, networkPolicyRef } from "../reasons";
import type { Labelled } from "../matching/label-index";
import { requirementsOf, selects } from "../selector";

/** Whose labels a selector looks at. */
export type LabelOwner = "pods" | "namespaces";

/** A peer whose selector looks at a label: whoever may set the label chooses whether to be let in. */
export interface LabelMention {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  /** Counted from 0, like `peer`. */
  readonly rule: number;
  readonly peer: number;
}

/** A mention, with the place of its policy in the cluster's list of NetworkPolicies or of cluster-wide policies. */
export interface PlacedMention extends LabelMention {
  readonly list: "policies" | "clusterPolicies";
  readonly index: number;
}

/** Every peer of the cluster's policies whose selector of pods, or of namespaces, mentions a label key. */
export function labelMentions({ policies, clusterPolicies }: Cluster, owner: LabelOwner, key: string): readonly PlacedMention[] {
  return [
    ...policies.flatMap((policy, index) =>
      mentionsIn(policy, owner, key).map((place) => ({ ...place, policy: networkPolicyRef(policy), list: "policies" as const, index })),
    ),
    ...clusterPolicies.flatMap((policy, index) =>
      mentionsIn(policy, owner, key).map((place) => ({
        ...place,
        policy: clusterPolicyRef(policy),
        list: "clusterPolicies" as const,
        index,
      })),
    ),
  ];
}

/** The mentions whose selector answers otherwise after a change of the labels it looks at: no other peer can match otherwise. */
export function turning(
  mentions: readonly PlacedMention[],
  { policies, clusterPolicies }: Cluster,
  owner: LabelOwner,
  { before, after }: { readonly before: Labelled; readonly after: Labelled },
): readonly PlacedMention[] {
  return mentions.filter(({ list, index, direction, rule, peer }) => {
    const policy = list === "policies" ? policies[index] : clusterPolicies[index];
    const written = policy?.[direction]?.[rule]?.peers;
    const selector = written === undefined || written === "any" ? undefined : selectorOf(written[peer] as Peer | ClusterPeer, owner);
    if (selector === undefined) return false;
    return selects(selector, before.labels, before.unknownLabels) !== selects(selector, after.labels, after.unknownLabels);
  });
}

function mentionsIn(policy: NetworkPolicy | ClusterPolicy, owner: LabelOwner, key: string): readonly Omit<LabelMention, "policy">[] {
  return directions.flatMap((direction) =>
    (policy[direction] ?? []).flatMap(({ peers }, rule) =>
      [...(peers === "any" ? [] : peers).entries()]
        .filter(([, peer]) => mentions(selectorOf(peer, owner), key))
        .map(([peer]) => ({ direction, rule, peer })),
    ),
  );
}

function selectorOf(peer: Peer | ClusterPeer, owner: LabelOwner): LabelSelector | undefined {
  if (peer.kind !== "pods") return undefined;
  const selector = peer[owner];
  return selector === "own" ? undefined : selector;
}

const mentions = (selector: LabelSelector | undefined, key: string): boolean =>
  selector !== undefined && requirementsOf(selector).some((requirement) => requirement.key === key);
