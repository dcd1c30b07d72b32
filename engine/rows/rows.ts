import type { ConnectionId, ConnectionTable } from "./connection-table";
import { isUnknown, type Value } from "../model";
import { type Change, Partition } from "./partition";
import type { PeerMatch } from "../matching/peer-matching";
import { exactly, type Match } from "../matching/pod-index";
import type { PortName } from "../matching/port-matching";
import type { ClusterRuleMatch, RuleMatch } from "../matching/rule-matching";
import type { IndexSet } from "../sets/index-set";
import { composeTiers, type StageTable } from "./stages";
import type { Universe } from "../matching/universe";

/** For one end in one direction: the connections that policy lets through, to or from each possible other end. */
export interface Row {
  readonly certain: Partition;
  /** The same object as `certain` when nothing is unknown. */
  readonly possible: Partition;
}

/** What a port's name stands for, and at which of the other ends. */
export type NameResolver = (name: PortName) => readonly (Match<ConnectionId> & { readonly where: IndexSet })[];

/** A NetworkPolicy that applies to the end, or may. */
export interface AppliedPolicy {
  readonly rules: readonly RuleMatch[];
  readonly isCertain: boolean;
}

/** A cluster-wide policy that applies to the end, or may. */
export interface AppliedClusterPolicy {
  readonly rules: readonly ClusterRuleMatch[];
  readonly isCertain: boolean;
  readonly priority: Value<number>;
}

/** Everything that decides about one end in one direction. */
export interface Applied {
  readonly admin: readonly AppliedClusterPolicy[];
  readonly networkPolicies: readonly AppliedPolicy[];
  readonly baseline: readonly AppliedClusterPolicy[];
}

/** Computes rows from the rules that apply. */
export class RowBuilder {
  constructor(
    private readonly table: ConnectionTable,
    private readonly stages: StageTable,
    /** The whole universe, or a few places of it. */
    private readonly universe: Pick<Universe, "size" | "all" | "none">,
    private readonly resolve: NameResolver,
    /** What rules without port names say, kept from row to row. */
    private readonly memory: Map<RuleMatch, readonly Contribution[]>,
    /** What rules that mention port names say; to be kept from row to row only where names mean the same for all of them. */
    private readonly named = new Map<RuleMatch, readonly Contribution[]>(),
  ) {}

  row({ admin, networkPolicies, baseline }: Applied): Row {
    const allowed = this.allowedByNetworkPolicies(networkPolicies);
    const isolated = isolation(networkPolicies);
    if (admin.length === 0 && baseline.length === 0) return this.withoutTiers(allowed, isolated);
    return this.withTiers(this.tier(admin), allowed, isolated, this.tier(baseline));
  }

  private withoutTiers(allowed: Row, isolated: "yes" | "no" | "maybe"): Row {
    const everything = Partition.constant(this.universe.size, this.table.all);
    if (isolated === "no") return { certain: everything, possible: everything };
    return isolated === "yes" ? allowed : { certain: allowed.certain, possible: everything };
  }

  private withTiers(admin: Partition, allowed: Row, isolated: "yes" | "no" | "maybe", baseline: Partition): Row {
    // Values of the zipped partitions are numbers of answers in this list.
    const answers = new Numbered<Match<ConnectionId>>(({ certain, possible }) => `${String(certain)},${String(possible)}`);
    const pairs = new Numbered<readonly [number, number]>(String);
    const bounds = allowed.certain.zip(allowed.possible, (certain, possible) => answers.number({ certain, possible }));
    const tiers = admin.zip(baseline, (first, last) => pairs.number([first, last]));
    const composed = tiers.zip(bounds, (tier, bound) => {
      const [first, last] = pairs.value(tier);
      const networkPolicy = { allowed: answers.value(bound), isolated };
      return answers.number(composeTiers(this.table, this.stages.stage(first), networkPolicy, this.stages.stage(last)));
    });
    const certain = composed.map((answer) => answers.value(answer).certain);
    const possible = composed.map((answer) => answers.value(answer).possible);
    return { certain, possible };
  }

  /** The union of what the rules allow. */
  private allowedByNetworkPolicies(policies: readonly AppliedPolicy[]): Row {
    if (policies.length === 0) return this.nothing();
    const certainPolicies = policies.filter(({ isCertain }) => isCertain);
    const possible = this.allowedPossibly(policies);
    if (certainPolicies.length === policies.length && policies.every((policy) => this.isExact(policy)))
      return { certain: possible, possible };
    if (certainPolicies.length > 0) return { certain: this.allowedCertainly(certainPolicies), possible };
    // Whether any of them applies is open: only what each would allow is allowed for certain.
    const each = policies.map((policy) => this.allowedCertainly([policy]));
    const everything = Partition.constant(this.universe.size, this.table.all);
    return { certain: each.reduce((all, one) => all.zip(one, (a, b) => this.table.intersect(a, b)), everything), possible };
  }

  private nothing(): Row {
    const nothing = Partition.constant(this.universe.size, this.table.none);
    return { certain: nothing, possible: nothing };
  }

