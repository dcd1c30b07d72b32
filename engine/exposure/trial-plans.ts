import { combinationLimit } from "./label-grid";
import type { Direction, Workload } from "../model";
import { type PlaceSort, SortFinder } from "./place-sorts";
import type { PodGroup } from "../matching/pod-groups";
import { PodHome } from "./pod-homes";
import { KindsBySelectors } from "./pod-kinds";
import { PodTrials, type Trial } from "./pod-trials";
import type { TrialGround } from "./trial-ground";
import { FuturePlaces, type Place, presentPlaces, StandIns } from "./unlisted-places";

/** What is to be tried with one workload, in one direction. */
export interface Plan extends Tries {
  readonly workload: Workload;
  readonly direction: Direction;
}

/** What is to be tried with all workloads of a namespace to which the same policies apply. */
interface Tries {
  /** The places of which the workload's policies speak, by number, rising. */
  readonly touched: Uint32Array;
  /** What is tried at those. */
  readonly trials: readonly Trial[];
  /** The trial at each of them, by its place among the trials. */
  readonly trialAt: Uint32Array;
  readonly future: readonly { readonly place: Place; readonly trial: Trial }[];
  /** What the workload's policies say of a pod here, they say of all pods at the other places; absent where there is no other. */
  readonly ordinary?: Trial;
}

/** Plans which pods to try where. Workloads about which the same selectors decide at a place are tried with the same pods. */
export class TrialPlans {
  /** The places that are there. */
  readonly present: readonly Place[];
  private readonly plans = new Map<string, Plan>();
  private readonly tries = new Map<string, Tries>();
  readonly kinds: KindsBySelectors;
  private readonly sorts: SortFinder;
  private readonly standIns: StandIns;
  private readonly future: FuturePlaces;
  private readonly trials: Readonly<Record<Direction, PodTrials>>;
  private readonly presentHomes: Readonly<Record<Direction, PodHome[]>> = { ingress: [], egress: [] };
  private readonly untouchedAt: Readonly<Record<Direction, Trial[]>> = { ingress: [], egress: [] };
  /** Whether pods at all places have been asked for. */
  private readonly isAsked: Record<Direction, boolean> = { ingress: false, egress: false };
  private readonly homes: Readonly<Record<Direction, Map<Place, PodHome>>> = { ingress: new Map(), egress: new Map() };

  constructor(private readonly ground: TrialGround) {
    const { evaluation, lists } = ground;
    this.present = presentPlaces(evaluation.cluster);
    this.kinds = new KindsBySelectors(lists);
    this.sorts = new SortFinder(evaluation, this.present, lists);
    this.standIns = new StandIns(evaluation.cluster);
    this.future = new FuturePlaces(this.present);
    this.trials = { ingress: new PodTrials(ground, "ingress"), egress: new PodTrials(ground, "egress") };
  }

  /** The plan for a workload, the same one for workloads that no policy tells apart; all are made before the first answer. */
  of(workload: Workload, direction: Direction): Plan {
    const groups = this.ground.evaluation.universe.groups.ofWorkload(workload);
    const key = `${direction} ${groups.map(({ index }) => index).join()}`;
    const known = this.plans.get(key);
    if (known !== undefined) return known;
    this.ground.askFor(workload);
    const plan = { workload, direction, ...this.triesFor(groups, direction) };
    this.plans.set(key, plan);
    return plan;
  }

  private triesFor(groups: readonly PodGroup[], direction: Direction): Tries {
    const { interpretations } = this.ground.evaluation;
    const key = JSON.stringify([
      direction,
      groups.map((group) => [group.namespace, ...interpretations.map((each) => each.signatureOf(group, direction))]),
    ]);
    const known = this.tries.get(key) ?? this.newTries(groups, direction);
    this.tries.set(key, known);
    return known;
  }

  /** Whether the pods of a trial at a place are one kind, which is not told apart. Who may be in any namespace may be under any policy. */
  isOneKind({ selectors, mostWays }: Trial, home: PodHome): boolean {
    if (home.isAnywhere) return true;
    return mostWays * home.mostWays > combinationLimit && this.kinds.of(selectors, home.subjects, false).approximate !== undefined;
  }

  /** The homes of pods at all places that are there. */
  homesIn(direction: Direction): readonly PodHome[] {
    for (const number of this.present.keys()) this.homeAt(number, direction);
    return this.presentHomes[direction];
  }

  /** The home of pods at a place that is there, by its number. */
  homeAt(number: number, direction: Direction): PodHome {
    return (this.presentHomes[direction][number] ??= this.homeOf(this.present[number] as Place, direction));
  }

  homeOf(place: Place, direction: Direction): PodHome {
    const homes = this.homes[direction];
    const known = homes.get(place);
    if (known !== undefined) return known;
    const home = new PodHome(this.standIns.for(place), direction, this.sorts.subjectsAt(place, direction), this.ground);
    homes.set(place, home);
    return home;
  }

  trialsIn(direction: Direction): PodTrials {
    return this.trials[direction];
  }

  /** What is tried of pods of which policies say nothing in particular, at a place that is there. */
  untouched(number: number, direction: Direction): Trial {
    return (this.untouchedAt[direction][number] ??= this.trials[direction].at(this.present[number] as Place, this.ground.lists.empty));
  }

  private newTries(groups: readonly PodGroup[], direction: Direction): Tries {
    const sorts = this.sorts.around(groups, direction);
    const bySort = new Map<PlaceSort, Trial>();
    const trialFor = (sort: PlaceSort): Trial => {
      const known = bySort.get(sort) ?? this.trials[direction].at(this.standIns.for(sort.example), sort.selectors);
      bySort.set(sort, known);
      return known;
    };
    const trials = sorts.sorts.map(trialFor);
    for (const [at, number] of sorts.touched.entries())
      this.ask(this.homeAt(number, direction), trials[sorts.sortAt[at] as number] as Trial, direction);
    const future = this.future.answering(sorts.namespaces).map((place) => {
      const trial = trialFor(sorts.sortOf(place));
      this.ask(this.homeOf(place, direction), trial, direction);
      return { place, trial };
    });
    const tries = { touched: sorts.touched, trials, trialAt: sorts.sortAt, future };
    const untouched = firstMissing(sorts.touched);
    return untouched >= this.present.length ? tries : { ...tries, ordinary: this.ordinary(untouched, direction) };
  }

  /** A trial at an untouched place, with those at all other places asked for. */
  private ordinary(untouched: number, direction: Direction): Trial {
    const trial = this.untouched(untouched, direction);
    this.trials[direction].ask(trial, false);
    if (this.isAsked[direction]) return trial;
    this.isAsked[direction] = true;
    for (const number of this.present.keys()) this.ask(this.homeAt(number, direction), this.untouched(number, direction), direction);
    return trial;
  }

  private ask(home: PodHome, trial: Trial, direction: Direction): void {
    const isOne = this.isOneKind(trial, home);
    this.trials[direction].ask(trial, isOne);
    home.ask(isOne);
  }
}

/** The first number that is not among these, which rise. */
function firstMissing(numbers: Uint32Array): number {
  const gap = numbers.findIndex((number, at) => number !== at);
  return gap === -1 ? numbers.length : gap;
}
