import { diff, type DiffEnd, type Evaluation } from "../../engine";
import { type ConnectionMatrix, connectionMatrix, type MatrixCell, type ReportEnd, workloadEnd } from "../../engine/report";

type By = "workload" | "namespace";

/**
 * The matrix after a change, with a mark on every cell in which some pair differs. Ends that are gone keep their row and column, as empty ones:
 * what they lost is a change as well.
 */
export function changedMatrix(before: Evaluation, after: Evaluation, by: By): ConnectionMatrix {
  const [old, now] = [connectionMatrix(before, by), connectionMatrix(after, by)];
  const ends = mergedEnds(old.rows, now.rows);
  const [oldCells, nowCells] = [new CellIndex(old), new CellIndex(now)];
  const changed = changedPairs(before, after, by);
  const cell = (row: ReportEnd, column: ReportEnd): MatrixCell | null => {
    const [was, is] = [oldCells.at(row, column), nowCells.at(row, column)];
    if (!changed.has(pairKey(row, column))) return is ?? (was === null ? null : empty);
    const had = was !== null && was.summary !== "none";
    const has = is !== null && is.summary !== "none";
    return { ...(is ?? empty), change: had && has ? "changed" : has ? "added" : "removed" };
  };
  return { rows: ends, columns: ends, cells: ends.map((row) => ends.map((column) => cell(row, column))) };
}

const empty: MatrixCell = { summary: "none", connections: { certain: "none", possible: "none" } };

const keyOf = ({ kind, name, workloadKind = "" }: ReportEnd): string => JSON.stringify([kind, workloadKind, name]);
const pairKey = (row: ReportEnd, column: ReportEnd): string => `${keyOf(row)} ${keyOf(column)}`;

/** Those of now, then those that are gone; everything outside stays last. */
function mergedEnds(old: readonly ReportEnd[], now: readonly ReportEnd[]): readonly ReportEnd[] {
  const known = new Set(now.map(keyOf));
  return [...now.slice(0, -1), ...old.filter((each) => !known.has(keyOf(each))), ...now.slice(-1)];
}

/** Cells by the ends of their row and column. */
class CellIndex {
  private readonly places: ReadonlyMap<string, number>;

  constructor(private readonly matrix: ConnectionMatrix) {
    this.places = new Map(matrix.rows.map((end, place) => [keyOf(end), place]));
  }

  at(row: ReportEnd, column: ReportEnd): MatrixCell | null {
    const [x, y] = [this.places.get(keyOf(row)), this.places.get(keyOf(column))];
    return x === undefined || y === undefined ? null : (this.matrix.cells[x]?.[y] ?? null);
  }
}

/** The cells in which something differs; sums alone would not show that one pair lost what another gained. */
function changedPairs(before: Evaluation, after: Evaluation, by: By): ReadonlySet<string> {
  return new Set(diff(before, after).connections.map(({ from, to }) => pairKey(partOf(from, by), partOf(to, by))));
}

function partOf(end: DiffEnd, by: By): ReportEnd {
  if (end.kind === "addresses") return { kind: "addresses", name: "internet" };
  const { namespace = "", ...workload } = workloadEnd(end.workload);
  return by === "workload" ? workload : { kind: "workload", name: namespace, workloadKind: "Namespace" };
}
