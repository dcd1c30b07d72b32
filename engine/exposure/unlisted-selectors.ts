import type { Evaluation } from "../evaluation";
import { type ClusterPolicy, type Direction, isUnknown, type LabelSelector, type NetworkPolicy } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { selects } from "../selector";
import type { Place } from "./unlisted-places";

/** Pods that a policy speaks of, by the labels of their namespace and their own. */
interface PodsByLabel {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** The selectors that decide about pods nobody listed: what they may exchange with one group, in one direction seen from it. */
export interface DecidingSelectors {
  readonly namespaces: readonly LabelSelector[];
  /** Those that pods in a place can match. */
  podsAt(place: Place): readonly LabelSelector[];
}

/** Finds the selectors that matter, so that no label is tried that cannot matter. */
export class SelectorFinder {
  private readonly policiesOf = new Map<string, NetworkPolicy[]>();
  private readonly inUnknownNamespace: NetworkPolicy[] = [];

  constructor(private readonly evaluation: Evaluation) {
    for (const policy of evaluation.cluster.policies) {
      if (isUnknown(policy.namespace)) this.inUnknownNamespace.push(policy);
      else this.policiesOf.set(policy.namespace, [...(this.policiesOf.get(policy.namespace) ?? []), policy]);
    }
  }

  around(groups: readonly PodGroup[], direction: Direction): DecidingSelectors {
    const opposite: Direction = direction === "ingress" ? "egress" : "ingress";
    const networkPolicies = this.appliedTo(groups, direction, "networkPolicies", this.evaluation.cluster.policies);
    const clusterPolicies = this.appliedTo(groups, direction, "clusterPolicies", this.evaluation.cluster.clusterPolicies);
    const byLabel = [
      ...networkPolicies.flatMap((policy) => peersOf(policy, direction)),
      ...clusterPolicies.flatMap((policy) => clusterPeersOf(policy, direction)),
      ...this.evaluation.cluster.clusterPolicies.filter((policy) => policy[opposite].length > 0).map(({ subject }) => subject),
    ];
    return {
      namespaces: distinct(byLabel.map(({ namespaces }) => namespaces)),
      podsAt: (place) =>
        distinct([
          ...byLabel.filter(({ namespaces }) => selects(namespaces, place.labels, place.unknownLabels) !== "no").map(({ pods }) => pods),
          ...networkPolicies.filter(({ namespace }) => mayBe(place, namespace)).flatMap((policy) => ownPeersOf(policy, direction)),
          ...this.policiesAt(place)
            .filter((policy) => policy[opposite] !== undefined)
            .map(({ subject }) => subject),
        ]),
    };
  }

  private policiesAt({ namespace }: Place): readonly NetworkPolicy[] {
    const own = isUnknown(namespace) ? this.evaluation.cluster.policies : this.policiesOf.get(namespace);
    return [...(own ?? []), ...this.inUnknownNamespace];
  }

  private appliedTo<T>(
    groups: readonly PodGroup[],
    direction: Direction,
    kind: "networkPolicies" | "clusterPolicies",
    policies: readonly T[],
  ): readonly T[] {
    const places = this.evaluation.interpretations.flatMap((interpretation) =>
      groups.flatMap((group) => interpretation.appliesTo(group, direction)[kind].map(({ policy }) => policy)),
    );
    return [...new Set(places)].flatMap((place) => policies[place] ?? []);
  }
}

const mayBe = ({ namespace }: Place, other: NetworkPolicy["namespace"]): boolean =>
  isUnknown(namespace) || isUnknown(other) || namespace === other;

const peersOf = (policy: NetworkPolicy, direction: Direction): readonly PodsByLabel[] =>
  (policy[direction] ?? []).flatMap(({ peers }) =>
    peers === "any" ? [] : peers.flatMap((peer) => (peer.kind === "pods" && peer.namespaces !== "own" ? [peer as PodsByLabel] : [])),
  );

const ownPeersOf = (policy: NetworkPolicy, direction: Direction): readonly LabelSelector[] =>
  (policy[direction] ?? []).flatMap(({ peers }) =>
    peers === "any" ? [] : peers.flatMap((peer) => (peer.kind === "pods" && peer.namespaces === "own" ? [peer.pods] : [])),
  );

const clusterPeersOf = (policy: ClusterPolicy, direction: Direction): readonly PodsByLabel[] =>
  policy[direction].flatMap(({ peers }) => peers.filter((peer) => peer.kind === "pods"));

/** Selectors come from few objects, met again and again: each is turned into text once. */
const texts = new WeakMap<LabelSelector, string>();

/** Equal for two selectors that are written alike. */
export function selectorText(selector: LabelSelector): string {
  const known = texts.get(selector);
  if (known !== undefined) return known;
  const text = JSON.stringify(selector);
  texts.set(selector, text);
  return text;
}

function distinct(selectors: readonly LabelSelector[]): readonly LabelSelector[] {
  return [...new Map(selectors.map((selector) => [selectorText(selector), selector])).values()];
}
