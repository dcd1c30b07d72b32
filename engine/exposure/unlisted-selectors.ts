import type { Evaluation } from "../evaluation";
import { type ClusterPolicy, type Direction, isUnknown, type LabelSelector, type NetworkPolicy } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { selects, type Ternary } from "../selector";
import type { Place } from "./unlisted-places";

/** Pods that a policy speaks of, by the labels of their namespace and their own. */
interface PodsByLabel {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** The selectors that decide about pods nobody listed: what they may exchange with one group, in one direction seen from it. */
export interface DecidingSelectors {
  readonly namespaces: readonly LabelSelector[];
  /** The places with pods that the policies of the group speak of by name or label; about pods of all others they say the same. */
  readonly touched: ReadonlySet<Place>;
  /** Those of the group's policies, and of cluster-wide ones, that pods in a place can match. */
  podsAt(place: Place): readonly LabelSelector[];
  /** Equal for two places if the policies of the group do not tell them apart. */
  signatureOf(place: Place): string;
}

/** Finds the selectors that matter, so that no label is tried that cannot matter. */
export class SelectorFinder {
  private readonly policiesOf = new Map<string, NetworkPolicy[]>();
  private readonly inUnknownNamespace: NetworkPolicy[] = [];
  private readonly places: PlaceAnswersBySelector;

  constructor(
    private readonly evaluation: Evaluation,
    private readonly present: readonly Place[],
  ) {
    this.places = new PlaceAnswersBySelector(present);
    for (const policy of evaluation.cluster.policies) {
      if (isUnknown(policy.namespace)) this.inUnknownNamespace.push(policy);
      else if (this.policiesOf.get(policy.namespace)?.push(policy) === undefined) this.policiesOf.set(policy.namespace, [policy]);
    }
  }

  around(groups: readonly PodGroup[], direction: Direction): DecidingSelectors {
    const { cluster } = this.evaluation;
    const networkPolicies = this.appliedTo(groups, direction, "networkPolicies", cluster.policies);
    const clusterPolicies = this.appliedTo(groups, direction, "clusterPolicies", cluster.clusterPolicies);
    const byLabel = [
      ...networkPolicies.flatMap((policy) => peersOf(policy, direction)),
      ...clusterPolicies.flatMap((policy) => clusterPeersOf(policy, direction)),
      ...this.clusterSubjects(direction),
    ];
    const namespaces = distinct(byLabel.map((each) => each.namespaces));
    const own = networkPolicies.filter((policy) => ownPeersOf(policy, direction).length > 0);
    const homes = new Set(groups.map(({ namespace }) => namespace));
    return {
      namespaces,
      touched: new Set([
        ...namespaces.flatMap((each) => this.places.selectedBy(each)),
        ...(own.length === 0 ? [] : this.present.filter((place) => own.some(({ namespace }) => mayBe(place, namespace)))),
      ]),
      podsAt: (place) =>
        distinct([
          ...byLabel.filter((each) => this.places.answer(each.namespaces, place) !== "no").map(({ pods }) => pods),
          ...own.filter(({ namespace }) => mayBe(place, namespace)).flatMap((policy) => ownPeersOf(policy, direction)),
        ]),
      signatureOf: (place) =>
        [
          ...namespaces.map((each) => this.places.answer(each, place)),
          ...own.map(({ namespace }) => mayBe(place, namespace)),
          homes.has(place.namespace),
        ].join(),
    };
  }

  /** The selectors of policies that pods in a place are under, or may be: those that say what they may exchange with others. */
  subjectsAt(place: Place, direction: Direction): readonly LabelSelector[] {
    const opposite = oppositeOf(direction);
    const subjects = this.policiesAt(place).filter((policy) => policy[opposite] !== undefined);
    const forAll = this.clusterSubjects(direction).filter(({ namespaces }) => this.places.answer(namespaces, place) !== "no");
    return distinct([...forAll.map(({ pods }) => pods), ...subjects.map(({ subject }) => subject)]);
  }

  private clusterSubjects(direction: Direction): readonly PodsByLabel[] {
    const opposite = oppositeOf(direction);
    return this.evaluation.cluster.clusterPolicies.filter((policy) => policy[opposite].length > 0).map(({ subject }) => subject);
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

/** Which places a selector of namespaces selects, looked up once for selectors that are written alike. */
class PlaceAnswersBySelector {
  private readonly answers = new Map<string, ReadonlyMap<Place, Ternary>>();

  constructor(private readonly present: readonly Place[]) {}

  /** The places that are there and that it selects, or may. */
  selectedBy(selector: LabelSelector): readonly Place[] {
    return [...this.among(selector).keys()];
  }

  answer(selector: LabelSelector, place: Place): Ternary {
    if (place.future === undefined) return this.among(selector).get(place) ?? "no";
    return selects(selector, place.labels, place.unknownLabels);
  }

  private among(selector: LabelSelector): ReadonlyMap<Place, Ternary> {
    const known = this.answers.get(selectorText(selector));
    if (known !== undefined) return known;
    const found = new Map(this.present.map((place) => [place, selects(selector, place.labels, place.unknownLabels)] as const));
    const selected = new Map([...found].filter(([, answer]) => answer !== "no"));
    this.answers.set(selectorText(selector), selected);
    return selected;
  }
}

const oppositeOf = (direction: Direction): Direction => (direction === "ingress" ? "egress" : "ingress");

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

/** Each selector once, of those that are written alike. */
export function distinct(selectors: readonly LabelSelector[]): readonly LabelSelector[] {
  return [...new Map(selectors.map((selector) => [selectorText(selector), selector])).values()];
}
