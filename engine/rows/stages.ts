import type { ConnectionId, ConnectionTable } from "./connection-table";
import { type Action, isUnknown, type Value } from "../model";
import type { Match } from "../matching/pod-index";

/** Stands for one Stage: equal numbers, equal stages. */
export type StageId = number;

/**
 * What a run of cluster-wide rules may do with the connections to one peer. The sets overlap only where something is unknown; a connection
 * that is decided is in exactly one.
 */
export interface Stage {
  readonly accepted: ConnectionId;
  readonly denied: ConnectionId;
  /** Left to the next tier by a Pass rule. */
  readonly passed: ConnectionId;
  /** Matched by no rule so far. */
  readonly open: ConnectionId;
}

/** The stages an evaluation meets, each kept once, with their algebra. */
export class StageTable {
  private readonly stages: Stage[] = [];
  private readonly ids = new Map<string, StageId>();
  /** Before any rule: everything is open. */
  readonly start: StageId;

  constructor(private readonly table: ConnectionTable) {
    const { none, all } = table;
    this.start = this.intern({ accepted: none, denied: none, passed: none, open: all });
  }

  stage(id: StageId): Stage {
    return this.stages[id] as Stage;
  }

  /** One more rule: it certainly matches `certain` and may match `possible`. */
  afterRule(id: StageId, action: Value<Action>, { certain, possible }: Match<ConnectionId>): StageId {
    const { union, intersect, subtract } = bound(this.table);
    const { accepted, denied, passed, open } = this.stage(id);
    const taken = intersect(open, possible);
    const may = (each: Action, so: ConnectionId): ConnectionId => (isUnknown(action) || action === each ? union(so, taken) : so);
    return this.intern({
      accepted: may("Accept", accepted),
      denied: may("Deny", denied),
      passed: may("Pass", passed),
      open: subtract(open, certain),
    });
  }

  /** First one run of rules, then another on what the first left open. */
  inOrder(first: StageId, second: StageId): StageId {
    const { union, intersect } = bound(this.table);
    const a = this.stage(first);
    const b = this.stage(second);
    const then = (mine: ConnectionId, others: ConnectionId): ConnectionId => union(mine, intersect(a.open, others));
    return this.intern({
      accepted: then(a.accepted, b.accepted),
      denied: then(a.denied, b.denied),
      passed: then(a.passed, b.passed),
      open: intersect(a.open, b.open),
    });
  }

  /** Two runs of rules of equal priority: which is read first is not defined, so either may decide what both match. */
  eitherFirst(one: StageId, other: StageId): StageId {
    const { union, intersect } = bound(this.table);
    const a = this.stage(one);
    const b = this.stage(other);
    return this.intern({
      accepted: union(a.accepted, b.accepted),
      denied: union(a.denied, b.denied),
      passed: union(a.passed, b.passed),
      open: intersect(a.open, b.open),
    });
  }

  private intern(stage: Stage): StageId {
    const key = `${String(stage.accepted)},${String(stage.denied)},${String(stage.passed)},${String(stage.open)}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.stages.push(stage);
    this.ids.set(key, this.stages.length - 1);
    return this.stages.length - 1;
  }
}

/** The table's operations as plain functions, so that formulas read as formulas. */
const bound = (table: ConnectionTable) => ({
  union: (a: ConnectionId, b: ConnectionId): ConnectionId => table.union(a, b),
  intersect: (a: ConnectionId, b: ConnectionId): ConnectionId => table.intersect(a, b),
  subtract: (a: ConnectionId, b: ConnectionId): ConnectionId => table.subtract(a, b),
});

/** What NetworkPolicy makes of the connections to one peer: allowed for certain, allowed perhaps, and whether it decides at all. */
export interface NetworkPolicyStage {
  readonly allowed: Match<ConnectionId>;
  readonly isolated: "yes" | "no" | "maybe";
}

/** The bounds of the final answer: Admin tier, then NetworkPolicy, then Baseline tier, then allowed. */
export function composeTiers(
  table: ConnectionTable,
  admin: Stage,
  networkPolicy: NetworkPolicyStage,
  baseline: Stage,
): Match<ConnectionId> {
  const { union, intersect, subtract } = bound(table);
  const { allowed, isolated } = networkPolicy;
  const toNetworkPolicy = union(admin.passed, admin.open);
  const accepts = isolated === "no" ? table.none : allowed.possible;
  const denies = isolated === "no" ? table.none : subtract(table.all, allowed.certain);
  const toBaseline = isolated === "yes" ? table.none : toNetworkPolicy;
  const byDefault = union(baseline.accepted, union(baseline.passed, baseline.open));
  const mayBeDenied = union(admin.denied, union(intersect(toNetworkPolicy, denies), intersect(toBaseline, baseline.denied)));
  return {
    certain: subtract(table.all, mayBeDenied),
    possible: union(admin.accepted, union(intersect(toNetworkPolicy, accepts), intersect(toBaseline, byDefault))),
  };
}
