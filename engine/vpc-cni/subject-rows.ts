import type { Interpretation } from "../interpretation";
import type { Applies } from "../matching/applied-policies";
import type { Match } from "../matching/pod-index";
import type { PodGroup } from "../matching/pod-groups";
import { type Direction, directions, isUnknown, type Workload } from "../model";
import { Partition } from "../rows/partition";
import type { Row } from "../rows/rows";
import type { ConnectionId } from "../rows/connection-table";
import type { Ternary } from "../selector";
import type { Address } from "../sets/ip-set";
import type { CniRows } from "./cni-rows";
import type { Deviation } from "./deviation";
import { type Enforcement, enforcementOf } from "./enforcement";
import type { Ground } from "./ground";
import type { PodIdentifiers } from "./pod-identifiers";
import type { SharedRows } from "./shared-rows";
import { tierPolicies } from "./tiers";

/** An end by its class, and one of its addresses where it is no pod. */
export interface OtherEnd {
  readonly index: number;
  readonly address?: Address;
}

/** What is enforced on the pods of each workload, in every reading. */
export class SubjectRows {
  private readonly rows: ReadonlyMap<Interpretation, CniRows>;
  private readonly identifiers: PodIdentifiers;
  private readonly enforcements = new Map<Workload, Enforcement>();
  private readonly changed = new Map<string, Row>();
  private readonly numbers = new Map<Row, number>();

  constructor(
    readonly ground: Ground,
    readonly active: ReadonlySet<Deviation>,
    shared: SharedRows,
  ) {
    this.rows = new Map(ground.evaluation.interpretations.map((each) => [each, shared.rowsOf(ground, active, each)]));
    this.identifiers = shared.identifiersOf(ground, active);
  }

  /** The rows of one reading, before anything but policies is looked at. */
  rowsIn(interpretation: Interpretation): CniRows {
    return this.rows.get(interpretation) as CniRows;
  }

  enforcement(workload: Workload): Enforcement {
    const known = this.enforcements.get(workload);
    if (known !== undefined) return known;
    const found = enforcementOf(this.ground.settings, workload, this.active);
    this.enforcements.set(workload, found);
    return found;
  }

  /** What is enforced between one pod of a workload and each other end. */
  row(interpretation: Interpretation, workload: Workload, group: PodGroup, direction: Direction): Row {
    const { isEnforced } = this.enforcement(workload);
    if (isEnforced === "no") return this.constant("all", "all");
    const rows = this.rowsIn(interpretation);
    const worlds = this.worlds(rows, workload, group).map((more) => this.strictly(rows, group, direction, more));
    const row = worlds.reduce((one, other) => this.either(one, other));
    return isEnforced === "yes" ? row : this.either(row, this.constant("all", "all"));
  }

  /** What is enforced between one pod of a workload and one other end: what its row says there. */
  at(interpretation: Interpretation, workload: Workload, group: PodGroup, direction: Direction, other: OtherEnd): Match<ConnectionId> {
    const isPlain =
      this.ground.settings.mode === "standard" && this.enforcement(workload).isEnforced === "yes" && !this.sharesIdentifier(workload);
    const found = isPlain ? this.rowsIn(interpretation).at(group, direction, other.index, other.address) : undefined;
    return found ?? at(this.row(interpretation, workload, group, direction), other.index);
  }

  /** Whether pods of a workload may be taken for those of another. */
  sharesIdentifier(workload: Workload): boolean {
    return this.identifiers.sharing(workload).length > 0;
  }

  /** The policies that pods of a workload may share with others: none, those of each other workload, those of all. */
  worlds(rows: CniRows, workload: Workload, group: PodGroup): readonly Shared[] {
    const others = this.identifiers.sharing(workload);
    if (others.length === 0) return [nothing];
    const each = others.flatMap((other) => this.ground.evaluation.universe.groups.ofWorkload(other)).map((other) => sharedBy(rows, other));
    const own = sharedBy(rows, group);
    const worlds = [nothing, ...each, each.reduce(merged)].map((more) => ({
      ingress: beyond(more.ingress, own.ingress),
      egress: beyond(more.egress, own.egress),
    }));
    return [...new Map(worlds.map((world) => [JSON.stringify(world), world])).values()];
  }

  private strictly(rows: CniRows, group: PodGroup, direction: Direction, more: Shared): Row {
    const row = rows.row(group, direction, more[direction]);
    const isClosed = this.isClosed(rows, group, more);
    if (isClosed === "no") return row;
    const closed = this.constant("none", "none");
    return isClosed === "yes" ? closed : this.either(row, closed);
  }

  /** In strict mode a pod without any policy is closed both ways; one with some is open where none isolates it. */
  isClosed(rows: CniRows, group: PodGroup, more: Shared): Ternary {
    const { mode } = this.ground.settings;
    if (!this.active.has("L-35") || mode === "standard") return "no";
    const applied = directions.flatMap((each) => [...rows.applied(group, each, more[each]), ...tierPolicies(rows, group, each)]);
    if (applied.some(({ isCertain }) => isCertain)) return "no";
    return applied.length === 0 && !isUnknown(mode) ? "yes" : "maybe";
  }

  private constant(certain: "all" | "none", possible: "all" | "none"): Row {
    const { table, universe } = this.ground.evaluation;
    return this.remember(`${certain} ${possible}`, () => ({
      certain: Partition.constant(universe.size, table[certain]),
      possible: Partition.constant(universe.size, table[possible]),
    }));
  }

  /** The bounds that hold whichever of two rows is the true one. */
  private either(one: Row, other: Row): Row {
    if (one === other) return one;
    const { table } = this.ground.evaluation;
    return this.remember(`${String(this.numberOf(one))}/${String(this.numberOf(other))}`, () => ({
      certain: one.certain.zip(other.certain, (a, b) => table.intersect(a, b)),
      possible: one.possible.zip(other.possible, (a, b) => table.union(a, b)),
    }));
  }

  private remember(key: string, make: () => Row): Row {
    const known = this.changed.get(key);
    if (known !== undefined) return known;
    const row = make();
    this.changed.set(key, row);
    return row;
  }

  private numberOf(row: Row): number {
    const known = this.numbers.get(row) ?? this.numbers.size;
    this.numbers.set(row, known);
    return known;
  }
}

/** Policies a pod is given beside its own. */
export type Shared = Readonly<Record<Direction, readonly Applies[]>>;

const nothing: Shared = { ingress: [], egress: [] };

const sharedBy = (rows: CniRows, group: PodGroup): Shared => ({
  ingress: rows.applied(group, "ingress").map(({ policy, isCertain }) => ({ policy, isCertain })),
  egress: rows.applied(group, "egress").map(({ policy, isCertain }) => ({ policy, isCertain })),
});

const merged = (one: Shared, other: Shared): Shared => ({
  ingress: [...one.ingress, ...beyond(other.ingress, one.ingress)],
  egress: [...one.egress, ...beyond(other.egress, one.egress)],
});

const beyond = (list: readonly Applies[], known: readonly Applies[]): readonly Applies[] =>
  list.filter(({ policy }) => known.every((each) => each.policy !== policy));

/** What a row says about one end. */
export const at = (row: Row, index: number): Match<ConnectionId> => ({ certain: row.certain.at(index), possible: row.possible.at(index) });
