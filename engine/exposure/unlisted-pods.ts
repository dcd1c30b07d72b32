import { type Evaluation, evaluate } from "../evaluation";
import type { Kind, PlaceAnswers } from "./exposure-cover";
import { type LabelAxis, labelAxes, type LabelChoice, labelChoices } from "./label-grid";
import { type Direction, isUnknown, type Labels, type LabelSelector, type Unknown, unknown, type Workload } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { type Connections, reachability, type Reachability } from "../reachability";
import { combinationLimit, futurePlaces, namespaceOf, type Place, presentPlaces, tooMany } from "./unlisted-places";
import { SelectorFinder, selectorText } from "./unlisted-selectors";

/** A pod that is in no input, made up to see what it would get. */
export interface UnlistedPod {
  readonly place: Place;
  readonly labels: Labels;
  /** Set when it stands for pods of all labels, because there are too many combinations to tell apart. */
  readonly approximate?: Unknown;
  readonly workload: Workload;
}

/** Pods to try at one place. */
interface PlacePlan {
  readonly place: Place;
  readonly axes: readonly LabelAxis[];
  readonly tries: readonly { readonly choice: LabelChoice; readonly pod: UnlistedPod }[];
}

/** What is to be tried with one workload, in one direction. */
interface Plan {
  readonly workload: Workload;
  readonly direction: Direction;
  readonly places: readonly PlacePlan[];
}

/** The answers for one workload and direction, with what is needed to ask for the reasons. */
export interface Tried {
  readonly evaluation: Evaluation;
  readonly answers: readonly PlaceAnswers<UnlistedPod>[];
}

/** Tries pods that do not exist: all that policies can tell apart, at every place, as further workloads of a copy of the cluster. */
export class UnlistedPods {
  private readonly present: readonly Place[];
  private readonly finder: SelectorFinder;
  private readonly future = new Map<string, readonly Place[]>();
  private readonly pods = new Map<string, UnlistedPod>();
  private readonly plans = new Map<string, Plan>();
  private readonly placePlans = new Map<Place, Map<string, PlacePlan>>();
  private extended: { readonly evaluation: Evaluation; readonly reach: Reachability } | undefined;

  constructor(private readonly evaluation: Evaluation) {
    this.present = presentPlaces(evaluation.cluster);
    this.finder = new SelectorFinder(evaluation);
  }

  /** Plans the pods to try with a workload; all workloads are planned before the first answer. */
  plan(workload: Workload, direction: Direction): void {
    const groups = this.evaluation.universe.groups.ofWorkload(workload);
    const key = planKey(groups, direction);
    if (!this.plans.has(key)) this.plans.set(key, { workload, direction, places: this.placesFor(groups, direction) });
  }

  /** What the planned pods get. Workloads that no policy tells apart share one answer. */
  answersFor(workload: Workload, direction: Direction): Tried {
    const plan = this.plans.get(planKey(this.evaluation.universe.groups.ofWorkload(workload), direction));
    if (plan === undefined) throw new RangeError("a workload must be planned before it is asked for");
    this.extended ??= this.extend();
    const { evaluation, reach } = this.extended;
    const between = (pod: Workload): Connections =>
      plan.direction === "ingress" ? reach.between(pod, plan.workload) : reach.between(plan.workload, pod);
    const answers = plan.places.map(({ place, axes, tries }) => {
      const kinds = tries.map(({ choice, pod }): Kind<UnlistedPod> => ({
        cube: choice.cube,
        connections: between(pod.workload),
        sample: pod,
      }));
      return { place, axes, kinds };
    });
    return { evaluation, answers };
  }

  /** The workload a plan was made with: pods of both are alike to every policy. */
  representativeOf(workload: Workload, direction: Direction): Workload {
    return this.plans.get(planKey(this.evaluation.universe.groups.ofWorkload(workload), direction))?.workload ?? workload;
  }

  private placesFor(groups: readonly PodGroup[], direction: Direction): readonly PlacePlan[] {
    const deciding = this.finder.around(groups, direction);
    const key = JSON.stringify(deciding.namespaces);
    const future = this.future.get(key) ?? futurePlaces(this.present, deciding.namespaces, `future-${String(this.future.size)}`);
    this.future.set(key, future);
    return [...this.present, ...future].map((place) => this.placePlan(place, deciding.podsAt(place), direction));
  }

  /** Workloads about which the same selectors decide at a place are tried with the same pods. */
  private placePlan(place: Place, selectors: readonly LabelSelector[], direction: Direction): PlacePlan {
    const plans = this.placePlans.get(place) ?? new Map<string, PlacePlan>();
    this.placePlans.set(place, plans);
    const key = [direction, ...selectors.map(selectorText)].join();
    const known = plans.get(key) ?? this.newPlacePlan(place, selectors, direction);
    plans.set(key, known);
    return known;
  }

  private newPlacePlan(place: Place, selectors: readonly LabelSelector[], direction: Direction): PlacePlan {
    const axes = labelAxes(selectors);
    // Who may be in any namespace may be under any policy: too much to play through.
    const choices = isUnknown(place.namespace) ? undefined : labelChoices(axes, combinationLimit);
    if (choices !== undefined)
      return { place, axes, tries: choices.map((choice) => ({ choice, pod: this.pod(place, choice.labels, direction) })) };
    const whole: LabelChoice = { at: [], cube: new Map(), labels: {} };
    return { place, axes: [], tries: [{ choice: whole, pod: this.pod(place, {}, direction, tooMany(axes)) }] };
  }

  private pod(place: Place, labels: Labels, direction: Direction, approximate?: Unknown): UnlistedPod {
    const key = JSON.stringify([place.namespace, place.labels, labels, direction, approximate]);
    const known = this.pods.get(key);
    if (known !== undefined) return known;
    const pod: UnlistedPod = {
      place,
      labels,
      ...(approximate === undefined ? {} : { approximate }),
      workload: {
        kind: "Pod",
        namespace: place.namespace,
        name: `unlisted-${String(this.pods.size)}`,
        labels,
        ports: [],
        hostNetwork: false,
        ...(approximate === undefined ? {} : { unknownLabels: approximate }),
        // Names of ports are resolved on the destination, and a pod nobody listed may call any port by any name.
        ...(direction === "egress" ? { unknownPorts: unknown("the ports of a pod that is not in the input") } : {}),
      },
    };
    this.pods.set(key, pod);
    return pod;
  }

  private extend(): { readonly evaluation: Evaluation; readonly reach: Reachability } {
    const { cluster } = this.evaluation;
    const future = [...this.future.values()].flat();
    const evaluation = evaluate(
      {
        ...cluster,
        namespaces: [...cluster.namespaces, ...new Map(future.map((place) => [JSON.stringify(place), namespaceOf(place)])).values()],
        workloads: [...cluster.workloads, ...[...this.pods.values()].map(({ workload }) => workload)],
      },
      this.evaluation.profile,
    );
    return { evaluation, reach: reachability(evaluation) };
  }
}

const planKey = (groups: readonly PodGroup[], direction: Direction): string => `${direction} ${groups.map(({ index }) => index).join()}`;
