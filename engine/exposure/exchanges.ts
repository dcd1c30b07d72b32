import type { AlikePlaces, PlaceAnswer } from "./alike-places";
import type { AnswerId } from "./answer-table";
import type { Interpretation } from "../interpretation";
import { PairMemory, type SequenceId } from "./pair-numbers";
import type { KindsBySelectors, SelectorListId } from "./pod-kinds";
import type { PodTrials, Trial } from "./pod-trials";
import type { Row } from "../rows/rows";
import type { TrialGround } from "./trial-ground";

/** One class of a workload's pods in one reading of the cluster. */
export interface Side {
  readonly interpretation: Interpretation;
  /** What its policies say of the pods that are tried. */
  readonly row: Row;
  /** Its place among the classes of workloads to which the pods' policies answer. */
  readonly subject: number;
}

/** All that speaks for one workload, in one direction. */
export interface Subject {
  readonly sides: readonly Side[];
  /** A sender on its node's network may be the node of the pod, which is then not kept from it. */
  readonly mayBeOwnNode: boolean;
}

/** What one end's policies say of the other: one answer for each way to label the pods, by the selectors that tell them apart. */
interface Said {
  readonly selectors: SelectorListId;
  /** Whether one pod stands for all. */
  readonly isOne: boolean;
  readonly answers: readonly AnswerId[];
  /** The most that any of the pods can get. */
  readonly most: AnswerId;
}

/** The policies of a workload answer for each of its sides: all for the first pod, all for the second. */
interface SaidByWorkload extends Said {
  readonly sides: number;
  readonly mayBeOwnNode: boolean;
}

/** Puts together what the policies of workloads say of pods, and what the pods' own say of workloads. Every two such answers are met once. */
export class Exchanges {
  private readonly met = new PairMemory((mine, theirs) => this.meet(mine, theirs));
  private readonly byWorkload = new Map<SequenceId, SaidByWorkload>();
  private readonly byPods = new Map<SequenceId, Said>();

  constructor(
    private readonly ground: TrialGround,
    private readonly kinds: KindsBySelectors,
    private readonly alike: AlikePlaces,
  ) {}

  /** What the policies of a workload say of the pods of a trial. */
  mine({ sides, mayBeOwnNode }: Subject, trials: PodTrials, trial: Trial, isOne: boolean): SequenceId {
    const head = this.ground.sequences.of([2 * trial.selectors + Number(isOne), 2 * sides.length + Number(mayBeOwnNode)]);
    return trials.answersOf(
      trial,
      isOne,
      sides.map(({ row }) => row),
      head,
    );
  }

  /** Whether nothing can come of it, whatever the policies of the pods say. */
  isNothing(mine: SequenceId): boolean {
    return this.ground.answers.isNothing(this.saidByWorkload(mine).most);
  }

  /** What pods' policies say to a workload, made of what they say to each of its sides. */
  theirs(sides: readonly SequenceId[]): SequenceId {
    return sides.length === 1 ? (sides[0] as SequenceId) : this.ground.sequences.of(sides);
  }

  /** What flows in the end, for every kind of pods. */
  between(mine: SequenceId, theirs: SequenceId): PlaceAnswer {
    return this.met.get(mine, theirs);
  }

  private meet(mine: SequenceId, theirs: SequenceId): PlaceAnswer {
    const { answers, sequences } = this.ground;
    const byWorkload = this.saidByWorkload(mine);
    const { most, mayBeOwnNode } = byWorkload;
    const byPods = (byWorkload.sides === 1 ? [theirs] : sequences.numbers(theirs)).map((side) => this.saidByPods(side));
    const atMost = mayBeOwnNode ? most : answers.intersect(most, answers.together(byPods.map((each) => each.most)));
    return answers.isNothing(atMost) ? this.alike.nothing : this.meetEach(byWorkload, byPods);
  }

  private meetEach(mine: SaidByWorkload, theirs: readonly Said[]): PlaceAnswer {
    const [{ selectors, isOne }] = theirs as [Said];
    const { answers } = this.ground;
    const all = this.kinds.of(mine.selectors, selectors, isOne);
    const each = all.kinds.map((kind) =>
      answers.whichever(
        theirs.flatMap((side, at) => {
          const one = mine.answers[kind.mine * theirs.length + at] as AnswerId;
          const both = answers.intersect(one, side.answers[kind.theirs] as AnswerId);
          return mine.mayBeOwnNode ? [one, both] : [both];
        }),
      ),
    );
    return this.alike.of(all, each);
  }

  private saidByWorkload(mine: SequenceId): SaidByWorkload {
    const known = this.byWorkload.get(mine);
    if (known !== undefined) return known;
    const [by = 0, form = 0, ...answers] = this.ground.sequences.numbers(mine);
    const said = { ...this.said(by, answers), sides: form >> 1, mayBeOwnNode: form % 2 === 1 };
    this.byWorkload.set(mine, said);
    return said;
  }

  private saidByPods(side: SequenceId): Said {
    const known = this.byPods.get(side);
    if (known !== undefined) return known;
    const [by = 0, ...answers] = this.ground.sequences.numbers(side);
    const said = this.said(by, answers);
    this.byPods.set(side, said);
    return said;
  }

  private said(by: number, answers: readonly AnswerId[]): Said {
    return { selectors: Math.floor(by / 2), isOne: by % 2 === 1, answers, most: this.ground.answers.together(answers) };
  }
}
