import { type ListEdit, listEdit } from "./list-edit";
import { type Cluster, type ClusterPolicy, type Direction, directions, isUnknown, type NetworkPolicy } from "../model";
import type { PeerMatcher } from "./peer-matching";
import type { PodGroup } from "./pod-groups";
import type { Match } from "./pod-index";
import type { IndexSet } from "../sets/index-set";

/** A policy that applies to a pod group in one direction, by its place in the cluster's list; uncertain when its selection is. */
export interface Applies {
  readonly policy: number;
  readonly isCertain: boolean;
}

/** Which policies apply to one pod group in one direction, in the order of the cluster's lists. */
export interface AppliesTo {
  /** Those that isolate it. */
  readonly networkPolicies: readonly Applies[];
  readonly clusterPolicies: readonly Applies[];
}

type Sort = keyof AppliesTo;
type Append = (direction: Direction, group: number, applies: Applies) => void;

const policiesOf = ({ policies, clusterPolicies }: Cluster) => ({ policies, clusterPolicies });

/** Which policies apply to whom: a pod is isolated in a direction when a NetworkPolicy with that direction selects it. */
export class AppliedPolicies {
  private constructor(
    private readonly cluster: Cluster,
    private readonly matcher: PeerMatcher,
    private readonly lists: Readonly<Record<Direction, AppliesTo[]>>,
  ) {}

  static of(cluster: Cluster, groups: readonly PodGroup[], matcher: PeerMatcher): AppliedPolicies {
    const none = () => groups.map(() => ({ networkPolicies: [] as Applies[], clusterPolicies: [] as Applies[] }));
    const lists = { ingress: none(), egress: none() };
    const applied = new AppliedPolicies(cluster, matcher, lists);
    // Places rise, so what comes next belongs last.
    const append =
      (sort: Sort): Append =>
      (direction, group, applies) => {
        lists[direction][group]?.[sort].push(applies);
      };
    for (const place of cluster.policies.keys()) applied.each("networkPolicies", place, append("networkPolicies"));
    for (const place of cluster.clusterPolicies.keys()) applied.each("clusterPolicies", place, append("clusterPolicies"));
    return applied;
  }

  to(group: PodGroup, direction: Direction): AppliesTo {
    return this.lists[direction][group.index] as AppliesTo;
  }

  /** The same for other policy objects that say the same. */
  renamed(cluster: Cluster): AppliedPolicies {
    return new AppliedPolicies(cluster, this.matcher, { ingress: [...this.lists.ingress], egress: [...this.lists.egress] });
  }

  /** The same for other policies, and the groups for which they are others. */
  revised(cluster: Cluster): { readonly applied: AppliedPolicies; readonly touched: ReadonlySet<number> } {
    const edits: Readonly<Record<Sort, ListEdit>> = {
      networkPolicies: listEdit(this.cluster.policies, cluster.policies),
      clusterPolicies: listEdit(this.cluster.clusterPolicies, cluster.clusterPolicies),
    };
    const applied = new AppliedPolicies(cluster, this.matcher, {
      ingress: this.lists.ingress.map((lists) => moved(lists, edits)),
      egress: this.lists.egress.map((lists) => moved(lists, edits)),
    });
    const touched = new Set<number>();
    for (const sort of ["networkPolicies", "clusterPolicies"] as const) {
      for (const place of edits[sort].removed) this.groupsOf(sort, place).forEach((group) => touched.add(group));
      for (const place of edits[sort].added) {
        applied.add(sort, place);
        applied.groupsOf(sort, place).forEach((group) => touched.add(group));
      }
    }
    return { applied, touched };
  }

