import { between } from "./between";
import type { ConnectionId } from "./connection-table";
import type { Evaluation } from "../evaluation";
import type { Workload } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import type { Match } from "../matching/pod-index";
import type { SourceRows } from "./source-rows";

/** Workloads to which the same may flow. */
export interface Reached {
  readonly to: Workload[];
  readonly answer: Match<ConnectionId>;
}

/** Every workload to which something may flow from the given one. */
export function reachedFrom(evaluation: Evaluation, rows: SourceRows, workload: Workload): readonly Reached[] {
  const { table, universe, cluster } = evaluation;
  const found = new Map<string, Reached>();
  const add = (to: Workload, answer: Match<ConnectionId>): void => {
    if (answer.possible === table.none) return;
    const key = `${String(answer.certain)}/${String(answer.possible)}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { to: [to], answer });
    else known.to.push(to);
  };
  const askEach = (targets: readonly Workload[]): void => {
    for (const to of targets) add(to, between(evaluation, { kind: "workload", workload }, { kind: "workload", workload: to }));
  };
  // A sender on its node's network may be any receiver's own node, which is a matter of single pods.
  if (workload.hostNetwork !== false) askEach(cluster.workloads);
  else {
    const isSimple = (to: Workload): boolean => to !== workload && universe.groups.ofWorkload(to).length === 1;
    for (const { members, answer } of mergedRow(evaluation, rows, workload)) {
      const targets = members.flatMap((group) => universe.groups.workloadsIn(group));
      for (const to of targets.filter(isSimple)) add(to, answer);
    }
    askEach(cluster.workloads.filter((to) => !isSimple(to)));
  }
  return [...found.values()];
}

/** The row of all pods of a workload together: pod groups by what may flow to them from whichever of its pods. */
function mergedRow({ table, universe }: Evaluation, rows: SourceRows, workload: Workload) {
  const [first, ...others] = universe.groups.ofWorkload(workload).map((group) => rows.from(group));
  if (first === undefined) return [];
  const certain = others.reduce((so, row) => so.zip(row.certain, (a, b) => table.intersect(a, b)), first.certain);
  const possible = others.reduce((so, row) => so.zip(row.possible, (a, b) => table.union(a, b)), first.possible);
  const answers: Match<ConnectionId>[] = [];
  const numberOf = (answer: Match<ConnectionId>): number => {
    const known = answers.findIndex((each) => each.certain === answer.certain && each.possible === answer.possible);
    return known === -1 ? answers.push(answer) - 1 : known;
  };
  const both = possible.zip(certain, (b, a) => numberOf({ certain: a, possible: b }));
  return both.entries().flatMap(([value, members]) => {
    const answer = answers[value] as Match<ConnectionId>;
    if (answer.possible === table.none) return [];
    return [
      {
        answer,
        members: members
          .intersect(universe.allPods)
          .toArray()
          .map((index) => universe.groups.all[index] as PodGroup),
      },
    ];
  });
}
