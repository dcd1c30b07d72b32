import type { Evaluation } from "../evaluation";
import type { Connections } from "../reachability";
import { reachabilityTable, type TableEnd } from "./reachability-table";
import { coverWithRectangles } from "./rectangles";
import { IpSet } from "../sets/ip-set";
import { type WorkloadDescription, WorkloadDescriptions } from "./workload-descriptions";

/** Ends of one side of a statement, all of them together. */
export interface StatementEnds {
  /** Each workload fits one of these; no workload that is not meant fits any. */
  readonly workloads: readonly WorkloadDescription[];
  /** Addresses that are no pod's. */
  readonly addresses: IpSet;
}

/** From any of the ones to any of the others, these connections may flow. */
export interface ReachabilityStatement {
  readonly from: StatementEnds;
  readonly to: StatementEnds;
  readonly connections: Connections;
}

/** All that a cluster lets flow, in few statements. */
export interface MinimisedReachability {
  /**
   * What flows between two ends is the union of the statements that speak of both; nothing, if none does. Traffic of a lone pod to itself,
   * which nothing prevents, and between two addresses is not spoken of, whatever a statement seems to say.
   */
  readonly statements: readonly ReachabilityStatement[];
  /** How many lines a list of all pairs would have instead. */
  readonly pairs: number;
}

/**
 * States who reaches whom by namespace and label instead of pair by pair. Exact: the statements say neither more nor less than all pairs do. A
 * set of workloads that no labels describe is given by name.
 */
export function minimiseReachability(evaluation: Evaluation): MinimisedReachability {
  const { sources, destinations, cells, values, pairs } = reachabilityTable(evaluation);
  const descriptions = new WorkloadDescriptions(evaluation.cluster);
  const described = new Map<string, readonly WorkloadDescription[]>();
  const endsOf = (groups: readonly (readonly TableEnd[])[], chosen: readonly number[]): StatementEnds => {
    const ends = chosen.flatMap((group) => groups[group] ?? []);
    const workloads = ends.flatMap((end) => ("workload" in end ? [end.workload] : [])).sort((a, b) => a - b);
    const known = described.get(workloads.join()) ?? descriptions.of(workloads);
    described.set(workloads.join(), known);
    return { workloads: known, addresses: IpSet.unionOf(ends.flatMap((end) => ("addresses" in end ? [end.addresses] : []))) };
  };
  const statements = coverWithRectangles(cells, destinations.length, values).map(({ rows, columns, value }): ReachabilityStatement => ({
    from: endsOf(sources, rows),
    to: endsOf(destinations, columns),
    connections: values.connections(value),
  }));
  return { statements, pairs };
}
