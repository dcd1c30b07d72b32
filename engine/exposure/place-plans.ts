import { type LabelAxis, labelAxes, type LabelChoice, labelChoices } from "./label-grid";
import { includesValues } from "./label-values";
import { type Cluster, type Direction, isUnknown, type Labels, type LabelSelector, type Unknown, type Workload } from "../model";
import type { TrialPods } from "./trial-pods";
import { combinationLimit, type Place, tooMany, unusedName, withName } from "./unlisted-places";
import { distinct, type SelectorFinder, selectorText } from "./unlisted-selectors";

/** A pod that is in no input, made up to see what it would get. */
export interface UnlistedPod {
  readonly place: Place;
  readonly labels: Labels;
  /** Set when it stands for pods of all labels, because there are too many combinations to tell apart. */
  readonly approximate?: Unknown;
}

/** One kind of pods at a place, with two that show what it gets. */
export interface Try {
  readonly choice: LabelChoice;
  readonly pod: UnlistedPod;
  /** To the policies of the workload it is tried with, the pod is like this one. */
  readonly forSubject: Workload;
  /** Its own policies apply to this one as well, and to no fewer. */
  readonly forOthers: Workload;
}

/** Pods to try at one place. */
export interface PlacePlan {
  readonly place: Place;
  readonly axes: readonly LabelAxis[];
  readonly tries: readonly Try[];
}

const noSelectors: readonly LabelSelector[] = [];

/** Plans which pods to try where. Workloads about which the same selectors decide at a place are tried with the same pods. */
export class PlacePlans {
  private readonly plans = new Map<Place, Map<string, PlacePlan>>();
  private readonly subjects = new Map<Place, Partial<Record<Direction, readonly LabelSelector[]>>>();
  private readonly shapes = new Map<string, Shape>();
  private readonly ordinary = new Map<Place, Partial<Record<Direction, PlacePlan>>>();
  private readonly standIns = new Map<string, Place>();
  private readonly stem: string;

  constructor(
    private readonly finder: SelectorFinder,
    private readonly pods: TrialPods,
    cluster: Cluster,
  ) {
    this.stem = unusedName(cluster);
  }

  /**
   * Pods at a place of whose pods the workload's policies speak with these selectors. `like`: a place the policies do not tell from it, where
   * pods are tried.
   */
  at(place: Place, selectors: readonly LabelSelector[], like: Place, direction: Direction): PlacePlan {
    return this.plan(place, selectors, like, direction);
  }

  /** Pods at a place that the workload's policies do not tell from those at other such places. */
  untouched(place: Place, direction: Direction): PlacePlan {
    const byDirection = this.ordinary.get(place) ?? {};
    this.ordinary.set(place, byDirection);
    return (byDirection[direction] ??= this.plan(place, noSelectors, this.standInFor(place), direction));
  }

  /** For a namespace that does not exist yet, another that no policy tells from it; so few are needed. */
  standInFor(place: Place): Place {
    if (place.future === undefined) return place;
    const { labels, unlabelled } = withName(place, "");
    const key = JSON.stringify([labels, unlabelled, place.unknownLabels]);
    const name = `${this.stem}-${String(this.standIns.size)}`;
    const known = this.standIns.get(key) ?? { ...place, namespace: name, labels: withName(place, name).labels };
    this.standIns.set(key, known);
    return known;
  }

  private plan(place: Place, selectors: readonly LabelSelector[], like: Place, direction: Direction): PlacePlan {
    const plans = this.plans.get(place) ?? new Map<string, PlacePlan>();
    this.plans.set(place, plans);
    const text = textOf(selectors);
    const key = `${direction} ${String(this.pods.numberOf(like))} ${text}`;
    const known = plans.get(key) ?? this.newPlan(place, selectors, like, direction);
    plans.set(key, known);
    return known;
  }

  private newPlan(place: Place, selectors: readonly LabelSelector[], like: Place, direction: Direction): PlacePlan {
    const { axes, choices } = this.shapeFor(selectors, this.subjectsAt(place, direction));
    const home = this.standInFor(place);
    // Who may be in any namespace may be under any policy: too much to play through.
    if (choices === undefined || isUnknown(place.namespace)) {
      const approximate = tooMany(axes);
      const [forSubject, forOthers] = [like, home].map((each) => this.pods.pod(each, {}, direction, approximate)) as [Workload, Workload];
      const choice: LabelChoice = { at: [], cube: new Map(), labels: {} };
      return { place, axes: [], tries: [{ choice, pod: { place, labels: {}, approximate }, forSubject, forOthers }] };
    }
    const tries = choices.map(({ choice, forSubject, forOthers }): Try => ({
      choice,
      pod: { place, labels: choice.labels },
      forSubject: this.pods.pod(like, forSubject, direction),
      forOthers: this.pods.pod(home, forOthers, direction),
    }));
    return { place, axes, tries };
  }

  /** The ways in which pods can be labelled, where these selectors decide about them. */
  private shapeFor(selectors: readonly LabelSelector[], subjects: readonly LabelSelector[]): Shape {
    const key = `${textOf(selectors)} ${textOf(subjects)}`;
    const known = this.shapes.get(key) ?? shapeOf(selectors, subjects);
    this.shapes.set(key, known);
    return known;
  }

  private subjectsAt(place: Place, direction: Direction): readonly LabelSelector[] {
    const byDirection = this.subjects.get(place) ?? {};
    this.subjects.set(place, byDirection);
    return (byDirection[direction] ??= this.finder.subjectsAt(place, direction));
  }
}

/** The ways in which pods can be labelled; undefined: too many to tell apart. */
interface Shape {
  readonly axes: readonly LabelAxis[];
  readonly choices: readonly ShapeChoice[] | undefined;
}

interface ShapeChoice {
  readonly choice: LabelChoice;
  /** Labels that are the same to the policies of the workload, and those that are to the pod's own. */
  readonly forSubject: Labels;
  readonly forOthers: Labels;
}

function shapeOf(selectors: readonly LabelSelector[], subjects: readonly LabelSelector[]): Shape {
  const axes = labelAxes(distinct([...selectors, ...subjects]));
  const [subjectAxes, homeAxes] = [labelAxes(selectors), labelAxes(subjects)];
  const choices = labelChoices(axes, combinationLimit)?.map((choice) => ({
    choice,
    forSubject: labelsOn(subjectAxes, choice.labels),
    forOthers: labelsOn(homeAxes, choice.labels),
  }));
  return { axes, choices };
}

/** Lists of selectors are met again and again: each is turned into text once. */
const texts = new WeakMap<readonly LabelSelector[], string>();

function textOf(selectors: readonly LabelSelector[]): string {
  const text = texts.get(selectors) ?? selectors.map(selectorText).join();
  texts.set(selectors, text);
  return text;
}

/** The sample labels of the blocks that an object with the given labels is in. */
function labelsOn(axes: readonly LabelAxis[], labels: Readonly<Record<string, string>>): Labels {
  const found = axes.flatMap(({ key, blocks }): readonly (readonly [string, string])[] => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    const single = { excludes: false, values: value === undefined ? [] : [value], absent: value === undefined };
    const sample = blocks.find(({ values }) => includesValues(values, single))?.sample;
    return sample === undefined ? [] : [[key, sample]];
  });
  return Object.fromEntries(found);
}
