import type { Evaluation } from "../evaluation";
import { type ClusterPolicy, type Direction, isUnknown, type LabelSelector, type NetworkPolicy, type Value } from "../model";
import { type SequenceId, Sequences } from "./pair-numbers";
import { PlaceIndex } from "./place-index";
import type { PodGroup } from "../matching/pod-groups";
import type { SelectorListId, SelectorLists } from "./pod-kinds";
import { selects } from "../selector";
import type { Place } from "./unlisted-places";

/** Pods that a policy speaks of, by the labels of their namespace and their own. */
interface PodsByLabel {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** Pods of their own namespace that policies speak of. */
interface OwnPods {
  readonly namespace: Value<string>;
  readonly pods: readonly LabelSelector[];
}

/** Places that the policies of a workload do not tell apart, and the selectors by which they speak of pods there. */
export interface PlaceSort {
  /** One of the places. */
  readonly example: Place;
  readonly selectors: SelectorListId;
}

/** What the policies of one workload look at, of pods in one direction. */
interface Glance {
  readonly byLabel: readonly PodsByLabel[];
  readonly namespaces: readonly LabelSelector[];
  readonly own: readonly OwnPods[];
  readonly homes: ReadonlySet<Value<string>>;
}

/** Finds out which places the policies of a workload tell apart, and which selectors matter there: no label is tried that cannot matter. */
export class SortFinder {
  private readonly policiesOf = new Map<string, NetworkPolicy[]>();
  private readonly inUnknownNamespace: NetworkPolicy[] = [];
  private readonly index: PlaceIndex;
  private readonly signatures = new Sequences();
  /** Signatures of the places that are there, while those of one workload are sorted; empty in between. */
  private readonly marks: Uint32Array;

  constructor(
    private readonly evaluation: Evaluation,
    present: readonly Place[],
    private readonly lists: SelectorLists,
  ) {
    this.index = new PlaceIndex(present, lists);
    this.marks = new Uint32Array(present.length);
    for (const policy of evaluation.cluster.policies) {
      if (isUnknown(policy.namespace)) this.inUnknownNamespace.push(policy);
      else if (this.policiesOf.get(policy.namespace)?.push(policy) === undefined) this.policiesOf.set(policy.namespace, [policy]);
    }
  }

  around(groups: readonly PodGroup[], direction: Direction): PlaceSorts {
    const { cluster } = this.evaluation;
    const networkPolicies = this.appliedTo(groups, direction, "networkPolicies", cluster.policies);
    const clusterPolicies = this.appliedTo(groups, direction, "clusterPolicies", cluster.clusterPolicies);
    const byLabel = [
      ...networkPolicies.flatMap((policy) => peersOf(policy, direction)),
      ...clusterPolicies.flatMap((policy) => clusterPeersOf(policy, direction)),
      ...this.clusterSubjects(direction),
    ];
    const own = networkPolicies.flatMap((policy): readonly OwnPods[] => {
      const pods = ownPeersOf(policy, direction);
      return pods.length === 0 ? [] : [{ namespace: policy.namespace, pods }];
    });
    const namespaces = [...new Map(byLabel.map((each) => [this.lists.numberOf(each.namespaces), each.namespaces])).values()];
    const homes = new Set(groups.map(({ namespace }) => namespace));
    return new PlaceSorts({ byLabel, namespaces, own, homes }, this.index, this.lists, this.signatures, this.marks);
  }

