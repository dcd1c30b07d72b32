import { AppliedPolicies, type AppliesTo } from "./matching/applied-policies";
import { CarriedAnswers } from "./matching/carried-answers";
import { type Bound, bounds, Columns, type GroupRows } from "./rows/columns";
import type { ConnectionTable } from "./rows/connection-table";
import { type Cluster, type ClusterPolicy, type Direction, directions, type NetworkPolicy } from "./model";
import { PeerMatcher } from "./matching/peer-matching";
import type { PodGroup } from "./matching/pod-groups";
import type { PodIndex } from "./matching/pod-index";
import { PortMatcher } from "./matching/port-matching";
import { type PolicyEdit, seenThrough, unchanged } from "./rows/policy-edit";
import { PortMeanings } from "./rows/port-meanings";
import type { Reading } from "./profile";
import { broughtUpToDate, type Inherited, type Projections, seenFrom } from "./rows/row-revision";
import { type Applied, type Contribution, type NameResolver, type Row, RowBuilder } from "./rows/rows";
import type { ClusterRuleMatch, RuleMatch } from "./matching/rule-matching";
import { RuleMemory } from "./matching/rule-memory";
import type { IndexSet } from "./sets/index-set";
import { Signatures } from "./rows/signatures";
import { StageTable } from "./rows/stages";
import type { Universe } from "./matching/universe";

/** What does not depend on which policies there are, and what is remembered by policy object: shared by an interpretation and its revisions. */
interface Base {
  readonly reading: Reading;
  readonly universe: Universe;
  readonly table: ConnectionTable;
  readonly ports: PortMatcher;
  readonly meanings: PortMeanings;
  readonly memory: RuleMemory;
  readonly stages: StageTable;
  readonly pods: PodIndex;
  readonly rows: CarriedAnswers<string, Row>;
  readonly contributions: Map<RuleMatch, readonly Contribution[]>;
  /** What egress rules that mention port names say. */
  readonly named: Map<RuleMatch, readonly Contribution[]>;
  /** What rules say at the places that changed, for each list of such places. */
  readonly projections: Projections;
}

/**
 * A cluster in one reading, with all that its policies name looked up. Rows are computed when first asked for, and shared by all pods to
 * which the same policies apply.
 */
export class Interpretation {
  readonly reading: Reading;
  readonly ports: PortMatcher;
  private readonly signatures: Signatures;
  /** The rules of NetworkPolicies, by place: each is asked for by every pod group it selects. */
  private readonly rules: Record<Direction, (readonly RuleMatch[] | undefined)[]> = { ingress: [], egress: [] };
  private readonly rows: Record<Direction, (Row | undefined)[]> = { ingress: [], egress: [] };
  private isExact: boolean | undefined;
  private readonly turned: Partial<Record<Bound, Columns | undefined>> = {};

  private constructor(
    private readonly cluster: Cluster,
    private readonly base: Base,
    private readonly applied: AppliedPolicies,
    /** Given: all other rows are exact. */
    private readonly inherited?: Inherited,
    earlier?: { readonly signatures: Signatures; readonly except: ReadonlySet<number> },
  ) {
    this.reading = base.reading;
    this.ports = base.ports;
    this.signatures = new Signatures(this.signed(), earlier);
  }

  static of(reading: Reading, cluster: Cluster, universe: Universe, table: ConnectionTable, pods: PodIndex): Interpretation {
    const peers = new PeerMatcher(cluster, universe, pods, reading);
    const ports = new PortMatcher(universe, table);
    const memory = RuleMemory.of(peers, ports, universe.changes);
    const base: Base = {
      reading,
      universe,
      table,
      ports,
      meanings: new PortMeanings(ports),
      memory,
      stages: new StageTable(table),
      pods,
      rows: new CarriedAnswers(universe.changes),
      contributions: new Map(),
      named: new Map(),
      projections: new Map(),
    };
    return new Interpretation(cluster, base, AppliedPolicies.of(cluster, universe.groups.all, peers));
  }

  /** The same pods and namespaces under other policies. All that the two have in common is kept, not computed again. */
  revised(cluster: Cluster): Interpretation {
    const { applied, touched } = this.applied.revised(cluster);
    const revised = this.with(cluster, this.base, applied, this.inheritance(touched, []), touched);
    for (const direction of directions) {
      revised.rows[direction] = this.rows[direction].map((row, group) => (touched.has(group) ? undefined : row));
    }
    const turned = bounds.filter((bound) => this.turned[bound] !== undefined);
    if (turned.length === 0) return revised;
    const groups = this.base.universe.groups.all;
    const resent = [...touched].filter((group) => !this.sendsAs(revised, groups[group] as PodGroup));
    for (const bound of turned) revised.turned[bound] = this.turned[bound]?.revised(touched, resent, revised.rowsOf(bound));
    return revised;
  }

