import { type Cluster, type ClusterPolicy, type Direction, directions, type NetworkPolicy } from "./model";
import type { PeerMatcher } from "./peer-matching";
import type { PodGroup } from "./pod-groups";
import type { Match } from "./pod-index";
import type { IndexSet } from "./sets/index-set";

/** A policy that applies to a pod group in one direction, by its place in the cluster's list; uncertain when its selection is. */
export interface Applies {
  readonly policy: number;
  readonly isCertain: boolean;
}

/** Which policies apply to one pod group in one direction. */
export interface AppliesTo {
  /** Those that isolate it. */
  readonly networkPolicies: readonly Applies[];
  readonly clusterPolicies: readonly Applies[];
}

/** Which policies apply to whom: a pod is isolated in a direction when a NetworkPolicy with that direction selects it. */
export class AppliedPolicies {
  private readonly lists: Record<Direction, { networkPolicies: Applies[]; clusterPolicies: Applies[] }[]>;

  constructor(cluster: Cluster, groups: readonly PodGroup[], matcher: PeerMatcher) {
    const emptyLists = () => groups.map(() => ({ networkPolicies: [] as Applies[], clusterPolicies: [] as Applies[] }));
    this.lists = { ingress: emptyLists(), egress: emptyLists() };
    cluster.policies.forEach((policy, index) => {
      this.addNetworkPolicy(policy, index, matcher);
    });
    cluster.clusterPolicies.forEach((policy, index) => {
      this.addClusterPolicy(policy, index, matcher);
    });
  }

  to(group: PodGroup, direction: Direction): AppliesTo {
    return this.lists[direction][group.index] as AppliesTo;
  }

  private addNetworkPolicy(policy: NetworkPolicy, index: number, matcher: PeerMatcher): void {
    const subject = matcher.subjectOf(policy);
    for (const direction of directions) {
      if (policy[direction] === undefined) continue;
      const isCertain = policy.unknownDirections === undefined;
      forEachMatch(subject, (group, selected) => {
        this.lists[direction][group]?.networkPolicies.push({ policy: index, isCertain: selected && isCertain });
      });
    }
  }

  private addClusterPolicy(policy: ClusterPolicy, index: number, matcher: PeerMatcher): void {
    const subject = matcher.subjectOfClusterPolicy(policy.subject);
    for (const direction of directions) {
      if (policy[direction].length === 0) continue;
      forEachMatch(subject, (group, isCertain) => {
        this.lists[direction][group]?.clusterPolicies.push({ policy: index, isCertain });
      });
    }
  }
}

function forEachMatch({ certain, possible }: Match<IndexSet>, visit: (group: number, isCertain: boolean) => void): void {
  possible.forEach((group) => {
    visit(group, certain === possible || certain.has(group));
  });
}
