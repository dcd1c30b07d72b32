import type { Evaluation } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import type { Match } from "../matching/pod-index";
import type { Workload } from "../model";
import { between } from "./between";
import type { ConnectionId } from "./connection-table";
import type { Row } from "./rows";
import type { SourceRows } from "./source-rows";

/** Workloads to which the same may flow. */
export interface Reached {
  readonly to: Workload[];
  readonly answer: Match<ConnectionId>;
}

/** Every workload to which something may flow from the given one. */
export function reachedFrom(evaluation: Evaluation, rows: SourceRows, workload: Workload): readonly Reached[] {
  const { universe, cluster } = evaluation;
  const found = new Found(evaluation.table.none);
  const askEach = (targets: Iterable<Workload>): void => {
    for (const to of targets) found.add(to, between(evaluation, { kind: "workload", workload }, { kind: "workload", workload: to }));
  };
  // A sender on its node's network may be any receiver's own node, which is a matter of single pods.
  if (workload.hostNetwork !== false) {
    askEach(cluster.workloads);
    return found.all();
  }
  const { groups } = universe;
  forEachAnswer(evaluation, mergedRow(evaluation, rows, workload), (group, certain, possible) => {
    for (const to of groups.workloadsIn(group)) {
      if (to !== workload && !groups.spread.has(to)) found.add(to, { certain, possible });
    }
  });
  askEach(new Set([workload, ...groups.spread]));
  return found.all();
}

/** Workloads by answer. Nothing at all is no answer. */
class Found {
  /** Most answers are exact, and their numbers small. */
  private readonly exact: Reached[] = [];
  private readonly byAnswer = new Map<number, Reached>();

  constructor(private readonly none: ConnectionId) {}

  add(to: Workload, answer: Match<ConnectionId>): void {
    if (answer.possible === this.none) return;
    const isExact = answer.certain === answer.possible;
    const key = answer.certain * 2 ** 26 + answer.possible;
    const known = isExact ? this.exact[answer.possible] : this.byAnswer.get(key);
    if (known !== undefined) {
      known.to.push(to);
      return;
    }
    const fresh: Reached = { to: [to], answer };
    this.byAnswer.set(key, fresh);
    if (isExact) this.exact[answer.possible] = fresh;
  }

  all(): readonly Reached[] {
    return [...this.byAnswer.values()];
  }
}

/** The row of all pods of a workload together: what may flow from whichever of them. */
function mergedRow({ table, universe }: Evaluation, rows: SourceRows, workload: Workload): Row {
  const [first, ...others] = universe.groups.ofWorkload(workload).map((group) => rows.from(group));
  return others.reduce(
    (so, row) => ({
      certain: so.certain.zip(row.certain, (a, b) => table.intersect(a, b)),
      possible: so.possible.zip(row.possible, (a, b) => table.union(a, b)),
    }),
    first as Row,
  );
}

/** Calls back for every pod group to which something may flow. */
function forEachAnswer(
  { universe, table }: Evaluation,
  { certain, possible }: Row,
  visit: (group: PodGroup, certain: ConnectionId, possible: ConnectionId) => void,
): void {
  const groups = universe.groups.all;
  const answer = (index: number, value: ConnectionId): void => {
    if (value !== table.none) visit(groups[index] as PodGroup, certain === possible ? value : certain.at(index), value);
  };
  const { members, values, rest } = possible;
  let next = 0;
  for (let i = 0; i < members.length && (members[i] as number) < groups.length; i++) {
    const member = members[i] as number;
    if (rest !== table.none) for (; next < member; next++) answer(next, rest);
    answer(member, values[i] as number);
    next = member + 1;
  }
  if (rest !== table.none) for (; next < groups.length; next++) answer(next, rest);
}