  /** The same policies over other pods: those of a universe revised once. What is known is looked at again only where places changed. */
  moved(cluster: Cluster, universe: Universe, pods: PodIndex): Interpretation {
    const { reading, table, memory, rows, stages, contributions } = this.base;
    const places = universe.changes.since(universe.changes.revision - 1);
    const peers = new PeerMatcher(cluster, universe, pods, reading);
    const ports = new PortMatcher(universe, table);
    const base: Base = {
      ...{ reading, universe, table, stages, ports, pods, contributions },
      meanings: new PortMeanings(ports),
      memory: memory.moved(peers, ports, universe.changes),
      rows: rows.carriedTo(universe.changes),
      named: new Map(),
      projections: new Map(),
    };
    const policies = { policies: this.cluster.policies, clusterPolicies: this.cluster.clusterPolicies };
    const applied = this.applied.moved(cluster, universe.groups.all, peers, places);
    const changed = new Set(places.filter((place) => place < universe.groups.all.length));
    const moved = this.with({ ...cluster, ...policies }, base, applied, this.inheritance(changed, changed), new Set(places));
    for (const bound of bounds) moved.turned[bound] = this.turned[bound]?.atPlaces(universe, changed, moved.rowsOf(bound));
    return moved;
  }

  /** The same pods and policies, which are other objects that say the same. */
  renamed(cluster: Cluster, universe: Universe, policies: Iterable<readonly [object, object]>): Interpretation {
    const base: Base = { ...this.base, universe, memory: this.base.memory.renamed(policies) };
    const renamed = this.with(cluster, base, this.applied.renamed(cluster), this.inheritance([], []), new Set());
    for (const direction of directions) renamed.rows[direction] = [...this.rows[direction]];
    for (const bound of bounds) renamed.turned[bound] = this.turned[bound];
    return renamed;
  }

  private with(
    cluster: Cluster,
    base: Base,
    applied: AppliedPolicies,
    inherited: Inherited | undefined,
    except: ReadonlySet<number>,
  ): Interpretation {
    return new Interpretation(cluster, base, applied, inherited, { signatures: this.signatures, except });
  }

  /** Places that stand for other ends than in an interpretation that this one came of by edits. Undefined: it did not. */
  changedSince({ base: { universe, memory } }: Interpretation): readonly number[] | undefined {
    return this.base.memory.sharesNumbersWith(memory) ? this.base.universe.changes.sinceState(universe.changes) : undefined;
  }

  /** The pods, by selector. */
  get pods(): PodIndex {
    return this.base.pods;
  }

  /** What remains known of exactness when the rows of some destinations are others, and those of all at some sources. */
  private inheritance(destinations: Iterable<number>, sources: Iterable<number>): Inherited | undefined {
    if (this.isExact !== true && this.inherited === undefined) return undefined;
    return {
      destinations: new Set([...(this.isExact === true ? [] : (this.inherited?.destinations ?? [])), ...destinations]),
      sources: new Set([...(this.inherited?.sources ?? []), ...sources]),
    };
  }

  appliesTo(group: PodGroup, direction: Direction): AppliesTo {
    return this.applied.to(group, direction);
  }

  /** The pod groups that the cluster-wide policy at this place of the cluster's list selects, or may. */
  subjectsOfClusterPolicy(policy: number): IndexSet {
    return this.applied.groupsOf("clusterPolicies", policy);
  }

  /** The rules of the NetworkPolicy at this place of the cluster's list. */
  rulesOf(policy: number, direction: Direction): readonly RuleMatch[] {
    const known = this.rules[direction][policy];
    if (known !== undefined) return known;
    const object = this.cluster.policies[policy];
    if (object === undefined) return [];
    const rules = this.base.memory.rulesOf(object, direction);
    this.rules[direction][policy] = rules;
    return rules;
  }

  /** The rules of the cluster-wide policy at this place of the cluster's list. */
  clusterRulesOf(policy: number, direction: Direction): readonly ClusterRuleMatch[] {
    const object = this.cluster.clusterPolicies[policy];
    return object === undefined ? [] : this.base.memory.clusterRulesOf(object, direction);
  }

  /** Ingress seen from each source; made when first asked for. */
  columns(bound: Bound): Columns {
    const { universe, table } = this.base;
    return (this.turned[bound] ??= Columns.of(universe, table.none, this.rowsOf(bound), this.inherited?.sources));
  }

  private rowsOf(bound: Bound): GroupRows {
    return { ingress: (group) => this.row(group, "ingress")[bound], egress: (group) => this.row(group, "egress")[bound] };
  }

