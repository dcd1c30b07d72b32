import type { Evaluation } from "../evaluation";
import { AskedOneByOne, isAskedPodByPod } from "./asked-one-by-one";
import { type BothWorkloads, type JointGroup, JointGroups } from "./joint-groups";
import type { Workload } from "../model";
import { ReceiversToCompare } from "./receivers-to-compare";
import type { Connections } from "../reachability";
import { between, betweenGroups, type RowSourceFor, whichever } from "../rows/between";
import { Partition } from "../rows/partition";
import { Reach } from "../rows/reached";
import { type AnswerNumber, NumberedAnswers, SharedAnswers } from "./shared-answers";
import type { UnchangedEnds } from "./unchanged-ends";

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
 * once, and receivers are listed only where the rows differ. Between ends that are known to be unchanged, nothing is compared.
 */
export class PairDifferences {
  private readonly answers = new SharedAnswers();
  private readonly before: Side;
  private readonly after: Side;
  private readonly groups: JointGroups;
  private readonly known = new Map<JointGroup, readonly GroupDifference[]>();
  private readonly receivers: ReceiversToCompare | undefined;
  private readonly asked: AskedOneByOne;

  /** Every workload of either cluster has a place; one of both has one place. */
  constructor(
    before: Evaluation,
    after: Evaluation,
    private readonly workloads: readonly BothWorkloads[],
    /** Absent: any end may have changed. */
    ends?: UnchangedEnds,
  ) {
    this.before = new Side(before, this.answers);
    this.after = new Side(
      after,
      this.answers,
      ends === undefined ? undefined : (interpretation, group, direction, other) => ends.row(interpretation, group, direction, other),
    );
    this.groups = new JointGroups(before, after, workloads);
    this.receivers = ends === undefined ? undefined : new ReceiversToCompare(before, after, this.groups, ends);
    this.asked = new AskedOneByOne(workloads, this.groups.apart, ends);
  }

  /** All differences of one sender, in the order of the receivers' places. */
  from(place: number): readonly PairDifference[] {
    const from = this.workloads[place] as BothWorkloads;
    const listed = isAskedPodByPod(from)
      ? []
      : this.rowDifferences(place).flatMap(({ to, before, after }) =>
          to.places.filter((each) => each !== place).map((each) => this.inWords(each, before, after)),
        );
    const single = this.asked.by(place).flatMap((to): readonly PairDifference[] => {
      const ends = this.workloads[to] as BothWorkloads;
      const [before, after] = [this.before.between(from.before, ends.before), this.after.between(from.after, ends.after)];
      return before === after ? [] : [this.inWords(to, before, after)];
    });
    return [...listed, ...single].sort((one, other) => one.to - other.to);
  }

  private rowDifferences(place: number): readonly GroupDifference[] {
    const group = this.groups.at(place);
    const known = group === undefined ? undefined : this.known.get(group);
    if (known !== undefined) return known;
    const sender = this.workloads[place] as BothWorkloads;
    const receivers = this.receivers?.for(sender);
    const found = receivers === undefined ? this.compareRows(sender) : this.lookUp(sender, receivers);
    if (group !== undefined) this.known.set(group, found);
    return found;
  }

  private lookUp(sender: BothWorkloads, receivers: readonly JointGroup[]): readonly GroupDifference[] {
    return receivers.flatMap((to) => {
      const [before, after] = [this.before.toGroup(sender.before, to.before), this.after.toGroup(sender.after, to.after)];
      return before === after ? [] : [{ to, before, after }];
    });
  }

  private compareRows(sender: BothWorkloads): readonly GroupDifference[] {
    const [before, after] = [this.before.row(sender.before), this.after.row(sender.after)];
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
    /** Where rows come from that are looked up for one pair. Absent: the evaluation's own. */
    private readonly rowOf?: RowSourceFor,
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

  /** What flows from a workload to the pods of a group, which are no pods of its own. */
  toGroup(from: Workload | undefined, to: number | undefined): AnswerNumber {
    const { universe, table } = this.evaluation;
    const receiver = to === undefined ? undefined : universe.groups.all[to];
    if (from === undefined || receiver === undefined) return SharedAnswers.nothing;
    const answers = universe.groups.ofWorkload(from).map((sender) => betweenGroups(this.evaluation, sender, receiver, this.rowOf));
    const [only, ...others] = answers;
    const { certain, possible } = only === undefined || others.length > 0 ? whichever(table, answers) : only;
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
