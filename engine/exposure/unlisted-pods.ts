import { AlikePlaces } from "./alike-places";
import { applicable } from "../evaluation";
import { Exchanges, type Side, type Subject } from "./exchanges";
import { type AnswerAt, Cover, type Entry, PlaceGroups } from "./exposure-cover";
import type { Interpretation } from "../interpretation";
import { CubeTable } from "./label-cubes";
import type { Direction } from "../model";
import type { SequenceId } from "./pair-numbers";
import { type PodHome, TurnedHomes } from "./pod-homes";
import type { Trial } from "./pod-trials";
import type { TrialGround } from "./trial-ground";
import type { Plan, TrialPlans } from "./trial-plans";

/** What pods that do not exist get: all that policies can tell apart, at every place, tried as further workloads of a copy of the cluster. */
export class UnlistedPods {
  readonly cubes = new CubeTable();
  private readonly exchanges: Exchanges;
  private readonly cover: Cover;
  private readonly turned: Readonly<Record<Direction, Map<Interpretation, TurnedHomes>>> = { ingress: new Map(), egress: new Map() };
  /** What is said to each side of a workload at each place. */
  private readonly said: Uint32Array[] = [];

  /** `plans` are complete. */
  constructor(
    private readonly ground: TrialGround,
    private readonly plans: TrialPlans,
  ) {
    this.exchanges = new Exchanges(ground, plans.kinds, new AlikePlaces(ground.answers, this.cubes));
    this.cover = new Cover(ground.answers, this.cubes);
  }

  /** What the pods of a plan get, in few entries. */
  entries(plan: Plan): readonly Entry[] {
    const { direction, future } = plan;
    const subject = this.subjectOf(plan);
    const mine = new SaidOfTrials(this.exchanges, this.plans, subject, direction);
    const futureAnswers = future.map(({ place, trial }): AnswerAt => {
      const home = this.plans.homeOf(place, direction);
      const isOne = this.plans.isOneKind(trial, home);
      return { place, answer: this.exchanges.between(mine.of(trial, isOne), this.theirs(subject, home, isOne)) };
    });
    return this.cover.entries(this.presentAnswers(plan, subject, mine), futureAnswers);
  }

  /** Places at which no pod gets anything are left out. */
  private presentAnswers(plan: Plan, subject: Subject, mine: SaidOfTrials): PlaceGroups {
    const { touched, trials, trialAt, ordinary, direction } = plan;
    const { present } = this.plans;
    const homes = this.plans.homesIn(direction);
    const said = this.saidTo(subject, direction);
    const silent = trials.map((trial) => mine.isNothing(trial));
    const found = new PlaceGroups(present);
    const add = (number: number, trial: Trial, like: Trial): void => {
      const home = homes[number] as PodHome;
      const isOne = this.plans.isOneKind(trial, home);
      const theirs = isOne ? this.theirs(subject, home, true) : (said[number] as SequenceId);
      const answer = this.exchanges.between(mine.of(like, isOne && like === trial), theirs);
      if (answer.alike.statements.length > 0) found.add(number, answer);
    };
    const addTouched = (at: number): void => {
      const trial = trialAt[at] as number;
      if (silent[trial] === false) add(touched[at] as number, trials[trial] as Trial, trials[trial] as Trial);
    };
    if (ordinary === undefined || mine.isNothing(ordinary)) for (const at of touched.keys()) addTouched(at);
    else {
      let at = 0;
      for (const number of present.keys()) {
        if (number === touched[at]) addTouched(at++);
        else add(number, this.plans.untouched(number, direction), ordinary);
      }
    }
    return found;
  }

  /** What the policies of pods say to a workload, at each place that is there. */
  private saidTo({ sides }: Subject, direction: Direction): Uint32Array {
    for (const [side, { interpretation, subject }] of sides.entries())
      this.homes(interpretation, direction).sayTo(subject, (this.said[side] ??= new Uint32Array(this.plans.present.length)));
    const [first = new Uint32Array()] = this.said;
    if (sides.length === 1) return first;
    return first.map((_, number) => this.exchanges.theirs(sides.map((_side, at) => this.said[at]?.[number] as SequenceId)));
  }

  /** What the policies of pods at one place say to a workload. */
  private theirs({ sides }: Subject, home: PodHome, isOne: boolean): SequenceId {
    return this.exchanges.theirs(sides.map(({ interpretation, subject }) => home.classes(interpretation, isOne).at(subject)));
  }

  private homes(interpretation: Interpretation, direction: Direction): TurnedHomes {
    const turned = this.turned[direction];
    const known = turned.get(interpretation) ?? new TurnedHomes(this.plans.homesIn(direction), interpretation, this.ground.subjects.length);
    turned.set(interpretation, known);
    return known;
  }

  private subjectOf({ workload, direction }: Plan): Subject {
    const { evaluation, anyGroup } = this.ground.pods;
    const trials = this.plans.trialsIn(direction);
    // Made-up pods have no addresses, so that the readings are the same for all.
    const sides = this.ground.groupsOf(workload).flatMap((group) =>
      applicable(evaluation, group, anyGroup).map((interpretation): Side => ({
        interpretation,
        row: trials.row(interpretation, group),
        subject: this.ground.positionOf(group),
      })),
    );
    return { sides, mayBeOwnNode: direction === "egress" && workload.hostNetwork !== false };
  }
}

/** What the policies of one workload say of the pods of trials, each found out once. */
class SaidOfTrials {
  private readonly told = new Map<Trial, SequenceId>();
  private readonly untold = new Map<Trial, SequenceId>();

  constructor(
    private readonly exchanges: Exchanges,
    private readonly plans: TrialPlans,
    private readonly subject: Subject,
    private readonly direction: Direction,
  ) {}

  of(trial: Trial, isOne: boolean): SequenceId {
    const known = isOne ? this.untold : this.told;
    const found = known.get(trial) ?? this.exchanges.mine(this.subject, this.plans.trialsIn(this.direction), trial, isOne);
    known.set(trial, found);
    return found;
  }

  /** Whether nothing flows with these pods, whatever their own policies say. */
  isNothing(trial: Trial): boolean {
    return this.exchanges.isNothing(this.of(trial, trial.told === undefined));
  }
}
