import type { Evaluation } from "../evaluation";
import { type BothWorkloads, type JointGroup, JointGroups } from "./joint-groups";
import type { Workload } from "../model";
import type { Connections } from "../reachability";
import { between } from "../rows/between";
import { Partition } from "../rows/partition";
import { Reach } from "../rows/reached";
import { type AnswerNumber, NumberedAnswers, SharedAnswers } from "./shared-answers";

/** A receiver, by its place, to which something else may flow than before. */
export interface PairDifference {
  readonly to: number;
  readonly before: Connections;
  readonly after: Connections;
}

interface GroupDifference {
  readonly to: JointGroup;
  readonly before: AnswerNumber;
  readonly after: AnswerNumber;
}

/**
 * Compares who reaches whom in two clusters a row at a time: senders nothing tells apart have one row in each cluster, the two are compared
 * once, and receivers are listed only where the rows differ.
 */
export class PairDifferences {
  private readonly answers = new SharedAnswers();
  private readonly before: Side;
  private readonly after: Side;
  private readonly groups: JointGroups;
  private readonly known = new Map<JointGroup, readonly GroupDifference[]>();

  /** Every workload of either cluster has a place; one of both has one place. */
  constructor(
    before: Evaluation,
    after: Evaluation,
    private readonly workloads: readonly BothWorkloads[],
  ) {
    this.before = new Side(before, this.answers);
    this.after = new Side(after, this.answers);
    this.groups = new JointGroups(before, after, workloads);
  }

  /** All differences of one sender, in the order of the receivers' places. */
  from(place: number): readonly PairDifference[] {
    const from = this.workloads[place] as BothWorkloads;
    const apart = this.isAskedPodByPod(from) ? [...this.workloads.keys()] : [...new Set([...this.groups.apart, place])];
    const asked = new Set(apart);
    const listed = this.isAskedPodByPod(from)
      ? []
      : this.rowDifferences(place).flatMap(({ to, before, after }) =>
          to.places.filter((each) => !asked.has(each)).map((each) => this.inWords(each, before, after)),
        );
    const single = apart.flatMap((to): readonly PairDifference[] => {
      const ends = this.workloads[to] as BothWorkloads;
      const [before, after] = [this.before.between(from.before, ends.before), this.after.between(from.after, ends.after)];
      return before === after ? [] : [this.inWords(to, before, after)];
    });
    return [...listed, ...single].sort((one, other) => one.to - other.to);
  }

  /** A sender on its node's network may be any receiver's own node, so that it has no row. */
  private isAskedPodByPod({ before, after }: BothWorkloads): boolean {
    return [before, after].some((workload) => workload !== undefined && workload.hostNetwork !== false);
  }

  private rowDifferences(place: number): readonly GroupDifference[] {
    const group = this.groups.at(place);
    const known = group === undefined ? undefined : this.known.get(group);
    if (known !== undefined) return known;
    const { before, after } = this.workloads[place] as BothWorkloads;
    const found = this.compare(this.before.row(before), this.after.row(after));
    if (group !== undefined) this.known.set(group, found);
    return found;
  }

  private compare(before: Partition, after: Partition): readonly GroupDifference[] {
    const found: GroupDifference[] = [];
    const compareAt = (to: JointGroup, was: AnswerNumber, is: AnswerNumber): void => {
      if (was !== is) found.push({ to, before: was, after: is });
    };
    const [old, fresh] = [this.before.laidOut(before), this.after.laidOut(after)];
    const { nothing } = SharedAnswers;
    if (before.rest !== nothing || after.rest !== nothing) {
      for (const to of this.groups.all) compareAt(to, answerAt(old, to.before), answerAt(fresh, to.after));
      return found;
    }
    for (const group of after.members)
      for (const to of this.groups.within("after", group)) compareAt(to, answerAt(old, to.before), fresh[group] as AnswerNumber);
    for (const group of before.members) {
      for (const to of this.groups.within("before", group)) {
        // Where something may flow after, it was listed above.
        if (answerAt(fresh, to.after) === nothing) compareAt(to, old[group] as AnswerNumber, nothing);
      }
    }
    return found;
  }

  private inWords(to: number, before: AnswerNumber, after: AnswerNumber): PairDifference {
    return { to, before: this.answers.connections(before), after: this.answers.connections(after) };
  }
}

/** One of the two clusters. */
class Side {
  private readonly reach: Reach;
  private readonly numbered: NumberedAnswers;
  /** Where the row being compared is laid out, an answer for each end. One row after the other. */
  private readonly ends: Uint32Array;

  constructor(
    private readonly evaluation: Evaluation,
    answers: SharedAnswers,
  ) {
    this.reach = new Reach(evaluation);
    this.numbered = new NumberedAnswers(answers, evaluation.table);
    this.ends = new Uint32Array(evaluation.universe.size);
  }

  between(from: Workload | undefined, to: Workload | undefined): AnswerNumber {
    if (from === undefined || to === undefined) return SharedAnswers.nothing;
    const { certain, possible } = between(this.evaluation, { kind: "workload", workload: from }, { kind: "workload", workload: to });
    return this.numbered.number(certain, possible);
  }

  /** What flows from a workload to each pod group. */
  row(workload: Workload | undefined): Partition {
    const row = workload === undefined ? undefined : this.reach.row(workload);
    return row === undefined ? Partition.constant(this.ends.length, SharedAnswers.nothing) : this.numbered.row(row);
  }

  laidOut({ rest, members, values }: Partition): Uint32Array {
    this.ends.fill(rest);
    for (let i = 0; i < members.length; i++) this.ends[members[i] as number] = values[i] as number;
    return this.ends;
  }
}

const answerAt = (ends: Uint32Array, group: number | undefined): AnswerNumber =>
  group === undefined ? SharedAnswers.nothing : (ends[group] as AnswerNumber);
