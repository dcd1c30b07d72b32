import { AppliedPolicies, type AppliesTo } from "./matching/applied-policies";
import { CarriedAnswers } from "./matching/carried-answers";
import { type Bound, bounds, Columns, type GroupRows } from "./rows/columns";
import type { ConnectionTable } from "./rows/connection-table";
import { type Cluster, type ClusterPolicy, type Direction, directions, type NetworkPolicy } from "./model";
import { PeerMatcher } from "./matching/peer-matching";
import type { PodGroup } from "./matching/pod-groups";
import type { PodIndex } from "./matching/pod-index";
import { PortMatcher } from "./matching/port-matching";
import { PortMeanings } from "./rows/port-meanings";
import type { Projection } from "./matching/projection";
import type { Reading } from "./profile";
import { broughtUpToDate, type Inherited, type Projections, seenFrom } from "./rows/row-revision";
import { type Applied, type Contribution, type NameResolver, type Row, RowBuilder } from "./rows/rows";
import type { ClusterRuleMatch, RuleMatch } from "./matching/rule-matching";
import { RuleMemory } from "./matching/rule-memory";
import type { IndexSet } from "./sets/index-set";
import { StageTable } from "./rows/stages";
import type { Universe } from "./matching/universe";

/** What is left of policies after parts were taken out; undefined: the policy is gone. Policies are told by their place in the cluster's lists. */
export interface PolicyEdit {
  rules(policy: number, direction: Direction, rules: readonly RuleMatch[]): readonly RuleMatch[] | undefined;
  clusterRules(policy: number, direction: Direction, rules: readonly ClusterRuleMatch[]): readonly ClusterRuleMatch[] | undefined;
}

/** Leaves everything as it is. */
const unchanged: PolicyEdit = { rules: (_policy, _direction, rules) => rules, clusterRules: (_policy, _direction, rules) => rules };

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
  private readonly signatures: Record<Direction, (string | undefined)[]> = { ingress: [], egress: [] };
  /** The rules of NetworkPolicies, by place: each is asked for by every pod group it selects. */
  private readonly rules: Record<Direction, (readonly RuleMatch[] | undefined)[]> = { ingress: [], egress: [] };
  private readonly rows: Record<Direction, (Row | undefined)[]> = { ingress: [], egress: [] };
  private isExact: boolean | undefined;
  private readonly turned: Partial<Record<Bound, Columns>> = {};

  private constructor(
    private readonly cluster: Cluster,
    private readonly base: Base,
    private readonly applied: AppliedPolicies,
    /** Given: all other rows are exact. */
    private readonly inherited?: Inherited,
  ) {
    this.reading = base.reading;
    this.ports = base.ports;
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
    const revised = new Interpretation(cluster, this.base, applied, this.inheritance(touched, []));
    for (const direction of directions) {
      revised.signatures[direction] = this.signatures[direction].map((signature, group) => (touched.has(group) ? undefined : signature));
      revised.rows[direction] = this.rows[direction].map((row, group) => (touched.has(group) ? undefined : row));
    }
    const groups = this.base.universe.groups.all;
    const resent = [...touched].filter((group) => !this.sendsAs(revised, groups[group] as PodGroup));
    for (const bound of bounds) {
      const turned = this.turned[bound];
      if (turned !== undefined) revised.turned[bound] = turned.revised(touched, resent, revised.rowsOf(bound));
    }
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
    const moved = new Interpretation({ ...cluster, ...policies }, base, applied, this.inheritance(changed, changed));
    for (const direction of directions) {
      const known = this.signatures[direction];
      moved.signatures[direction] = universe.groups.all.map(({ index }) => (changed.has(index) ? undefined : known[index]));
    }
    for (const bound of bounds) {
      const turned = this.turned[bound];
      if (turned !== undefined) moved.turned[bound] = turned.atPlaces(universe, changed, moved.rowsOf(bound));
    }
    return moved;
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
    const known = this.signatures[direction][group.index];
    if (known !== undefined) return known;
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, direction);
    const { policies, clusterPolicies: forAll } = this.cluster;
    const names = direction === "ingress" ? this.meaningOfNames(group) : "";
    const signature = `${direction}|${this.listOf(networkPolicies, policies)}|${this.listOf(clusterPolicies, forAll)}|${names}`;
    this.signatures[direction][group.index] = signature;
    return signature;
  }

  private listOf(applies: AppliesTo["networkPolicies"], objects: readonly (NetworkPolicy | ClusterPolicy)[]): string {
    let text = "";
    for (const { policy, isCertain } of applies) {
      const object = objects[policy];
      text += `${object === undefined ? "" : String(this.base.memory.numberOf(object))}${isCertain ? "" : "?"},`;
    }
    return text;
  }

  /** For ingress, names are resolved on the subject itself, so what they stand for belongs to the signature. */
  private meaningOfNames(group: PodGroup): string {
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, "ingress");
    const { meanings } = this.base;
    let text = "";
    for (const { policy } of networkPolicies) text += meanings.text(this.rulesOf(policy, "ingress"), group);
    for (const { policy } of clusterPolicies) text += meanings.text(this.clusterRulesOf(policy, "ingress"), group);
    return text;
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

/** Rules as they are at some places. */
const seenThrough = (places: Projection): PolicyEdit => ({
  rules: (_policy, _direction, rules) => places.rules(rules),
  clusterRules: (_policy, _direction, rules) => places.rules(rules),
});
