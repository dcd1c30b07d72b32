import type { PlaceAnswer } from "./alike-places";
import type { Exchanges, Subject } from "./exchanges";
import type { SequenceId } from "./pair-numbers";
import type { PodHome } from "./pod-homes";
import type { PodTrials, Trial } from "./pod-trials";
import type { TrialPlans } from "./trial-plans";

/** What pods get with one workload, in one direction, place by place. What its policies say in a trial is asked for once. */
export class SubjectAnswers {
  private readonly told = new Map<Trial, SequenceId>();
  private readonly untold = new Map<Trial, SequenceId>();

  constructor(
    private readonly exchanges: Exchanges,
    private readonly plans: TrialPlans,
    private readonly trials: PodTrials,
    private readonly subject: Subject,
  ) {}

  /** What the pods of a trial get at home. `theirs`: what their policies say to each side of the workload, where that is known. */
  at(home: PodHome, trial: Trial, theirs?: readonly SequenceId[]): PlaceAnswer {
    return this.answer(home, trial, trial, theirs);
  }

  /** What the pods of a trial get of which the policies of the workload say what they say of the `ordinary` one. */
  untouched(home: PodHome, trial: Trial, ordinary: Trial, theirs: readonly SequenceId[]): PlaceAnswer {
    return this.answer(home, trial, ordinary, theirs);
  }

  /** Whether the policies of the workload let nothing through with the pods of a trial, whatever the pods' own say. */
  isNothing(trial: Trial): boolean {
    return this.exchanges.isNothing(this.mine(trial, trial.told === undefined));
  }

  private answer(home: PodHome, trial: Trial, like: Trial, known?: readonly SequenceId[]): PlaceAnswer {
    const isOne = this.plans.isOneKind(trial, home);
    const mine = this.mine(like, isOne && like === trial);
    const theirs = isOne || known === undefined ? this.asked(home, isOne) : known;
    return this.exchanges.between(mine, this.exchanges.theirs(theirs), () => this.plans.kindsOf(trial, home, isOne));
  }

  private asked(home: PodHome, isOne: boolean): readonly SequenceId[] {
    return this.subject.sides.map(({ interpretation, subject }) => home.classes(interpretation, isOne).at(subject));
  }

  private mine(trial: Trial, isOne: boolean): SequenceId {
    const known = isOne ? this.untold : this.told;
    const found = known.get(trial) ?? this.exchanges.mine(this.subject, this.trials, trial, isOne);
    known.set(trial, found);
    return found;
  }
}
