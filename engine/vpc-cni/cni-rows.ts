import type { Applies } from "../matching/applied-policies";
import { PodAddresses } from "../matching/pod-addresses";
import type { PodGroup } from "../matching/pod-groups";
import { exactly, type Match } from "../matching/pod-index";
import type { RuleMatch } from "../matching/rule-matching";
import type { Interpretation } from "../interpretation";
import { type Direction, isUnknown } from "../model";
import type { ConnectionId } from "../rows/connection-table";
import { type Partition } from "../rows/partition";
import { type Applied, type AppliedPolicy, type Contribution, type Row, RowBuilder } from "../rows/rows";
import { StageTable } from "../rows/stages";
import { type Address, type Family, IpSet } from "../sets/ip-set";
import { type CniContribution, contributionDeviations, type Contributions } from "./contributions";
import type { Deviation } from "./deviation";
import { countEntries, type Entry } from "./entry-limit";
import type { Ground } from "./ground";
import { PrefixRow } from "./prefix-row";
import { exceptsWritten, hasSpellings, PrefixTable } from "./prefix-table";
import { tierPolicies, tiersOf } from "./tiers";
import { isSince, releases } from "./versions";

/** A policy of the namespace tier that applies to a pod, or may, and what it adds. */
export interface AppliedContributions extends Applies {
  readonly contributions: readonly CniContribution[];
}

/** What certainly applies to a pod, with nothing unknown about its blocks. */
interface PlainRules {
  readonly contributions: readonly CniContribution[];
  readonly needsPrefixes: boolean;
}

/** The deviations that decide about what policies let through, wherever they are enforced. */
export const rowDeviations = [
  ...contributionDeviations,
  ...(["L-22", "L-30", "L-31", "upstream-tiers", "aws-kinds"] as const),
] as const satisfies readonly Deviation[];
export type RowDeviation = (typeof rowDeviations)[number];

/** What the VPC CNI lets through between a pod and each other end, in one reading and with some deviations switched on. */
export class CniRows {
  private readonly rows = new Map<string, Row>();
  private readonly plain = new Map<string, PlainRules | "takes the row">();
  private readonly prefixRows = new Map<string, PrefixRow>();
  private readonly rules = new Map<CniContribution, RuleMatch>();
  private readonly builder: RowBuilder;
  private readonly addresses: PodAddresses;

  constructor(
    readonly ground: Ground,
    readonly active: ReadonlySet<RowDeviation>,
    readonly interpretation: Interpretation,
    readonly contributions: Contributions,
  ) {
    const { universe, table, cluster } = ground.evaluation;
    const memory = new Map<RuleMatch, readonly Contribution[]>();
    this.builder = new RowBuilder(table, new StageTable(table), universe, () => [], memory);
    this.addresses = new PodAddresses({ ...cluster, podCidrs: [] }, universe, interpretation.reading.family);
  }

  /** The namespace-tier policies that apply to a group, and `more` that it shares with others. */
  applied(group: PodGroup, direction: Direction, more: readonly Applies[] = []): readonly AppliedContributions[] {
    const { lists } = this.ground;
    const count = this.active.has("aws-kinds") ? lists.namespacePolicies : lists.networkPolicies;
    const own = this.interpretation.appliesTo(group, direction).networkPolicies;
    const all = [...own, ...more.filter(({ policy }) => own.every((each) => each.policy !== policy))];
    return all
      .filter(({ policy }) => policy < count)
      .map(({ policy, isCertain }) => ({
        policy,
        isCertain: isCertain && !this.isUncertain(policy),
        contributions: this.contributions.of(policy, direction, group),
      }));
  }

  /** Whether nobody knows if the controller has carried a policy out. */
  private isUncertain(policy: number): boolean {
    return this.active.has("aws-kinds") && this.ground.uncertain.has(policy);
  }

  /** Connections with every other end. */
  row(group: PodGroup, direction: Direction, more: readonly Applies[] = []): Row {
    const key = this.keyOf(group, direction, more);
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const row = this.rowAnew(group, direction, more);
    this.rows.set(key, row);
    return row;
  }

  /**
   * Connections with one other end, of which `address` is one where it is no pod; without its row unless that is known. Undefined: it takes the
   * row to tell.
   */
  at(group: PodGroup, direction: Direction, index: number, address: Address | undefined): Match<ConnectionId> | undefined {
    const key = this.keyOf(group, direction, []);
    const row = this.rows.get(key);
    if (row !== undefined) return { certain: row.certain.at(index), possible: row.possible.at(index) };
    const known = this.plain.get(key) ?? this.plainRules(group, direction);
    this.plain.set(key, known);
    if (known === "takes the row") return undefined;
    const { contributions, needsPrefixes } = known;
    if (needsPrefixes) return address === undefined ? undefined : this.prefixRow(group, direction).at(index, address);
    const { table } = this.ground.evaluation;
    const union = (bound: "certain" | "possible"): ConnectionId =>
      contributions
        .filter(({ where, isCertain, block }) => (bound === "possible" || isCertain) && (block === "any" || where[bound].has(index)))
        .flatMap(({ entries }) => entries)
        .reduce((all, entry) => table.union(all, entry[bound]), table.none);
    return { certain: union("certain"), possible: union("possible") };
  }