  /** The same policies over other pods: what applies to the groups at some places is asked again. */
  moved(cluster: Cluster, groups: readonly PodGroup[], matcher: PeerMatcher, places: readonly number[]): AppliedPolicies {
    const asked = new Set(places.filter((place) => place < groups.length));
    const listsOf = (lists: readonly AppliesTo[]): AppliesTo[] =>
      groups.map(({ index }) => (asked.has(index) ? undefined : lists[index]) ?? { networkPolicies: [], clusterPolicies: [] });
    const lists = { ingress: listsOf(this.lists.ingress), egress: listsOf(this.lists.egress) };
    const applied = new AppliedPolicies({ ...cluster, ...policiesOf(this.cluster) }, matcher, lists);
    const namespaces = new Set([...asked].map((place) => groups[place]?.namespace).filter((each) => !isUnknown(each)));
    const isAnywhere = [...asked].some((place) => isUnknown(groups[place]?.namespace));
    for (const [place, { namespace }] of this.cluster.policies.entries()) {
      if (isAnywhere || isUnknown(namespace) || namespaces.has(namespace)) applied.add("networkPolicies", place, asked);
    }
    for (const place of this.cluster.clusterPolicies.keys()) applied.add("clusterPolicies", place, asked);
    return applied;
  }

  /** `only`: for no other groups. */
  private add(sort: Sort, place: number, only?: ReadonlySet<number>): void {
    const insert: Append = (direction, group, applies) => {
      const lists = this.lists[direction][group] as AppliesTo;
      this.lists[direction][group] = { ...lists, [sort]: inserted(lists[sort], applies) };
    };
    this.each(sort, place, insert, only);
  }

  /** Calls back for each group to which the policy at this place applies, and each direction. */
  private each(sort: Sort, place: number, append: Append, only?: ReadonlySet<number>): void {
    const policy = this.policy(sort, place);
    const { certain, possible } = this.subjectOf(sort, place);
    const isUncertain = "unknownDirections" in policy;
    const certainly: Applies = { policy: place, isCertain: true };
    const perhaps: Applies = { policy: place, isCertain: false };
    for (const direction of directions.filter((each) => appliesIn(sort, policy, each))) {
      const groups = only === undefined ? possible.members() : [...only].filter((group) => possible.has(group));
      groups.forEach((group) => {
        append(direction, group, !isUncertain && (certain === possible || certain.has(group)) ? certainly : perhaps);
      });
    }
  }

  /** The groups that the policy at this place of the cluster's list selects, or may. */
  groupsOf(sort: Sort, place: number): IndexSet {
    return this.subjectOf(sort, place).possible;
  }

  private subjectOf(sort: Sort, place: number): Match<IndexSet> {
    const policy = this.policy(sort, place);
    return "tier" in policy ? this.matcher.subjectOfClusterPolicy(policy.subject) : this.matcher.subjectOf(policy);
  }

  private policy(sort: Sort, place: number): NetworkPolicy | ClusterPolicy {
    const list = sort === "networkPolicies" ? this.cluster.policies : this.cluster.clusterPolicies;
    return list[place] as NetworkPolicy | ClusterPolicy;
  }
}

/** A NetworkPolicy applies in a direction it isolates; a cluster-wide policy in one it has rules for. */
const appliesIn = (sort: Sort, policy: NetworkPolicy | ClusterPolicy, direction: Direction): boolean =>
  sort === "networkPolicies" ? policy[direction] !== undefined : (policy[direction] ?? []).length > 0;

/** Policies stand in the order of the cluster's list; those added last mostly belong last. */
function inserted(list: readonly Applies[], applies: Applies): readonly Applies[] {
  const last = list[list.length - 1];
  if (last === undefined || last.policy < applies.policy) return [...list, applies];
  return [...list, applies].sort((a, b) => a.policy - b.policy);
}

function moved(lists: AppliesTo, edits: Readonly<Record<Sort, ListEdit>>): AppliesTo {
  const networkPolicies = movedList(lists.networkPolicies, edits.networkPolicies);
  const clusterPolicies = movedList(lists.clusterPolicies, edits.clusterPolicies);
  const isSame = networkPolicies === lists.networkPolicies && clusterPolicies === lists.clusterPolicies;
  return isSame ? lists : { networkPolicies, clusterPolicies };
}

function movedList(list: readonly Applies[], { removed, moved: places }: ListEdit): readonly Applies[] {
  if (list.length === 0 || (removed.size === 0 && places === undefined)) return list;
  if (places === undefined)
    return list.some(({ policy }) => removed.has(policy)) ? list.filter(({ policy }) => !removed.has(policy)) : list;
  const kept = list.flatMap(({ policy, isCertain }) => {
    const place = places[policy];
    return place === undefined ? [] : [{ policy: place, isCertain }];
  });
  return kept.sort((a, b) => a.policy - b.policy);
}
