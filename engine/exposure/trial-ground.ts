import { AnswerTable } from "./answer-table";
import type { Evaluation } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import type { Workload } from "../model";
import { Sequences } from "./pair-numbers";
import { SelectorLists } from "./selector-lists";
import { TrialPods } from "./trial-pods";

/** What all trials of made-up pods have in common. First pods are asked for, and workloads; then there are answers. */
export class TrialGround {
  readonly lists = new SelectorLists();
  readonly sequences = new Sequences();
  readonly pods: TrialPods;
  private readonly workloads: Workload[] = [];
  private answerTable: AnswerTable | undefined;
  private classes: readonly number[] | undefined;
  private readonly positions = new Map<number, number>();

  constructor(readonly evaluation: Evaluation) {
    this.pods = new TrialPods(evaluation);
  }

  /** The policies of pods are to say what they let through with this workload. */
  askFor(workload: Workload): void {
    this.workloads.push(workload);
  }

  get answers(): AnswerTable {
    return (this.answerTable ??= new AnswerTable(this.pods.evaluation.table));
  }

  groupsOf(workload: Workload): readonly PodGroup[] {
    return this.pods.evaluation.universe.groups.ofWorkload(workload);
  }

  /** The classes of all workloads that were asked for, by their place among all ends. */
  get subjects(): readonly number[] {
    if (this.classes !== undefined) return this.classes;
    const places = new Set(this.workloads.flatMap((workload) => this.groupsOf(workload).map(({ index }) => index)));
    this.classes = [...places].sort((a, b) => a - b);
    for (const [position, place] of this.classes.entries()) this.positions.set(place, position);
    return this.classes;
  }

  /** Where a class stands among those. */
  positionOf({ index }: PodGroup): number {
    const position = this.subjects.length === 0 ? undefined : this.positions.get(index);
    if (position === undefined) throw new RangeError("a workload must be planned before it is asked for");
    return position;
  }
}
