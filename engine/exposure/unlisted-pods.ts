import type { Evaluation } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import type { Match } from "../matching/pod-index";
import { type Direction, isUnknown, type LabelSelector, type Workload } from "../model";
import type { ConnectionId } from "../rows/connection-table";
import { type AlikeAnswers, AlikePlaces } from "./alike-places";
import { type PlacePlan, PlacePlans, type UnlistedPod } from "./place-plans";
import { ConnectionWords, PodRows, type SubjectAnswer, SubjectSides } from "./subject-sides";
import { TrialPods } from "./trial-pods";
import { futurePlaces, type Place, presentPlaces } from "./unlisted-places";
import { type DecidingSelectors, SelectorFinder } from "./unlisted-selectors";

/** What is to be tried with one workload, in one direction. */
interface Plan {
  readonly workload: Workload;
  readonly direction: Direction;
  /** At places of which the workload's policies speak. */
  readonly touched: readonly PlacePlan[];
  readonly future: readonly PlacePlan[];
  /** A pod of which the workload's policies say what they say of all pods at the other places; absent where there is no other. */
  readonly ordinary?: Workload | undefined;
}

/** Tries pods that do not exist: all that policies can tell apart, at every place, as further workloads of a copy of the cluster. */
export class UnlistedPods {
  readonly present: readonly Place[];
  private readonly finder: SelectorFinder;
  private readonly pods: TrialPods;
  private readonly places: PlacePlans;
  private readonly rows: PodRows;
  private readonly words: ConnectionWords;
  private readonly future = new Map<string, readonly Place[]>();
  private readonly plans = new Map<string, Plan>();
  private readonly answers = new Map<PlacePlan, Map<string, AlikeAnswers<UnlistedPod>>>();
  private readonly numbers: ReadonlyMap<Place, number>;
  private readonly alike = new AlikePlaces<UnlistedPod>();

  constructor(private readonly evaluation: Evaluation) {
    this.present = presentPlaces(evaluation.cluster);
    this.numbers = new Map(this.present.map((place, number) => [place, number]));
    this.finder = new SelectorFinder(evaluation, this.present);
    this.pods = new TrialPods(evaluation);
    this.places = new PlacePlans(this.finder, this.pods, evaluation.cluster);
    this.rows = new PodRows(this.pods);
    this.words = new ConnectionWords(this.pods);
  }

  /** Plans the pods to try with a workload; all workloads are planned before the first answer. */
  plan(workload: Workload, direction: Direction): void {
    const groups = this.evaluation.universe.groups.ofWorkload(workload);
    const key = planKey(groups, direction);
    if (!this.plans.has(key)) this.plans.set(key, this.newPlan(workload, groups, direction));
  }

  /** One workload of each sort that was planned, for each direction. */
  representatives(): readonly Pick<Plan, "workload" | "direction">[] {
    return [...this.plans.values()];
  }

  /** What the planned pods get. Workloads that no policy tells apart share one answer. Places at which no pod gets anything may be left out. */
  answersFor(workload: Workload, direction: Direction): readonly AlikeAnswers<UnlistedPod>[] {
    const plan = this.plans.get(planKey(this.evaluation.universe.groups.ofWorkload(workload), direction));
    if (plan === undefined) throw new RangeError("a workload must be planned before it is asked for");
    const sides = new SubjectSides(this.pods, plan.workload, direction, this.rows);
    return [...this.presentAnswers(plan, sides), ...plan.future.map((each) => this.tried(each, sides))];
  }

  /** The workload a plan was made with: pods of both are alike to every policy. */
  representativeOf(workload: Workload, direction: Direction): Workload {
    return this.plans.get(planKey(this.evaluation.universe.groups.ofWorkload(workload), direction))?.workload ?? workload;
  }

  private presentAnswers({ touched, ordinary, direction }: Plan, sides: SubjectSides): readonly AlikeAnswers<UnlistedPod>[] {
    const ordinaryAnswer = ordinary === undefined ? undefined : sides.answerTo(ordinary);
    if (ordinaryAnswer === undefined || sides.isNothing(ordinaryAnswer)) return touched.map((each) => this.tried(each, sides));
    const byPlace = new Map(touched.map((each) => [each.place, each]));
    return this.present.map((place) => {
      const own = byPlace.get(place);
      if (own !== undefined) return this.tried(own, sides);
      return this.tried(this.places.untouched(place, direction), sides, ordinaryAnswer);
    });
  }

  /** What the pods of a plan get; `ordinary` is what the workload's policies say of all of them, where that is known. */
  private tried(plan: PlacePlan, sides: SubjectSides, ordinary?: SubjectAnswer): AlikeAnswers<UnlistedPod> {
    const { place, axes, tries } = plan;
    const matches = tries.map(({ forSubject, forOthers }) => sides.with(ordinary ?? sides.answerTo(forSubject), forOthers));
    const key = matches.map(({ certain, possible }) => `${String(certain)},${String(possible)}`).join();
    const answers = this.answers.get(plan) ?? new Map<string, AlikeAnswers<UnlistedPod>>();
    this.answers.set(plan, answers);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const kinds = tries.map(({ choice, pod }, n) => ({
      cube: choice.cube,
      connections: this.words.of(matches[n] as Match<ConnectionId>),
      sample: pod,
    }));
    const found = this.alike.of({ place, axes, kinds });
    answers.set(key, found);
    return found;
  }

  private newPlan(workload: Workload, groups: readonly PodGroup[], direction: Direction): Plan {
    const deciding = this.finder.around(groups, direction);
    const sorts = new Map<string, { readonly like: Place; readonly selectors: readonly LabelSelector[] }>();
    const planAt = (place: Place): PlacePlan => {
      // A place whose very name is not known is like no other.
      const key = isUnknown(place.namespace) ? JSON.stringify(place.namespace) : deciding.signatureOf(place);
      const sort = sorts.get(key) ?? { like: this.places.standInFor(place), selectors: deciding.podsAt(place) };
      sorts.set(key, sort);
      return this.places.at(place, sort.selectors, sort.like, direction);
    };
    const touched = [...deciding.touched].sort((a, b) => this.numberOf(a) - this.numberOf(b));
    const untouched = this.present.find((place) => !deciding.touched.has(place));
    return {
      workload,
      direction,
      touched: touched.map(planAt),
      future: this.futureAround(deciding).map(planAt),
      ...(untouched === undefined ? {} : { ordinary: this.ordinaryPod(untouched, direction) }),
    };
  }

  /** A pod at an untouched place, with those of all other places planned. */
  private ordinaryPod(untouched: Place, direction: Direction): Workload | undefined {
    for (const place of this.present) this.places.untouched(place, direction);
    return this.places.untouched(untouched, direction).tries[0]?.forSubject;
  }

  private futureAround({ namespaces }: DecidingSelectors): readonly Place[] {
    const key = JSON.stringify(namespaces);
    const known = this.future.get(key) ?? futurePlaces(this.present, namespaces, `future-${String(this.future.size)}`);
    this.future.set(key, known);
    return known;
  }

  private numberOf(place: Place): number {
    return this.numbers.get(place) ?? Infinity;
  }
}

const planKey = (groups: readonly PodGroup[], direction: Direction): string => `${direction} ${groups.map(({ index }) => index).join()}`;
