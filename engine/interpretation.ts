import { AppliedPolicies, type AppliesTo } from "./applied-policies";
import type { ConnectionTable } from "./connection-table";
import type { Cluster, Direction } from "./model";
import { PeerMatcher } from "./peer-matching";
import type { PodGroup } from "./pod-groups";
import type { PodIndex } from "./pod-index";
import { PortMatcher } from "./port-matching";
import type { Reading } from "./profile";
import { type Applied, type Contribution, type NameResolver, type Row, RowBuilder } from "./rows";
import { type ClusterRuleMatch, matchClusterRule, matchRule, type RuleMatch } from "./rule-matching";
import { StageTable } from "./stages";
import type { Universe } from "./universe";

/** What is left of policies after parts were taken out; undefined: the policy is gone. Policies are told by their place in the cluster's lists. */
export interface PolicyEdit {
  rules(policy: number, direction: Direction, rules: readonly RuleMatch[]): readonly RuleMatch[] | undefined;
  clusterRules(policy: number, direction: Direction, rules: readonly ClusterRuleMatch[]): readonly ClusterRuleMatch[] | undefined;
}

/** Leaves everything as it is. */
const unchanged: PolicyEdit = { rules: (_policy, _direction, rules) => rules, clusterRules: (_policy, _direction, rules) => rules };

/**
 * A cluster in one reading, with all that its policies name looked up. Rows are computed when first asked for, and shared by all pods to
 * which the same policies apply.
 */
export class Interpretation {
  readonly ports: PortMatcher;
  private readonly peers: PeerMatcher;
  private readonly applied: AppliedPolicies;
  private readonly stages: StageTable;
  private readonly rules = new Map<string, readonly RuleMatch[]>();
  private readonly clusterRules = new Map<string, readonly ClusterRuleMatch[]>();
  private readonly rows = new Map<string, Row>();
  private readonly contributions = new Map<RuleMatch, readonly Contribution[]>();
  private readonly signatures: Record<Direction, (string | undefined)[]> = { ingress: [], egress: [] };

  constructor(
    readonly reading: Reading,
    private readonly cluster: Cluster,
    private readonly universe: Universe,
    private readonly table: ConnectionTable,
    pods: PodIndex,
  ) {
    this.peers = new PeerMatcher(cluster, universe, pods, reading);
    this.ports = new PortMatcher(universe, table);
    this.applied = new AppliedPolicies(cluster, universe.groups.all, this.peers);
    this.stages = new StageTable(table);
  }

  appliesTo(group: PodGroup, direction: Direction): AppliesTo {
    return this.applied.to(group, direction);
  }

  /** The rules of the NetworkPolicy at this place of the cluster's list. */
  rulesOf(policy: number, direction: Direction): readonly RuleMatch[] {
    const key = `${direction}${String(policy)}`;
    const known = this.rules.get(key);
    if (known !== undefined) return known;
    const object = this.cluster.policies[policy];
    const rules = (object?.[direction] ?? []).map((rule) => matchRule(rule, object?.namespace ?? "", this.peers, this.ports));
    this.rules.set(key, rules);
    return rules;
  }

  /** The rules of the cluster-wide policy at this place of the cluster's list. */
  clusterRulesOf(policy: number, direction: Direction): readonly ClusterRuleMatch[] {
    const key = `${direction}${String(policy)}`;
    const known = this.clusterRules.get(key);
    if (known !== undefined) return known;
    const rules = (this.cluster.clusterPolicies[policy]?.[direction] ?? []).map((rule) => matchClusterRule(rule, this.peers, this.ports));
    this.clusterRules.set(key, rules);
    return rules;
  }

  /** What policy lets through between this group and each other end. */
  row(group: PodGroup, direction: Direction): Row {
    const signature = this.signatureOf(group, direction);
    const known = this.rows.get(signature);
    if (known !== undefined) return known;
    const row = this.rowAfter(group, direction, unchanged);
    this.rows.set(signature, row);
    return row;
  }

  /** The row as it would be after an edit of the policies that apply; computed anew each time. */
  rowAfter(group: PodGroup, direction: Direction, edit: PolicyEdit): Row {
    const builder = new RowBuilder(this.table, this.stages, this.universe, this.nameResolver(group, direction), this.contributions);
    return builder.row(this.appliedTo(group, direction, edit));
  }

  /** Ends of one signature have one row: the same policies apply, and names stand for the same ports. */
  signatureOf(group: PodGroup, direction: Direction): string {
    const known = this.signatures[direction][group.index];
    if (known !== undefined) return known;
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, direction);
    const list = (applies: AppliesTo["networkPolicies"]): string =>
      applies.map(({ policy, isCertain }) => `${String(policy)}${isCertain ? "" : "?"}`).join(",");
    const names = direction === "ingress" ? this.meaningOfNames(group) : "";
    const signature = `${direction}|${list(networkPolicies)}|${list(clusterPolicies)}|${names}`;
    this.signatures[direction][group.index] = signature;
    return signature;
  }

  /** For ingress, names are resolved on the subject itself, so what they stand for belongs to the signature. */
  private meaningOfNames(group: PodGroup): string {
    const { networkPolicies, clusterPolicies } = this.appliesTo(group, "ingress");
    const names = [
      ...networkPolicies.flatMap(({ policy }) => this.rulesOf(policy, "ingress")),
      ...clusterPolicies.flatMap(({ policy }) => this.clusterRulesOf(policy, "ingress")),
    ].flatMap(({ ports }) => ports.names);
    const meanings = names.map((name) => this.ports.resolveOn(name, group));
    return meanings.map(({ certain, possible }) => `${String(certain)}/${String(possible)}`).join(",");
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
      ? (name) => [{ ...this.ports.resolveOn(name, group), where: this.universe.all }]
      : (name) => this.ports.resolveEverywhere(name).map(({ pods, ...connections }) => ({ ...connections, where: pods }));
  }
}
