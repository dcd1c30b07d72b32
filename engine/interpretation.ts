import { AppliedPolicies, type AppliesTo } from "./matching/applied-policies";
import { type Bound, bounds, Columns } from "./rows/columns";
import type { ConnectionTable } from "./rows/connection-table";
import { type Cluster, type ClusterPolicy, type Direction, directions, type NetworkPolicy } from "./model";
import { PeerMatcher } from "./matching/peer-matching";
import type { PodGroup } from "./matching/pod-groups";
import type { PodIndex } from "./matching/pod-index";
import { PortMatcher, type PortName } from "./matching/port-matching";
import { PortMeanings } from "./rows/port-meanings";
import type { Reading } from "./profile";
import { type Applied, type Contribution, type NameResolver, type Row, RowBuilder } from "./rows/rows";
import type { ClusterRuleMatch, RuleMatch } from "./matching/rule-matching";
import { RuleMemory } from "./matching/rule-memory";
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
  /** The names that lists of rules mention, each once. */
  readonly names: Map<readonly RuleMatch[], readonly PortName[]>;
  readonly memory: RuleMemory;
  readonly stages: StageTable;
  readonly rows: Map<string, Row>;
  readonly contributions: Map<RuleMatch, readonly Contribution[]>;
}

/**
 * A cluster in one reading, with all that its policies name looked up. Rows are computed when first asked for, and shared by all pods to
 * which the same policies apply.
 */
export class Interpretation {
  readonly reading: Reading;
  readonly ports: PortMatcher;
  private readonly signatures: Record<Direction, (string | undefined)[]> = { ingress: [], egress: [] };
  private isExact: boolean | undefined;
  private readonly turned: Partial<Record<Bound, Columns>> = {};

  private constructor(
    private readonly cluster: Cluster,
    private readonly base: Base,
    private readonly applied: AppliedPolicies,
  ) {
    this.reading = base.reading;
    this.ports = base.ports;
  }

  static of(reading: Reading, cluster: Cluster, universe: Universe, table: ConnectionTable, pods: PodIndex): Interpretation {
    const peers = new PeerMatcher(cluster, universe, pods, reading);
    const ports = new PortMatcher(universe, table);
    const memory = new RuleMemory(peers, ports);
    const base: Base = {
      reading,
      universe,
      table,
      ports,
      meanings: new PortMeanings(ports),
      names: new Map(),
      memory,
      stages: new StageTable(table),
      rows: new Map(),
      contributions: new Map(),
    };
    return new Interpretation(cluster, base, AppliedPolicies.of(cluster, universe.groups.all, peers));
  }

  /** The same pods and namespaces under other policies. All that the two have in common is kept, not computed again. */
  revised(cluster: Cluster): Interpretation {
    const { applied, touched } = this.applied.revised(cluster);
    const revised = new Interpretation(cluster, this.base, applied);
    for (const direction of directions) {
      revised.signatures[direction] = this.signatures[direction].map((signature, group) => (touched.has(group) ? undefined : signature));
    }
    for (const bound of bounds) {
      const turned = this.turned[bound];
      if (turned !== undefined) revised.turned[bound] = turned.revised(touched, (group) => revised.row(group, "ingress")[bound]);
    }
    return revised;
  }

  appliesTo(group: PodGroup, direction: Direction): AppliesTo {
    return this.applied.to(group, direction);
  }

  /** The rules of the NetworkPolicy at this place of the cluster's list. */
  rulesOf(policy: number, direction: Direction): readonly RuleMatch[] {
    const object = this.cluster.policies[policy];
    return object === undefined ? [] : this.base.memory.rulesOf(object, direction);
  }

  /** The rules of the cluster-wide policy at this place of the cluster's list. */
  clusterRulesOf(policy: number, direction: Direction): readonly ClusterRuleMatch[] {
    const object = this.cluster.clusterPolicies[policy];
    return object === undefined ? [] : this.base.memory.clusterRulesOf(object, direction);
  }

  /** Ingress seen from each source; made when first asked for. */
  columns(bound: Bound): Columns {
    return (this.turned[bound] ??= Columns.of(this.base.universe, (group) => this.row(group, "ingress")[bound]));
  }

  /** Whether nothing about ingress is undecided for any pod. */
  isIngressExact(): boolean {
    return (this.isExact ??= this.base.universe.groups.all.every((group) => {
      const { certain, possible } = this.row(group, "ingress");
      return certain === possible;
    }));
  }

  /** What policy lets through between this group and each other end. */
  row(group: PodGroup, direction: Direction): Row {
    const signature = this.signatureOf(group, direction);
    const known = this.base.rows.get(signature);
    if (known !== undefined) return known;
    const row = this.rowAfter(group, direction, unchanged);
    this.base.rows.set(signature, row);
    return row;
  }

  /** The row as it would be after an edit of the policies that apply; computed anew each time. */
  rowAfter(group: PodGroup, direction: Direction, edit: PolicyEdit): Row {
    const { table, stages, universe, contributions } = this.base;
    const builder = new RowBuilder(table, stages, universe, this.nameResolver(group, direction), contributions);
    return builder.row(this.appliedTo(group, direction, edit));
  }

  /** Ends of one signature have one row: the same policies apply, and names stand for the same ports. */
  signatureOf(group: PodGroup, direction: Direction): string {
    const known = this.signatures[direction][group.index];
    if (known !== undefined) return known;
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, direction);
    const { policies: written, clusterPolicies: writtenForAll } = this.cluster;
    const list = (applies: AppliesTo["networkPolicies"], objects: Cluster["policies"] | Cluster["clusterPolicies"]): string =>
      applies.map(({ policy, isCertain }) => `${this.numberOf(objects[policy])}${isCertain ? "" : "?"}`).join(",");
    const names = direction === "ingress" ? this.meaningOfNames(group) : "";
    const signature = `${direction}|${list(networkPolicies, written)}|${list(clusterPolicies, writtenForAll)}|${names}`;
    this.signatures[direction][group.index] = signature;
    return signature;
  }

  private numberOf(policy: NetworkPolicy | ClusterPolicy | undefined): string {
    return policy === undefined ? "" : String(this.base.memory.numberOf(policy));
  }

  /** For ingress, names are resolved on the subject itself, so what they stand for belongs to the signature. */
  private meaningOfNames(group: PodGroup): string {
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, "ingress");
    const { meanings } = this.base;
    let text = "";
    const add = (rules: readonly RuleMatch[]): void => {
      for (const name of this.namesIn(rules)) {
        const { certain, possible } = meanings.of(name, group);
        text += `${String(certain)}/${String(possible)},`;
      }
    };
    for (const { policy } of networkPolicies) add(this.rulesOf(policy, "ingress"));
    for (const { policy } of clusterPolicies) add(this.clusterRulesOf(policy, "ingress"));
    return text;
  }

  private namesIn(rules: readonly RuleMatch[]): readonly PortName[] {
    const known = this.base.names.get(rules);
    if (known !== undefined) return known;
    const names = rules.flatMap(({ ports }) => ports.names);
    const distinct = [...new Map(names.map((name) => [`${name.protocol ?? ""}/${name.name}`, name])).values()];
    this.base.names.set(rules, distinct);
    return distinct;
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
