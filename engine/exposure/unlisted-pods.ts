import { AlikePlaces } from "./alike-places";
import { applicable } from "../evaluation";
import { Exchanges, type Side, type Subject } from "./exchanges";
import { type AnswerAt, Cover, type Entry } from "./exposure-cover";
import type { Interpretation } from "../interpretation";
import { CubeTable } from "./label-cubes";
import type { Direction } from "../model";
import type { Trial } from "./pod-trials";
import { SubjectAnswers } from "./subject-answers";
import type { TrialGround } from "./trial-ground";
import type { Plan, TrialPlans } from "./trial-plans";
import { TurnedHomes } from "./turned-homes";
import type { Place } from "./unlisted-places";

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
    const alike = new AlikePlaces(ground.answers, this.cubes);
    this.exchanges = new Exchanges(ground, alike);
    this.cover = new Cover(alike, ground.answers, this.cubes);
  }

  /** What the pods of a plan get, in few entries. */
  entries(plan: Plan): readonly Entry[] {
    const { direction } = plan;
    const subject = this.subjectOf(plan);
    const answers = new SubjectAnswers(this.exchanges, this.plans, this.plans.trialsIn(direction), subject);
    const future = plan.future.map(({ place, trial }) => ({ place, answer: answers.at(this.plans.homeOf(place, direction), trial) }));
    for (const [side, { interpretation, subject: number }] of subject.sides.entries())
      this.homes(interpretation, direction).sayTo(number, (this.said[side] ??= new Uint32Array(this.plans.present.length)));
    return this.cover.entries(this.presentAnswers(plan, answers, subject.sides.length), future);
  }

  /** Places at which no pod gets anything are not worth a word. */
  private presentAnswers(plan: Plan, answers: SubjectAnswers, sides: number): readonly AnswerAt[] {
    const { touched, trials, trialAt, ordinary, direction } = plan;
    const { present } = this.plans;
    const silent = trials.map((trial) => answers.isNothing(trial));
    const untouched = ordinary === undefined || answers.isNothing(ordinary) ? undefined : ordinary;
    const found: AnswerAt[] = [];
    const add = (number: number, trial: Trial, like?: Trial): void => {
      const place = present[number] as Place;
      const home = this.plans.homeAt(number, direction);
      const theirs = this.said.slice(0, sides).map((said) => said[number] as number);
      const answer = like === undefined ? answers.at(home, trial, theirs) : answers.untouched(home, trial, like, theirs);
      if (answer.alike.statements.length > 0) found.push({ place, answer });
    };
    let at = 0;
    for (const number of untouched === undefined ? touched : present.keys()) {
      if (number !== touched[at]) add(number, this.plans.untouched(number, direction), untouched);
      else {
        const trial = trialAt[at++] as number;
        if (silent[trial] === false) add(number, trials[trial] as Trial);
      }
    }
    return found;
  }

  /** Homes that no workload asked for say nothing that anybody reads. */
  private homes(interpretation: Interpretation, direction: Direction): TurnedHomes {
    const turned = this.turned[direction];
    const known = turned.get(interpretation);
    if (known !== undefined) return known;
    const homes = this.plans.present.map((_, number) => this.plans.homeAt(number, direction));
    const fresh = new TurnedHomes(homes, interpretation, this.ground.subjects.length);
    turned.set(interpretation, fresh);
    return fresh;
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
