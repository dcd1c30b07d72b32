import { applicable } from "../evaluation";
import type { Interpretation } from "../interpretation";
import type { PodGroup } from "../matching/pod-groups";
import { exactly, type Match } from "../matching/pod-index";
import type { Direction, Workload } from "../model";
import type { Connections } from "../reachability";
import { whichever } from "../rows/between";
import type { ConnectionId } from "../rows/connection-table";
import type { Row } from "../rows/rows";
import type { TrialPods } from "./trial-pods";

/** One group of the subject's pods in one reading of the cluster. */
interface Side {
  readonly interpretation: Interpretation;
  readonly group: PodGroup;
  readonly row: Row;
}

/** What the subject lets through with one pod, for each of its sides. */
export type SubjectAnswer = readonly Match<ConnectionId>[];

/**
 * What one workload exchanges with made-up pods, taken apart: what its own policies say of a pod, and what the policies of the pod say of it.
 * So pods that differ only for one of the two need not be tried for the other.
 */
export class SubjectSides {
  private readonly sides: readonly Side[];
  /** A sender on its node's network may be the node of the pod, which is then not kept from it. */
  private readonly mayBeOwnNode: boolean;

  constructor(
    private readonly pods: TrialPods,
    workload: Workload,
    private readonly direction: Direction,
    private readonly rowsOfPods: PodRows,
  ) {
    const { evaluation } = pods;
    const groups = evaluation.universe.groups.ofWorkload(workload);
    // Made-up pods have no addresses, so that the interpretations are the same for all.
    const anyOther = pods.anyGroup;
    this.mayBeOwnNode = direction === "egress" && workload.hostNetwork !== false;
    this.sides = groups.flatMap((group) =>
      applicable(evaluation, group, anyOther).map((interpretation) => ({
        interpretation,
        group,
        row: interpretation.row(group, direction),
      })),
    );
  }

  /** What the policies of the subject let through with a pod. */
  answerTo(pod: Workload): SubjectAnswer {
    const { index } = this.pods.groupOf(pod);
    return this.sides.map(({ row: { certain, possible } }) => bounded(certain.at(index), possible.at(index)));
  }

  /** Whether nothing can come of it, whatever the policies of the pod say. */
  isNothing(answer: SubjectAnswer): boolean {
    return answer.every(({ possible }) => possible === this.pods.evaluation.table.none);
  }

  /** What flows in the end: `answer` is the subject's own, the other half is asked of the pod. */
  with(answer: SubjectAnswer, pod: Workload): Match<ConnectionId> {
    const { table } = this.pods.evaluation;
    const each = this.sides.flatMap(({ interpretation, group }, n): readonly Match<ConnectionId>[] => {
      const mine = answer[n] ?? exactly(table.none);
      if (mine.possible === table.none) return [mine];
      const { certain, possible } = this.rowsOfPods.of(interpretation, pod, this.direction);
      const both = {
        certain: table.intersect(mine.certain, certain.at(group.index)),
        possible: table.intersect(mine.possible, possible.at(group.index)),
      };
      return this.mayBeOwnNode ? [mine, both] : [both];
    });
    const [only, ...more] = each;
    return only !== undefined && more.length === 0 ? only : whichever(table, each);
  }
}

const bounded = (certain: ConnectionId, possible: ConnectionId): Match<ConnectionId> =>
  certain === possible ? exactly(possible) : { certain, possible };

/** The rows of made-up pods, looked up once. */
export class PodRows {
  private readonly known = new Map<Interpretation, Map<Workload, Row>>();

  constructor(private readonly pods: TrialPods) {}

  /** What the policies of the pod say of other ends; `direction` is the one seen from those. */
  of(interpretation: Interpretation, pod: Workload, direction: Direction): Row {
    const rows = this.known.get(interpretation) ?? new Map<Workload, Row>();
    if (rows.size === 0) this.known.set(interpretation, rows);
    const known = rows.get(pod);
    if (known !== undefined) return known;
    const row = interpretation.row(this.pods.groupOf(pod), direction === "ingress" ? "egress" : "ingress");
    rows.set(pod, row);
    return row;
  }
}

/** Connections in words: one object for one answer, so that equal ones are told by looking. */
export class ConnectionWords {
  private readonly known = new Map<number, Connections>();

  constructor(private readonly pods: TrialPods) {}

  of({ certain, possible }: Match<ConnectionId>): Connections {
    const key = certain * 2 ** 26 + possible;
    const { table } = this.pods.evaluation;
    const words = this.known.get(key) ?? { certain: table.set(certain), possible: table.set(possible) };
    this.known.set(key, words);
    return words;
  }
}
