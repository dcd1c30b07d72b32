import type { Evaluation } from "../evaluation";
import { hasOnePod } from "../exemption";
import type { Workload } from "../model";
import { type Connections, reachability, type Reachability } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { addressesEnd, connectionsText, workloadEnd } from "./ends";
import type { ReportConnections, ReportEnd } from "./parts";
import type { MatrixCell } from "./reports";

/** Two ends and what may flow from one to the other; never nothing. */
export interface ListedConnection {
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly connections: ReportConnections;
}

/** Which connections to list. @default all */
export interface ListFilter {
  /** Workloads at least one of which must be an end. */
  readonly focus?: (workload: Workload) => boolean;
  /** Seen from the workloads in focus: traffic to them, or from them. */
  readonly direction?: "in" | "out";
  /** Leaves out addresses that are no pod's. @default false */
  readonly podsOnly?: boolean;
}

/** Every pair of ends between which something may flow: workloads first, each with addresses outside after. */
export function listConnections(evaluation: Evaluation, filter: ListFilter = {}): readonly ListedConnection[] {
  const { focus = () => true, direction, podsOnly = false } = filter;
  const map = reachability(evaluation);
  const { workloads } = evaluation.cluster;
  const isListed = (from: Workload, to: Workload): boolean => (direction !== "in" && focus(from)) || (direction !== "out" && focus(to));
  const between = workloads.flatMap((from) =>
    map.from(from).flatMap(({ to, connections }) => {
      const text = connectionsText(connections);
      return to
        .filter((target) => isListed(from, target) && !(from === target && hasOnePod(from)))
        .map((target) => ({ from: workloadEnd(from), to: workloadEnd(target), connections: { ...text } }));
    }),
  );
  if (podsOnly) return between;
  const outside = workloads
    .filter(focus)
    .flatMap((workload) => [
      ...(direction === "in" ? [] : withOutside(map, workload, "egress")),
      ...(direction === "out" ? [] : withOutside(map, workload, "ingress")),
    ]);
  return [...between, ...outside];
}

function withOutside(map: Reachability, workload: Workload, direction: "ingress" | "egress"): readonly ListedConnection[] {
  return map
    .withAddresses(workload, direction)
    .filter(({ connections }) => !connections.possible.isEmpty)
    .map(({ addresses, connections }) => {
      const [mine, other] = [workloadEnd(workload), addressesEnd(addresses)];
      const text = connectionsText(connections);
      return direction === "egress" ? { from: mine, to: other, connections: text } : { from: other, to: mine, connections: text };
    });
}

/** A table of who reaches whom. */
export interface ConnectionMatrix {
  readonly rows: readonly ReportEnd[];
  readonly columns: readonly ReportEnd[];
  readonly cells: readonly (readonly (MatrixCell | null)[])[];
}

const internet: ReportEnd = { kind: "addresses", name: "internet" };

/** One row and one column for each workload, or namespace, and one for everything outside. */
export function connectionMatrix(evaluation: Evaluation, by: "workload" | "namespace"): ConnectionMatrix {
  const parts =
    by === "workload"
      ? evaluation.cluster.workloads.map((each) => ({ end: workloadEnd(each), workloads: [each] }))
      : byNamespace(evaluation);
  const sums = new MatrixSums(
    evaluation,
    parts.map(({ workloads }) => workloads),
  );
  const ends = [...parts.map(({ end }) => end), internet];
  const cells = ends.map((_, row) => ends.map((__, column) => sums.cell(row, column)));
  return { rows: ends, columns: ends, cells };
}

function byNamespace({ cluster }: Evaluation): readonly { readonly end: ReportEnd; readonly workloads: readonly Workload[] }[] {
  const groups = new Map<string, Workload[]>();
  for (const workload of cluster.workloads) {
    const { namespace = "" } = workloadEnd(workload);
    groups.set(namespace, [...(groups.get(namespace) ?? []), workload]);
  }
  return [...groups].map(([name, workloads]) => ({
    end: { kind: "workload", name, namespace: name, workloadKind: "Namespace" },
    workloads,
  }));
}

/** What flows between parts of the cluster, added up over the pairs of their workloads. The last part is everything outside. */
class MatrixSums {
  private readonly sums: readonly (readonly CellSum[])[];
  private readonly outside: number;

  constructor(
    evaluation: Evaluation,
    private readonly parts: readonly (readonly Workload[])[],
  ) {
    this.outside = parts.length;
    const places = [...parts.keys(), this.outside];
    this.sums = places.map(() => places.map(() => new CellSum()));
    const map = reachability(evaluation);
    const partOf = new Map(parts.flatMap((part, n) => part.map((workload) => [workload, n] as const)));
    for (const [workload, part] of partOf) {
      for (const { to, connections } of map.from(workload)) {
        const others = to.filter((target) => target !== workload || !hasOnePod(workload));
        const counts = countsOf(others.map((target) => partOf.get(target) as number));
        for (const [other, count] of counts) this.sums[part]?.[other]?.add(connections, count);
      }
      for (const { connections } of map.withAddresses(workload, "egress")) this.sums[part]?.[this.outside]?.add(connections);
      for (const { connections } of map.withAddresses(workload, "ingress")) this.sums[this.outside]?.[part]?.add(connections);
    }
  }

  /** `null` where there is nothing to ask: a pod and itself, and two ends outside. */
  cell(row: number, column: number): MatrixCell | null {
    const sum = this.sums[row]?.[column];
    if (sum === undefined || (row === this.outside && column === this.outside)) return null;
    if (row === this.outside || column === this.outside) return sum.cell(undefined);
    const pairs = this.pairs(row, column);
    return pairs === 0 ? null : sum.cell(pairs);
  }

  private pairs(row: number, column: number): number {
    const [from = [], to = []] = [this.parts[row], this.parts[column]];
    return from.length * to.length - (row === column ? from.filter(hasOnePod).length : 0);
  }
}

/** How often each number occurs. */
function countsOf(numbers: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const each of numbers) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

/** Connections of several pairs. */
class CellSum {
  private asked = 0;
  private connected = 0;
  private whole = 0;
  private certain = ConnectionSet.none;
  private possible = ConnectionSet.none;

  /** Adds what flows between each of `count` pairs. */
  add({ certain, possible }: Connections, count = 1): void {
    this.asked += count;
    if (possible.isEmpty) return;
    this.connected += count;
    if (certain.isAll) this.whole += count;
    this.certain = this.certain.union(certain);
    this.possible = this.possible.union(possible);
  }

  /** `pairs`: of how many it is the sum, those without connections included; left out where every part was asked about. */
  cell(pairs: number | undefined): MatrixCell {
    return {
      summary: this.summary(pairs ?? this.asked),
      connections: connectionsText({ certain: this.certain, possible: this.possible }),
      ...(pairs === undefined || pairs === 1 ? {} : { pairs: { connected: this.connected, all: pairs } }),
    };
  }

  private summary(pairs: number): MatrixCell["summary"] {
    if (this.connected === 0) return "none";
    if (this.whole === pairs) return "all";
    return this.certain.isEmpty ? "undecided" : "some";
  }
}
