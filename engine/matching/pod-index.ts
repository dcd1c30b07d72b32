import { CarriedAnswers } from "./carried-answers";
import { LabelIndex } from "./label-index";
import { type Cluster, isUnknown, type LabelSelector, type Requirement, type Value } from "../model";
import { NamespaceIndex } from "./namespace-index";
import type { PodGroup } from "./pod-groups";
import { requirementsOf, selects, type Ternary } from "../selector";
import type { IndexSet } from "../sets/index-set";
import type { Universe } from "./universe";

/** Between two bounds: what certainly matches, and what may match. Equal when nothing is unknown. */
export interface Match<S> {
  readonly certain: S;
  readonly possible: S;
}

/** The same bound twice: nothing is unknown. */
export const exactly = <S>(set: S): Match<S> => ({ certain: set, possible: set });

/** Finds the pod groups that selectors select, without asking each selector about each pod. */
export class PodIndex {
  private readonly groups: readonly PodGroup[];
  private readonly byNamespace = new Map<string, number[]>();
  /** Groups whose namespace is not known: they may be in any. */
  private readonly inUnknownNamespace: readonly number[];
  private labels: LabelIndex | undefined;
  private readonly namespaces: NamespaceIndex;
  private readonly byNamespaces = new Map<ReadonlyMap<string, Ternary>, readonly number[]>();
  /** The groups of the namespaces that a selector selects, or of one namespace. */
  private readonly scopes = new Map<ReadonlyMap<string, Ternary> | string, Match<IndexSet>>();
  private readonly meeting = new Map<string, IndexSet | undefined>();

  constructor(
    cluster: Cluster,
    private readonly universe: Universe,
    private readonly answers = new CarriedAnswers<string, Match<IndexSet>>(universe.changes),
  ) {
    this.groups = universe.groups.all;
    for (const { index, namespace } of this.groups) {
      if (isUnknown(namespace)) continue;
      const members = this.byNamespace.get(namespace);
      if (members === undefined) this.byNamespace.set(namespace, [index]);
      else members.push(index);
    }
    this.inUnknownNamespace = this.groups.filter(({ namespace }) => isUnknown(namespace)).map(({ index }) => index);
    this.namespaces = new NamespaceIndex(cluster, this.byNamespace.keys());
  }

  /** The index of a cluster that is mostly the one before. What was asked before is asked again of the groups that changed only. */
  revised(cluster: Cluster, universe: Universe): PodIndex {
    return new PodIndex(cluster, universe, this.answers.carriedTo(universe.changes));
  }

  /** The pods that `pods` selects in the namespaces that `namespaces` selects. */
  select(namespaces: LabelSelector, pods: LabelSelector): Match<IndexSet> {
    return this.answers.get(
      JSON.stringify([namespaces, pods]),
      () => this.find(namespaces, pods),
      (old, places) => this.selectAgain(old, places, namespaces, pods),
    );
  }

  /** The pods that `pods` selects in one namespace. A namespace that is not known may be any. */
  selectIn(namespace: Value<string>, pods: LabelSelector): Match<IndexSet> {
    return this.answers.get(
      JSON.stringify([namespace, pods]),
      () => this.findIn(namespace, pods),
      (old, places) => this.selectInAgain(old, places, namespace, pods),
    );
  }

  /** An answer of `select` before groups changed, as it is now that they did at these places. The same object where that is the same. */
  selectAgain(old: Match<IndexSet>, places: readonly number[], namespaces: LabelSelector, pods: LabelSelector): Match<IndexSet> {
    return this.asked(old, places, this.question(namespaces, pods));
  }

  /** The same for `selectIn`. */
  selectInAgain(old: Match<IndexSet>, places: readonly number[], namespace: Value<string>, pods: LabelSelector): Match<IndexSet> {
    return this.asked(old, places, questionIn(namespace, pods));
  }

  /** An answer without the groups at these places. */
  without(old: Match<IndexSet>, places: readonly number[]): Match<IndexSet> {
    return this.answered(old, places, () => "no");
  }

  private question(namespaces: LabelSelector, pods: LabelSelector): Question {
    return { pods, inNamespace: ({ namespace }) => this.namespaces.selects(namespaces, namespace) };
  }

  private find(namespaces: LabelSelector, pods: LabelSelector): Match<IndexSet> {
    const everywhere = this.everywhere(pods);
    if (everywhere !== undefined) return this.both(this.scope(namespaces), everywhere);
    return this.within(this.inNamespaces(namespaces), this.question(namespaces, pods));
  }

  private findIn(namespace: Value<string>, pods: LabelSelector): Match<IndexSet> {
    if (isUnknown(namespace)) return this.within(undefined, questionIn(namespace, pods));
    const everywhere = this.everywhere(pods);
    if (everywhere !== undefined) return this.both(this.scopeOf(namespace), everywhere);
    return this.within([...(this.byNamespace.get(namespace) ?? []), ...this.inUnknownNamespace], questionIn(namespace, pods));
  }

  /** The pods that a selector selects in whatever namespace, where looking up each of its conditions tells. */
  private everywhere(pods: LabelSelector): IndexSet | undefined {
    if (pods.unknown !== undefined) return undefined;
    let found = this.universe.allPods;
    for (const requirement of requirementsOf(pods)) {
      const meeting = this.meetingOf(requirement);
      if (meeting === undefined) return undefined;
      found = found === this.universe.allPods ? meeting : found.intersect(meeting);
    }
    return found;
  }

  private meetingOf(requirement: Requirement): IndexSet | undefined {
    const key = JSON.stringify(requirement);
    if (this.meeting.has(key)) return this.meeting.get(key);
    this.labels ??= new LabelIndex(this.groups);
    const places = this.labels.meeting(requirement);
    const found = places === undefined ? undefined : this.setOf(places);
    this.meeting.set(key, found);
    return found;
  }