  /** The selectors of policies that pods in a place are under, or may be: those that say what they may exchange with others. */
  subjectsAt(place: Place, direction: Direction): SelectorListId {
    const opposite = oppositeOf(direction);
    const subjects = this.policiesAt(place).filter((policy) => policy[opposite] !== undefined);
    const forAll = this.clusterSubjects(direction).filter(
      ({ namespaces }) => selects(namespaces, place.labels, place.unknownLabels) !== "no",
    );
    return this.lists.of([...forAll.map(({ pods }) => pods), ...subjects.map(({ subject }) => subject)]);
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

/** The places that the policies of one workload tell apart, for pods in one direction. */
export class PlaceSorts {
  /** The places with pods that the policies speak of by name or label, rising; about pods of all others they say the same. */
  readonly touched: Uint32Array;
  /** Those that occur there. */
  readonly sorts: readonly PlaceSort[];
  /** The sort of each touched place, by its place among those. */
  readonly sortAt: Uint32Array;
  private readonly bySignature = new Map<SequenceId, PlaceSort>();

  constructor(
    private readonly glance: Glance,
    private readonly index: PlaceIndex,
    private readonly lists: SelectorLists,
    private readonly signatures: Sequences,
    marks: Uint32Array,
  ) {
    const { places } = index;
    this.touched = this.mark(marks);
    const sorts = new Map<PlaceSort, number>();
    this.sortAt = this.touched.map((number) => {
      const sort = this.sort(places[number] as Place, marks[number] as number);
      const at = sorts.get(sort) ?? sorts.size;
      sorts.set(sort, at);
      return at;
    });
    this.sorts = [...sorts.keys()];
    for (const number of this.touched) marks[number] = signatures.empty;
  }

  /** The selectors of namespaces that matter. */
  get namespaces(): readonly LabelSelector[] {
    return this.glance.namespaces;
  }

  /** The sort of a place that is not there yet. */
  sortOf(place: Place): PlaceSort {
    const { namespaces, own } = this.glance;
    let signature = this.signatures.empty;
    for (const [at, selector] of namespaces.entries()) {
      const answer = selects(selector, place.labels, place.unknownLabels);
      if (answer !== "no") signature = this.signatures.append(signature, selectedMark(at, answer));
    }
    // Only a policy of which the namespace is not known may be in one that is to come.
    for (const [at, { namespace }] of own.entries())
      if (isUnknown(namespace)) signature = this.signatures.append(signature, this.ownMark(at));
    return this.sort(place, signature);
  }

  /** Writes down what the policies say of each place. */
  private mark(marks: Uint32Array): Uint32Array {
    const touched: number[] = [];
    const add = (number: number, mark: number): void => {
      const before = marks[number] as number;
      if (before === this.signatures.empty) touched.push(number);
      marks[number] = this.signatures.append(before, mark);
    };
    const { namespaces, own, homes } = this.glance;
    for (const [at, selector] of namespaces.entries())
      for (const { number, answer } of this.index.selectedBy(selector)) add(number, selectedMark(at, answer));
    for (const [at, { namespace }] of own.entries()) for (const number of this.index.named(namespace)) add(number, this.ownMark(at));
    for (const number of touched) {
      const { namespace } = this.index.places[number] as Place;
      if (homes.has(namespace)) marks[number] = this.signatures.append(marks[number] as number, this.ownMark(own.length));
    }
    return Uint32Array.from(touched).sort();
  }

  private ownMark(at: number): number {
    return 2 * this.glance.namespaces.length + at;
  }

  private sort(place: Place, signature: SequenceId): PlaceSort {
    // A place whose very name is not known is like no other.
    if (isUnknown(place.namespace)) return { example: place, selectors: this.selectorsFor(signature) };
    const known = this.bySignature.get(signature);
    if (known !== undefined) return known;
    const sort = { example: place, selectors: this.selectorsFor(signature) };
    this.bySignature.set(signature, sort);
    return sort;
  }

  /** Those of the workload's policies, and of cluster-wide ones, that pods there can match. */
  private selectorsFor(signature: SequenceId): SelectorListId {
    const { namespaces, byLabel, own } = this.glance;
    const marks = new Set(this.signatures.numbers(signature));
    const selecting = new Set(
      namespaces.flatMap((selector, at) =>
        marks.has(selectedMark(at, "yes")) || marks.has(selectedMark(at, "maybe")) ? [this.lists.numberOf(selector)] : [],
      ),
    );
    return this.lists.of([
      ...byLabel.filter((each) => selecting.has(this.lists.numberOf(each.namespaces))).map(({ pods }) => pods),
      ...own.filter((_, at) => marks.has(this.ownMark(at))).flatMap(({ pods }) => pods),
    ]);
  }
}

const selectedMark = (selector: number, answer: "yes" | "maybe"): number => 2 * selector + (answer === "yes" ? 0 : 1);

const oppositeOf = (direction: Direction): Direction => (direction === "ingress" ? "egress" : "ingress");

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