  private plainRules(group: PodGroup, direction: Direction): PlainRules | "takes the row" {
    if (tierPolicies(this, group, direction).length > 0) return "takes the row";
    const policies = this.applied(group, direction);
    const contributions = policies.flatMap((policy) => policy.contributions);
    const isSure = policies.length > 0 && policies.every(({ isCertain }) => isCertain) && contributions.every(isSureOfBlocks);
    return isSure ? { contributions, needsPrefixes: this.needsPrefixes(contributions) } : "takes the row";
  }

  /** How the longest prefix decides; computed as well where it makes no difference. */
  prefixRow(group: PodGroup, direction: Direction, more: readonly Applies[] = []): PrefixRow {
    const key = this.keyOf(group, direction, more);
    const known = this.prefixRows.get(key);
    if (known !== undefined) return known;
    const found = this.prefixRowOf(this.applied(group, direction, more).flatMap((each) => each.contributions));
    this.prefixRows.set(key, found);
    return found;
  }

  /** How many entries fit one address. */
  get limit(): number {
    if (!this.active.has("L-22")) return Infinity;
    const { settings } = this.ground;
    if (isSince(settings, releases.twentyFourEntries) === "yes") return 24;
    return settings.ipFamily === "IPv4" ? 8 : 4;
  }

  /** Rows are shared by pods to which the same policies apply; a name that each pod resolves for itself sets it apart. */
  keyOf(group: PodGroup, direction: Direction, more: readonly Applies[] = []): string {
    const text = ({ policy, isCertain }: Applies): string => `${String(policy)}${isCertain ? "" : "?"}`;
    const { networkPolicies, clusterPolicies } = this.interpretation.appliesTo(group, direction);
    const resolvesOwn = direction === "ingress" && !(this.active.has("L-23") && this.active.has("upstream-tiers"));
    const own = resolvesOwn ? this.contributions.ports.meanings(group) : "";
    return `${direction}|${networkPolicies.map(text).join()}|${more.map(text).join()}|${clusterPolicies.map(text).join()}|${own}`;
  }

  private rowAnew(group: PodGroup, direction: Direction, more: readonly Applies[]): Row {
    const policies = this.applied(group, direction, more);
    const tiers = tiersOf(this, group, direction);
    const hasTiers = tiers.admin.length + tiers.baseline.length > 0;
    const contributions = policies.flatMap((policy) => policy.contributions);
    const isPlain = policies.length === 0 || !this.needsPrefixes(contributions);
    if (isPlain) return this.builder.row({ ...tiers, networkPolicies: policies.map((policy) => this.monotone(policy)) });
    const isSure = policies.every(({ isCertain }) => isCertain) && contributions.every(isSureOfBlocks);
    if (!isSure) return this.builder.row({ ...tiers, networkPolicies: policies.map((policy) => this.cautious(policy, contributions)) });
    const row = this.prefixRowOf(contributions).row();
    return hasTiers ? this.withTiers(tiers, row) : row;
  }

  /** Whether anything but the union of all rules can come out. */
  private needsPrefixes(contributions: readonly CniContribution[]): boolean {
    const blocks = contributions.filter(({ block }) => block !== undefined);
    if (this.active.has("L-30") && blocks.some((each) => hasExcept(each))) return true;
    if (this.active.has("L-31") && hasSpellings(blocks)) return true;
    return countEntries(contributions.flatMap(({ entries }) => entries)) > this.limit;
  }

  private prefixRowOf(contributions: readonly CniContribution[]): PrefixRow {
    const { evaluation, settings } = this.ground;
    const { universe, table, cluster } = evaluation;
    const ground = { universe, table, cluster, reading: this.interpretation.reading, addresses: this.addresses };
    const prefixes = new PrefixTable(table, this.active.has("L-30") ? contributions : contributions.flatMap(withoutExcept), {
      keepsEqualBlock: isSince(settings, releases.exceptBesideEqualBlock),
      masksHostBits: this.active.has("L-31") ? isSince(settings, releases.hostBitsMasked) : "yes",
    });
    return new PrefixRow(ground, prefixes, contributions, this.limit);
  }