  /** The pods in the namespaces that a selector selects. */
  private scope(namespaces: LabelSelector): Match<IndexSet> {
    const selected = this.namespaces.selected(namespaces);
    const known = this.scopes.get(selected);
    if (known !== undefined) return known;
    const { inNamespace } = this.question(namespaces, {});
    const answers = this.inUnknownNamespace.map((index) => [index, inNamespace(this.groups[index] as PodGroup)] as const);
    const members = (isMeant: (answer: Ternary) => boolean): readonly number[] => [
      ...[...selected].flatMap(([name, answer]) => (isMeant(answer) ? (this.byNamespace.get(name) ?? []) : [])),
      ...answers.flatMap(([index, answer]) => (isMeant(answer) ? [index] : [])),
    ];
    const scope = this.bounded(
      members((answer) => answer === "yes"),
      members((answer) => answer !== "no"),
    );
    this.scopes.set(selected, scope);
    return scope;
  }

  /** The pods in one namespace. */
  private scopeOf(namespace: string): Match<IndexSet> {
    const known = this.scopes.get(namespace);
    if (known !== undefined) return known;
    const members = this.byNamespace.get(namespace) ?? [];
    const scope = this.bounded(members, [...members, ...this.inUnknownNamespace]);
    this.scopes.set(namespace, scope);
    return scope;
  }

  private both(scope: Match<IndexSet>, pods: IndexSet): Match<IndexSet> {
    if (pods === this.universe.allPods) return scope;
    const possible = scope.possible.intersect(pods);
    if (scope.certain === scope.possible) return exactly(possible);
    const certain = scope.certain.intersect(pods);
    return certain.size === possible.size ? exactly(possible) : { certain, possible };
  }

  /** `candidates` undefined: every group. */
  private within(candidates: readonly number[] | undefined, question: Question): Match<IndexSet> {
    const certain: number[] = [];
    const possible: number[] = [];
    this.labels ??= new LabelIndex(this.groups);
    for (const index of this.labels.candidates(question.pods, candidates)) {
      const answer = answerFor(question, this.groups[index] as PodGroup);
      if (answer === "no") continue;
      possible.push(index);
      if (answer === "yes") certain.push(index);
    }
    return this.bounded(certain, possible);
  }

  private bounded(certain: readonly number[], possible: readonly number[]): Match<IndexSet> {
    const all = this.setOf(possible);
    return certain.length === possible.length ? exactly(all) : { certain: this.setOf(certain), possible: all };
  }

  /** An answer asked again of the groups at some places. The same object where it does not change. */
  private asked(old: Match<IndexSet>, places: readonly number[], question: Question): Match<IndexSet> {
    return this.answered(old, places, (place) => {
      const group = this.groups[place];
      return group === undefined ? "no" : answerFor(question, group);
    });
  }

  private answered(old: Match<IndexSet>, places: readonly number[], answer: (place: number) => Ternary): Match<IndexSet> {
    const answers = places.map(answer);
    const isSame = places.every((place, at) => {
      const now = answers[at];
      return (
        old.possible.has(place) === (now !== "no") &&
        (old.certain === old.possible ? now !== "maybe" : old.certain.has(place) === (now === "yes"))
      );
    });
    if (isSame) return old;
    const possible = this.withAnswers(old.possible, places, (at) => answers[at] !== "no");
    if (old.certain === old.possible && !answers.includes("maybe")) return possible === old.possible ? old : exactly(possible);
    const certain = this.withAnswers(old.certain, places, (at) => answers[at] === "yes");
    if (certain === old.certain && possible === old.possible) return old;
    return certain.size === possible.size ? exactly(possible) : { certain, possible };
  }

  private withAnswers(old: IndexSet, places: readonly number[], isIn: (at: number) => boolean): IndexSet {
    const come = places.filter((place, at) => isIn(at) && !old.has(place));
    const gone = places.filter((place, at) => !isIn(at) && old.has(place));
    if (come.length === 0 && gone.length === 0) return old;
    return old.subtract(this.universe.of(gone)).union(this.universe.of(come));
  }

  private setOf(members: readonly number[]): IndexSet {
    return members.length === this.groups.length ? this.universe.allPods : this.universe.of(members);
  }

  /** Groups of the namespaces a selector may select; undefined: of all of them. */
  private inNamespaces(selector: LabelSelector): readonly number[] | undefined {
    const selected = this.namespaces.selected(selector);
    if (selected.size === this.namespaces.count) return undefined;
    const known = this.byNamespaces.get(selected);
    if (known !== undefined) return known;
    const members = [...this.inUnknownNamespace];
    for (const name of selected.keys()) for (const member of this.byNamespace.get(name) ?? []) members.push(member);
    this.byNamespaces.set(selected, members);
    return members;
  }
}

/** Which pods are asked for. */
interface Question {
  readonly pods: LabelSelector;
  readonly inNamespace: (group: PodGroup) => Ternary;
}

const questionIn = (namespace: Value<string>, pods: LabelSelector): Question => ({
  pods,
  inNamespace: (group) => (isUnknown(namespace) || isUnknown(group.namespace) ? "maybe" : group.namespace === namespace ? "yes" : "no"),
});

/** Whether one group is asked for: its labels and its namespace both have to be. */
function answerFor({ pods, inNamespace }: Question, group: PodGroup): Ternary {
  const namespaceMatches = inNamespace(group);
  const podMatches = namespaceMatches === "no" ? "no" : selects(pods, group.labels, group.unknownLabels);
  if (podMatches === "no") return "no";
  return podMatches === "yes" && namespaceMatches === "yes" ? "yes" : "maybe";
}
