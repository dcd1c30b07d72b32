import { LabelIndex } from "./label-index";
import { type Cluster, isUnknown, type LabelSelector, type Value } from "../model";
import { NamespaceIndex } from "./namespace-index";
import type { PodGroup } from "./pod-groups";
import { selects, type Ternary } from "../selector";
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
  private readonly labels: LabelIndex;
  private readonly namespaces: NamespaceIndex;
  private readonly byNamespaces = new Map<ReadonlyMap<string, Ternary>, readonly number[]>();
  private readonly answers = new Map<string, Match<IndexSet>>();

  constructor(
    cluster: Cluster,
    private readonly universe: Universe,
  ) {
    this.groups = universe.groups.all;
    for (const { index, namespace } of this.groups) {
      if (isUnknown(namespace)) continue;
      const members = this.byNamespace.get(namespace);
      if (members === undefined) this.byNamespace.set(namespace, [index]);
      else members.push(index);
    }
    this.inUnknownNamespace = this.groups.filter(({ namespace }) => isUnknown(namespace)).map(({ index }) => index);
    this.labels = new LabelIndex(this.groups);
    this.namespaces = new NamespaceIndex(cluster, this.byNamespace.keys());
  }

  /** The pods that `pods` selects in the namespaces that `namespaces` selects. */
  select(namespaces: LabelSelector, pods: LabelSelector): Match<IndexSet> {
    return this.remember(JSON.stringify([namespaces, pods]), () =>
      this.within(this.inNamespaces(namespaces), pods, ({ namespace }) => this.namespaces.selects(namespaces, namespace)),
    );
  }

  /** The pods that `pods` selects in one namespace. A namespace that is not known may be any. */
  selectIn(namespace: Value<string>, pods: LabelSelector): Match<IndexSet> {
    return this.remember(JSON.stringify([namespace, pods]), () => {
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
    for (const index of this.labels.candidates(pods, candidates)) {
      const group = this.groups[index] as PodGroup;
      const podMatches = selects(pods, group.labels, group.unknownLabels);
      const namespaceMatches = podMatches === "no" ? "no" : inNamespace(group);
      if (namespaceMatches === "no") continue;
      possible.push(index);
      if (podMatches === "yes" && namespaceMatches === "yes") certain.push(index);
    }
    const all = this.setOf(possible);
    return certain.length === possible.length ? exactly(all) : { certain: this.setOf(certain), possible: all };
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