  /** Nothing takes away: a policy as the specification's own rows are made of. */
  private monotone({ contributions, isCertain }: AppliedContributions): AppliedPolicy {
    return { isCertain, rules: contributions.map((each) => this.asRule(each)) };
  }

  /** Where it is open whether a block or an exception is there: what no exception can take away, up to what is allowed without any. */
  private cautious({ contributions, isCertain }: AppliedContributions, all: readonly CniContribution[]): AppliedPolicy {
    const { universe, table } = this.ground.evaluation;
    const overflows = countEntries(all.flatMap(({ entries }) => entries)) > this.limit;
    const rules = contributions.map((each) => {
      const rule = this.asRule(each);
      const ports = overflows ? { ...rule.ports, certain: table.none } : rule.ports;
      if (each.block === undefined) return { ...rule, ports };
      return { ...rule, ports, peers: [{ certain: universe.none, possible: this.wholeBlock(each) }] };
    });
    return { isCertain, rules };
  }

  private wholeBlock({ block, where }: CniContribution) {
    const { universe, cluster } = this.ground.evaluation;
    if (block === undefined || block === "any") return where.possible;
    if (isUnknown(block.cidr)) return universe.all;
    const set = IpSet.cidr(block.cidr);
    return new PodAddresses(cluster, universe, this.interpretation.reading.family).endsIn(set, "possible");
  }

  /** The same rule for the same contribution, so that what it says about each end is worked out once. */
  private asRule(contribution: CniContribution): RuleMatch {
    const known = this.rules.get(contribution);
    if (known !== undefined) return known;
    const { where, entries, isCertain, block } = contribution;
    const rule: RuleMatch = {
      peers: block === "any" ? undefined : [where],
      ports: { certain: this.union(entries, "certain"), possible: this.union(entries, "possible"), names: [] },
      isUncertain: !isCertain,
    };
    this.rules.set(contribution, rule);
    return rule;
  }

  private union(entries: readonly Entry[], bound: "certain" | "possible"): number {
    const { table } = this.ground.evaluation;
    return entries.reduce((all, entry) => table.union(all, entry[bound]), table.none);
  }

  private withTiers(tiers: Pick<Applied, "admin" | "baseline">, { certain, possible }: Row): Row {
    const rules = (partition: Partition, bound: "certain" | "possible"): readonly RuleMatch[] =>
      partition.entries().map(([value, where]) => ({
        peers: [exactly(where)],
        ports: { certain: bound === "certain" ? value : this.ground.evaluation.table.none, possible: value, names: [] },
        isUncertain: false,
      }));
    return this.builder.row({
      ...tiers,
      networkPolicies: [{ isCertain: true, rules: [...rules(certain, "certain"), ...rules(possible, "possible")] }],
    });
  }
}

const hasExcept = (contribution: CniContribution): boolean =>
  exceptsWritten(contribution).length > 0 ||
  (contribution.block !== undefined && contribution.block !== "any" && contribution.block.except.some(isUnknown));

/** Whether it is known which block and which exceptions a contribution has, and that it is there. */
export const isSureOfBlocks = ({ block, isCertain }: CniContribution): boolean =>
  block === undefined || (isCertain && (block === "any" || (!isUnknown(block.cidr) && !block.except.some(isUnknown))));

/** With exceptions as the specification reads them, a block with some is several without. */
function withoutExcept(contribution: CniContribution): readonly CniContribution[] {
  const { block } = contribution;
  if (block === undefined || block === "any" || block.except.length === 0 || isUnknown(block.cidr)) return [contribution];
  const except = block.except.filter((each) => !isUnknown(each)) as readonly string[];
  const left = except.reduce((so, each) => so.subtract(IpSet.cidr(each)), IpSet.cidr(block.cidr));
  return cidrsOf(left).map((cidr) => ({ ...contribution, block: { cidr, except: [] } }));
}

/** A set of addresses as blocks. */
function cidrsOf(addresses: IpSet): readonly string[] {
  return (["IPv4", "IPv6"] as const).flatMap((family) =>
    addresses[family].intervals.flatMap(([from, to]) => cidrsBetween(family, from, to)),
  );
}

function cidrsBetween(family: Family, from: bigint, to: bigint): readonly string[] {
  const width = family === "IPv4" ? 32 : 128;
  const cidrs: string[] = [];
  for (let start = from; start <= to;) {
    let bits = 0;
    while (bits < width && start % 2n ** BigInt(bits + 1) === 0n && start + 2n ** BigInt(bits + 1) - 1n <= to) bits++;
    const [first] = IpSet.range(family, start, start).toString().split("-");
    cidrs.push(`${String(first)}/${String(width - bits)}`);
    start += 2n ** BigInt(bits);
  }
  return cidrs;
}
