import { type Cluster, isUnknown, type LabelSelector, type Value } from "./model";
import type { PodGroup } from "./pod-groups";
import type { Universe } from "./universe";
import { requirementsOf, selects, type Ternary } from "./selector";
import type { IndexSet } from "./sets/index-set";

/** Between two bounds: what certainly matches, and what may match. Equal when nothing is unknown. */
export interface Match<S> {
  readonly certain: S;
  readonly possible: S;
}

/** The same bound twice: nothing is unknown. */
export const exactly = <S>(set: S): Match<S> => ({ certain: set, possible: set });

/** Finds the pod groups that selectors select, without asking each selector about each pod. */
export class PodIndex {
  private readonly byNamespace = new Map<string, number[]>();
  /** Groups whose namespace is not known: they may be in any. */
  private readonly inUnknownNamespace: number[] = [];
  private readonly byLabel = new Map<string, number[]>();
  /** Groups that a label index can miss: some label, or its value, is not known. */
  private readonly withUnknownLabels: number[] = [];
  private readonly namespaceAnswers = new Map<string, ReadonlyMap<string, Ternary>>();
  private readonly answers = new Map<string, Match<IndexSet>>();
  private readonly groups: readonly PodGroup[];

  constructor(
    private readonly cluster: Cluster,
    private readonly universe: Universe,
  ) {
    this.groups = universe.groups.all;
    for (const { index, namespace, labels, unknownLabels } of this.groups) {
      if (isUnknown(namespace)) this.inUnknownNamespace.push(index);
      else append(this.byNamespace, namespace, index);
      if (unknownLabels !== undefined || Object.values(labels).some(isUnknown)) this.withUnknownLabels.push(index);
      for (const [key, value] of Object.entries(labels)) {
        if (!isUnknown(value)) append(this.byLabel, labelKey(key, value), index);
      }
    }
  }

  /** The pods that `pods` selects in the namespaces that `namespaces` selects. */
  select(namespaces: LabelSelector, pods: LabelSelector): Match<IndexSet> {
    const key = JSON.stringify([namespaces, pods]);
    return this.remember(key, () => {
      const inNamespaces = this.inNamespaces(namespaces);
      return this.within(inNamespaces, pods, (group) => this.namespaceAnswer(namespaces, group.namespace));
    });
  }

  /** The pods that `pods` selects in one namespace. A namespace that is not known may be any. */
  selectIn(namespace: Value<string>, pods: LabelSelector): Match<IndexSet> {
    const key = JSON.stringify([namespace, pods]);
    return this.remember(key, () => {
      const candidates = isUnknown(namespace) ? undefined : [...(this.byNamespace.get(namespace) ?? []), ...this.inUnknownNamespace];
      const same = (group: PodGroup): Ternary =>
        isUnknown(namespace) || isUnknown(group.namespace) ? "maybe" : group.namespace === namespace ? "yes" : "no";
      return this.within(candidates, pods, same);
    });
  }

  private remember(key: string, find: () => Match<IndexSet>): Match<IndexSet> {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.answers.set(key, found);
    return found;
  }

  /** `candidates` undefined: every group. */
  private within(
    candidates: readonly number[] | undefined,
    pods: LabelSelector,
    inNamespace: (group: PodGroup) => Ternary,
  ): Match<IndexSet> {
    const certain: number[] = [];
    const possible: number[] = [];
    for (const index of this.narrow(candidates, pods)) {
      const group = this.groups[index] as PodGroup;
      const namespaceMatches = inNamespace(group);
      if (namespaceMatches === "no") continue;
      const podMatches = selects(pods, group.labels, group.unknownLabels);
      if (podMatches === "no") continue;
      possible.push(index);
      if (podMatches === "yes" && namespaceMatches === "yes") certain.push(index);
    }
    const possibleSet = this.setOf(possible);
    return { certain: certain.length === possible.length ? possibleSet : this.setOf(certain), possible: possibleSet };
  }

  private setOf(members: readonly number[]): IndexSet {
    return members.length === this.groups.length ? this.universe.allPods : this.universe.of(members);
  }

  /** The fewest groups that can hold every match: by namespace, or by one of the labels the selector demands. */
  private narrow(candidates: readonly number[] | undefined, pods: LabelSelector): Iterable<number> {
    let best: readonly (readonly number[])[] | undefined;
    let fewest = candidates?.length ?? this.groups.length;
    for (const requirement of requirementsOf(pods)) {
      if (requirement.operator !== "In" || requirement.values.some(isUnknown)) continue;
      const lists = new Set(requirement.values as readonly string[]);
      const holders = [...lists].map((value) => this.byLabel.get(labelKey(requirement.key, value)) ?? []);
      const all = this.withUnknownLabels.length === 0 ? holders : [...holders, this.withUnknownLabels];
      const count = all.reduce((sum, { length }) => sum + length, 0);
      if (count < fewest) [best, fewest] = [all, count];
    }
    if (best === undefined) return candidates ?? this.groups.keys();
    return best.length === 1 ? (best[0] ?? []) : new Set(best.flat());
  }

  /** Groups of the namespaces a selector may select; undefined: of all of them. */
  private inNamespaces(selector: LabelSelector): readonly number[] | undefined {
    const answers = this.namespaceAnswersTo(selector);
    const result: number[] = [...this.inUnknownNamespace];
    let everywhere = true;
    for (const [namespace, members] of this.byNamespace) {
      if (answers.get(namespace) === "no") everywhere = false;
      else for (const member of members) result.push(member);
    }
    return everywhere ? undefined : result;
  }

  private namespaceAnswer(selector: LabelSelector, namespace: Value<string>): Ternary {
    const isDemanding = requirementsOf(selector).length > 0 || selector.unknown !== undefined;
    if (isUnknown(namespace)) return isDemanding ? "maybe" : "yes";
    // A namespace that is nowhere described may have any labels beside the one the API server sets.
    return this.namespaceAnswersTo(selector).get(namespace) ?? (isDemanding ? "maybe" : "yes");
  }

  private namespaceAnswersTo(selector: LabelSelector): ReadonlyMap<string, Ternary> {
    const key = JSON.stringify(selector);
    const known = this.namespaceAnswers.get(key);
    if (known !== undefined) return known;
    const answers = new Map<string, Ternary>();
    for (const { name, labels, unknownLabels } of this.cluster.namespaces) {
      if (!isUnknown(name)) answers.set(name, selects(selector, labels, unknownLabels));
    }
    this.namespaceAnswers.set(key, answers);
    return answers;
  }
}

const labelKey = (key: string, value: string): string => `${key}=${value}`;

function append(index: Map<string, number[]>, key: string, member: number): void {
  const members = index.get(key);
  if (members === undefined) index.set(key, [member]);
  else members.push(member);
}