  /** Whether a group's egress row is the same in another interpretation. */
  private sendsAs(other: Interpretation, group: PodGroup): boolean {
    if (this.signatureOf(group, "egress") === other.signatureOf(group, "egress")) return true;
    const [mine, others] = [this.row(group, "egress"), other.row(group, "egress")];
    return bounds.every((bound) => mine[bound].equals(others[bound]));
  }

  /** Whether nothing about ingress from a source is undecided, for any destination. May say no where it would take a look at each to know. */
  isIngressExact({ index }: PodGroup): boolean {
    if (this.inherited?.sources.has(index) === true) return false;
    const { all } = this.base.universe.groups;
    return (this.isExact ??= (this.inherited === undefined ? all : all.filter((group) => this.inherited?.destinations.has(group.index)))
      .map((group) => this.row(group, "ingress"))
      .every(({ certain, possible }) => certain === possible));
  }

  /** What policy lets through between this group and each other end. */
  row(group: PodGroup, direction: Direction): Row {
    return (this.rows[direction][group.index] ??= this.base.rows.get(
      this.signatureOf(group, direction),
      () => this.rowAfter(group, direction, unchanged),
      (old, places) => broughtUpToDate(old, places, this.rowAt(group, direction, places)),
    ));
  }

  /** The part of a row at some places, which rise, and nothing else of it: its members are the places of these in the list. */
  rowAt(group: PodGroup, direction: Direction, changed: readonly number[]): Row {
    const { table, stages, projections } = this.base;
    const { places, contributions } = seenFrom(projections, changed);
    const resolve = this.nameResolver(group, direction);
    const names: NameResolver = (name) => resolve(name).map((each) => ({ ...each, where: places.set(each.where) }));
    return new RowBuilder(table, stages, places, names, contributions).row(this.appliedTo(group, direction, seenThrough(places)));
  }

  /** The row as it would be after an edit of the policies that apply; computed anew each time. */
  rowAfter(group: PodGroup, direction: Direction, edit: PolicyEdit): Row {
    const { table, stages, universe, contributions } = this.base;
    // For egress a name belongs to the other end, whoever asks.
    const named = direction === "egress" ? this.base.named : undefined;
    const builder = new RowBuilder(table, stages, universe, this.nameResolver(group, direction), contributions, named);
    return builder.row(this.appliedTo(group, direction, edit));
  }

  /** Ends of one signature have one row: the same policies apply, and names stand for the same ports. */
  signatureOf(group: PodGroup, direction: Direction): string {
    return this.signatures.of(group, direction);
  }

  /** Whether the same policies apply to a pod group as to the one in its place in an interpretation that this one came of by edits. */
  isAppliedAs(earlier: Interpretation, old: PodGroup, group: PodGroup, direction: Direction): boolean {
    return this.signatures.ofPolicies(group, direction) === earlier.signatures.ofPolicies(old, direction);
  }

  private signed(): ConstructorParameters<typeof Signatures>[0] {
    const { meanings, memory } = this.base;
    const { policies, clusterPolicies } = this.cluster;
    return {
      meanings,
      appliesTo: (group, direction) => this.appliesTo(group, direction),
      rulesOf: (policy, direction) => this.rulesOf(policy, direction),
      clusterRulesOf: (policy, direction) => this.clusterRulesOf(policy, direction),
      numberOf: (sort, policy) =>
        memory.numberOf((sort === "networkPolicies" ? policies : clusterPolicies)[policy] as NetworkPolicy | ClusterPolicy),
    };
  }

  private appliedTo(group: PodGroup, direction: Direction, edit: PolicyEdit): Applied {
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, direction);
    const inTier = (tier: "Admin" | "Baseline"): Applied["admin"] =>
      clusterPolicies.flatMap(({ policy, isCertain }) => {
        const object = this.cluster.clusterPolicies[policy];
        if (object?.tier !== tier) return [];
        const rules = edit.clusterRules(policy, direction, this.clusterRulesOf(policy, direction));
        return rules === undefined ? [] : [{ rules, isCertain, priority: object.priority }];
      });
    return {
      admin: inTier("Admin"),
      networkPolicies: networkPolicies.flatMap(({ policy, isCertain }) => {
        const rules = edit.rules(policy, direction, this.rulesOf(policy, direction));
        return rules === undefined ? [] : [{ rules, isCertain }];
      }),
      baseline: inTier("Baseline"),
    };
  }

  /** A name belongs to the destination: for ingress the subject itself, for egress each pod that declares it, never an address. */
  private nameResolver(group: PodGroup, direction: Direction): NameResolver {
    return direction === "ingress"
      ? (name) => [{ ...this.base.meanings.of(name, group), where: this.base.universe.all }]
      : (name) => this.ports.resolveEverywhere(name).map(({ pods, ...connections }) => ({ ...connections, where: pods }));
  }
}
