import { AddressRanges } from "./address-ranges";
import type { Cluster } from "../model";
import { groupPods, type PodGroups } from "./pod-groups";
import { Vocabulary } from "./policy-vocabulary";
import { IndexSet } from "../sets/index-set";
import type { Address, IpSet } from "../sets/ip-set";

/**
 * Every end a flow can have, as classes that no policy tells apart: pod groups, then ranges of addresses. A peer is a set of these, and a
 * row of the reachability matrix gives each of them a value.
 */
export class Universe {
  readonly groups: PodGroups;
  readonly all: IndexSet;
  readonly none: IndexSet;
  readonly allAddresses: IndexSet;
  readonly allPods: IndexSet;
  private readonly ranges: AddressRanges;
  private readonly vocabulary: Vocabulary;

  constructor(private readonly cluster: Cluster) {
    this.vocabulary = new Vocabulary(cluster);
    this.ranges = new AddressRanges(this.vocabulary);
    this.groups = groupPods(cluster, this.vocabulary, this.ranges);
    this.all = IndexSet.all(this.size);
    this.none = IndexSet.none(this.size);
    this.allPods = this.of(this.groups.all.keys());
    this.allAddresses = this.all.subtract(this.allPods);
  }

  get size(): number {
    return this.groups.all.length + this.ranges.count;
  }

  /** Whether the classes hold for other policies over the same pods: they do when no new policy looks at anything that none looked at. */
  serves({ policies, clusterPolicies, ...others }: Cluster): boolean {
    const known = new Set<object>([...this.cluster.policies, ...this.cluster.clusterPolicies]);
    const isNew = (policy: object): boolean => !known.has(policy);
    const added = { ...others, policies: policies.filter(isNew), clusterPolicies: clusterPolicies.filter(isNew) };
    return this.vocabulary.contains(new Vocabulary(added));
  }

  of(members: Iterable<number>): IndexSet {
    return IndexSet.of(this.size, members);
  }

  /** The class an address that is no pod's belongs to. */
  indexOf(address: Address): number {
    return this.groups.all.length + this.ranges.of(address);
  }

  /** The classes of the addresses in a set made of blocks the policies name. */
  addressesIn(set: IpSet): readonly number[] {
    return this.ranges.within(set).map((range) => this.groups.all.length + range);
  }

  /** The addresses a class stands for; a pod group stands for none. */
  addressesOf(index: number): IpSet | undefined {
    const range = index - this.groups.all.length;
    return range < 0 ? undefined : this.ranges.addresses(range);
  }
}
