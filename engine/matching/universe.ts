import { AddressRanges } from "./address-ranges";
import type { Cluster, Workload } from "../model";
import { editOf } from "./ground-edit";
import { groupPods } from "./group-draft";
import { PlaceChanges } from "./place-changes";
import type { PodGroups } from "./pod-groups";
import { Vocabulary } from "./policy-vocabulary";
import { IndexSet } from "../sets/index-set";
import type { Address, IpSet } from "../sets/ip-set";

/** What a universe is made of. */
interface Parts {
  readonly vocabulary: Vocabulary;
  readonly ranges: AddressRanges;
  readonly groups: PodGroups;
  /** How many places there are for pod groups. */
  readonly places: number;
  readonly changes: PlaceChanges;
}

/** When more places than this changed, they are no longer carried along: to start over takes no longer. */
const mostChanges = 512;

/**
 * Every end a flow can have, as classes that no policy tells apart: pod groups, then ranges of addresses. A peer is a set of these, and a
 * row of the reachability matrix gives each of them a value.
 *
 * Between the two, some places stand for no end: pods that come later find room there, so that nothing has to be numbered again. What a
 * set or a row says about such a place means nothing.
 */
export class Universe {
  readonly groups: PodGroups;
  readonly all: IndexSet;
  readonly none: IndexSet;
  readonly allAddresses: IndexSet;
  readonly allPods: IndexSet;
  /** What became of its places since it was first made. */
  readonly changes: PlaceChanges;
  private readonly ranges: AddressRanges;

  constructor(
    cluster: Cluster,
    private readonly parts: Parts = partsOf(cluster),
  ) {
    this.groups = parts.groups;
    this.ranges = parts.ranges;
    this.changes = parts.changes;
    this.all = IndexSet.all(this.size);
    this.none = IndexSet.none(this.size);
    this.allPods = this.of(this.groups.all.keys());
    this.allAddresses = this.of(Array.from({ length: this.ranges.count }, (_, range) => parts.places + range));
  }

  /** The universe of a cluster in which classes are told apart as the policies of another cluster do, too. */
  static alsoFor(cluster: Cluster, other: Cluster): Universe {
    return new Universe(cluster, partsOf(cluster, new Vocabulary(other)));
  }

  get size(): number {
    return this.parts.places + this.ranges.count;
  }

  /**
   * The universe of a cluster that is mostly the one before: itself while its classes serve, else one in which the classes keep their places
   * but for a few, which `changes` names. Undefined where that cannot be: address blocks begin or end where none did, there is no room for so
   * many pods that differ, or too much has changed.
   */
  revised(before: Cluster, after: Cluster): Universe | undefined {
    const { vocabulary, ranges, groups, places, changes } = this.parts;
    const edit = editOf(before, after, vocabulary);
    if (edit === undefined) return undefined;
    const { removed, added, namespaces } = edit;
    if (removed.length === 0 && added.length === 0 && namespaces.size === 0 && edit.vocabulary === vocabulary) return this;
    if (removed.length + added.length > 2 * mostChanges) return undefined;
    const revised = groups.revised({ removed, added, vocabulary: edit.vocabulary, ranges });
    const inNamespaces = revised.groups.all.filter(({ namespace }) => namespaces.has(namespace)).map(({ index }) => index);
    const allChanges = changes.and([...revised.places, ...inNamespaces]);
    if (revised.groups.all.length > places || allChanges.size > mostChanges) return undefined;
    return new Universe(after, { vocabulary: edit.vocabulary, ranges, groups: revised.groups, places, changes: allChanges });
  }

  /** The same ends, of other workloads that say the same. */
  renamed(cluster: Cluster, twins: ReadonlyMap<Workload, Workload>): Universe {
    return new Universe(cluster, { ...this.parts, groups: this.parts.groups.renamed(twins) });
  }

  of(members: Iterable<number>): IndexSet {
    return IndexSet.of(this.size, members);
  }

  /** The class an address that is no pod's belongs to. */
  indexOf(address: Address): number {
    return this.parts.places + this.ranges.of(address);
  }

  /** The classes of the addresses in a set made of blocks the policies name. */
  addressesIn(set: IpSet): readonly number[] {
    return this.ranges.within(set).map((range) => this.parts.places + range);
  }

  /** The addresses a class stands for; a pod group stands for none. */
  addressesOf(index: number): IpSet | undefined {
    const range = index - this.parts.places;
    return range < 0 ? undefined : this.ranges.addresses(range);
  }
}

function partsOf(cluster: Cluster, more?: Vocabulary): Parts {
  const own = new Vocabulary(cluster);
  const vocabulary = more === undefined ? own : own.and(more);
  const ranges = new AddressRanges(vocabulary);
  const groups = groupPods(cluster, vocabulary, ranges);
  return { vocabulary, ranges, groups, places: groups.all.length + roomFor(groups.all.length), changes: PlaceChanges.none() };
}

/** How many groups may come. */
const roomFor = (groups: number): number => 16 + (groups >> 4);
