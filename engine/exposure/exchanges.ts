import type { AlikePlaces, PlaceAnswer } from "./alike-places";
import type { AnswerId } from "./answer-table";
import type { Interpretation } from "../interpretation";
import { PairNumbers, type SequenceId } from "./pair-numbers";
import type { PodKinds } from "./pod-kinds";
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

/** Puts together what the policies of workloads say of pods, and what the pods' own say of workloads. Every two such answers are met once. */
export class Exchanges {
  private readonly met = new PairNumbers();
  private readonly found: PlaceAnswer[] = [];
  private readonly mineTogether = new Map<SequenceId, readonly [AnswerId, number]>();
  private readonly theirsTogether = new Map<SequenceId, AnswerId>();

  constructor(
    private readonly ground: TrialGround,
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
    return this.ground.answers.isNothing(this.mineInAll(mine)[0]);
  }

  /** What pods' policies say to a workload, made of what they say to each of its sides. */
  theirs(sides: readonly SequenceId[]): SequenceId {
    const [only] = sides;
    return only !== undefined && sides.length === 1 ? only : this.ground.sequences.of(sides);
  }

  /** What flows in the end, for every kind of pods; `kinds` are those that both speak of. */
  between(mine: SequenceId, theirs: SequenceId, kinds: () => PodKinds): PlaceAnswer {
    const number = this.met.of(mine, theirs) - 1;
    return (this.found[number] ??= this.meet(mine, theirs, kinds));
  }

  private meet(mine: SequenceId, theirs: SequenceId, kinds: () => PodKinds): PlaceAnswer {
    const [all, form] = this.mineInAll(mine);
    const mayBeOwnNode = form % 2 === 1;
    const sides = this.sidesOf(theirs, form >> 1);
    const most = mayBeOwnNode ? all : this.ground.answers.intersect(all, this.inAll(sides));
    return this.ground.answers.isNothing(most) ? this.alike.nothing : this.meetEach(kinds(), mine, sides, mayBeOwnNode);
  }

  /** The most that any pod can get as far as the policies of a workload say, and what else stands at the head of the list. */
  private mineInAll(mine: SequenceId): readonly [AnswerId, number] {
    const known = this.mineTogether.get(mine);
    if (known !== undefined) return known;
    const [, form = 0, ...each] = this.ground.sequences.numbers(mine);
    const found = [this.ground.answers.together(each), form] as const;
    this.mineTogether.set(mine, found);
    return found;
  }

  /** What pods' policies say to each side of a workload. */
  private sidesOf(theirs: SequenceId, count: number): readonly SequenceId[] {
    return count === 1 ? [theirs] : this.ground.sequences.numbers(theirs);
  }

  private inAll(sides: readonly SequenceId[]): AnswerId {
    return this.ground.answers.together(
      sides.map((side) => {
        const found = this.theirsTogether.get(side) ?? this.ground.answers.together(this.ground.sequences.numbers(side).slice(1));
        this.theirsTogether.set(side, found);
        return found;
      }),
    );
  }

  private meetEach(all: PodKinds, mine: SequenceId, sides: readonly SequenceId[], mayBeOwnNode: boolean): PlaceAnswer {
    const [, , ...mineAnswers] = this.ground.sequences.numbers(mine);
    const sideAnswers = sides.map((side) => this.ground.sequences.numbers(side).slice(1));
    const each = all.kinds.map((kind) =>
      this.ground.answers.whichever(
        sideAnswers.flatMap((theirAnswers, side) =>
          this.throughOneSide(
            mineAnswers[kind.mine * sides.length + side] as AnswerId,
            theirAnswers[kind.theirs] as AnswerId,
            mayBeOwnNode,
          ),
        ),
      ),
    );
    return this.alike.of(all, each);
  }

  private throughOneSide(mine: AnswerId, theirs: AnswerId, mayBeOwnNode: boolean): readonly AnswerId[] {
    const both = this.ground.answers.intersect(mine, theirs);
    return mayBeOwnNode ? [mine, both] : [both];
  }
}