  private allowedPossibly(policies: readonly AppliedPolicy[]): Partition {
    const changes: Change[] = [];
    for (const { rules } of policies) {
      for (const rule of rules) {
        for (const { where, connections } of this.contributions(rule))
          changes.push({ where: where.possible, to: (so) => this.table.union(so, connections.possible) });
      }
    }
    return Partition.constant(this.universe.size, this.table.none).after(changes);
  }

  private allowedCertainly(policies: readonly AppliedPolicy[]): Partition {
    const rules = policies.flatMap((policy) => policy.rules).filter(({ isUncertain }) => !isUncertain);
    const changes = rules
      .flatMap((rule) => this.contributions(rule))
      .map(({ where, connections }): Change => ({ where: where.certain, to: (so) => this.table.union(so, connections.certain) }));
    return Partition.constant(this.universe.size, this.table.none).after(changes);
  }

  private isExact({ rules }: AppliedPolicy): boolean {
    return rules.every(
      (rule) =>
        !rule.isUncertain &&
        this.contributions(rule).every(
          ({ where, connections }) => where.certain === where.possible && connections.certain === connections.possible,
        ),
    );
  }

  /** What a rule says, one entry for its plain ports and one for each meaning of each name. */
  private contributions(rule: RuleMatch): readonly Contribution[] {
    // A name can mean something else for the next row.
    const memory = rule.ports.names.length === 0 ? this.memory : this.named;
    const known = memory.get(rule);
    if (known !== undefined) return known;
    const contributions = this.contributionsAnew(rule);
    memory.set(rule, contributions);
    return contributions;
  }

  private contributionsAnew(rule: RuleMatch): readonly Contribution[] {
    const where = rule.peers === undefined ? exactly(this.universe.all) : this.union(rule.peers);
    const { certain, possible, names } = rule.ports;
    const plain: Contribution = { where, connections: { certain, possible } };
    const named = names.flatMap((name) =>
      this.resolve(name).map((resolved): Contribution => ({ where: within(where, resolved.where), connections: resolved })),
    );
    return [...(possible === this.table.none ? [] : [plain]), ...named];
  }

  private union(peers: readonly PeerMatch[]): PeerMatch {
    const possible = peers.reduce((all, peer) => all.union(peer.possible), this.universe.none);
    const isExact = peers.every((peer) => peer.certain === peer.possible);
    return isExact ? exactly(possible) : { certain: peers.reduce((all, peer) => all.union(peer.certain), this.universe.none), possible };
  }

  /** One tier: policies by priority, those of equal priority in either order, the rules of one in theirs. */
  private tier(policies: readonly AppliedClusterPolicy[]): Partition {
    let partition = Partition.constant(this.universe.size, this.stages.start);
    for (const tied of byPriority(policies)) {
      const [first, ...others] = tied.map((policy) => this.runOf(policy));
      if (first === undefined) continue;
      const together = others.reduce((all, one) => all.zip(one, (a, b) => this.stages.eitherFirst(a, b)), first);
      partition = partition.zip(together, (a, b) => this.stages.inOrder(a, b));
    }
    return partition;
  }

  private runOf({ rules, isCertain }: AppliedClusterPolicy): Partition {
    const changes = rules.flatMap((rule) =>
      this.contributions(rule).flatMap(({ where, connections }): readonly Change[] => {
        const certainly = isCertain && !rule.isUncertain ? where.certain : this.universe.none;
        const perhaps = { certain: this.table.none, possible: connections.possible };
        return [
          { where: where.possible.subtract(certainly), to: (so) => this.stages.afterRule(so, rule.action, perhaps) },
          { where: certainly, to: (so) => this.stages.afterRule(so, rule.action, connections) },
        ];
      }),
    );
    return Partition.constant(this.universe.size, this.stages.start).after(changes);
  }
}

/** Some of the connections a rule matches, and with whom. */
export interface Contribution {
  readonly where: PeerMatch;
  readonly connections: Match<ConnectionId>;
}

function within(where: PeerMatch, limit: IndexSet): PeerMatch {
  const possible = where.possible.intersect(limit);
  return where.certain === where.possible ? exactly(possible) : { certain: where.certain.intersect(limit), possible };
}

const isolation = (policies: readonly AppliedPolicy[]): "yes" | "no" | "maybe" =>
  policies.length === 0 ? "no" : policies.some(({ isCertain }) => isCertain) ? "yes" : "maybe";

/** Lowest number first. Where one priority is not known, nothing is known of the order: all count as tied. */
function byPriority(policies: readonly AppliedClusterPolicy[]): readonly (readonly AppliedClusterPolicy[])[] {
  if (policies.some(({ priority }) => isUnknown(priority))) return [policies];
  const groups = new Map<number, AppliedClusterPolicy[]>();
  for (const policy of policies) {
    const priority = policy.priority as number;
    groups.set(priority, [...(groups.get(priority) ?? []), policy]);
  }
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, tied]) => tied);
}

/** Numbers for values that a partition is to hold. */
class Numbered<T> {
  private readonly values: T[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly keyOf: (value: T) => string) {}

  number(value: T): number {
    const key = this.keyOf(value);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.values.push(value);
    this.numbers.set(key, this.values.length - 1);
    return this.values.length - 1;
  }

  value(number: number): T {
    return this.values[number] as T;
  }
}
