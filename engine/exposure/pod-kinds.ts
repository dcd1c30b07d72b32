import { includesValues } from "./label-cubes";
import { combinationLimit, labelAxes, type LabelAxis, type LabelChoice, labelChoices, tooMany } from "./label-grid";
import type { Labels, LabelSelector, Unknown } from "../model";
import { PairMemory, type SequenceId, Sequences } from "./pair-numbers";
import { requirementsOf } from "../selector";

/** Stands for one list of selectors, none of them twice: equal numbers, equal lists. */
export type SelectorListId = SequenceId;

/** The ways in which pods can be labelled where some selectors decide about them. */
export interface LabelWays {
  readonly axes: readonly LabelAxis[];
  /** Undefined: too many to tell apart. */
  readonly choices: readonly LabelChoice[] | undefined;
}

/** The lists of selectors that are met, each kept once. Their order says nothing. */
export class SelectorLists {
  readonly empty: SelectorListId;
  private readonly sequences = new Sequences();
  private readonly selectors: LabelSelector[] = [];
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly byObject = new WeakMap<LabelSelector, number>();
  private readonly ways = new Map<SelectorListId, LabelWays>();

  private readonly most: number[] = [];
  private readonly everything: number;

  constructor() {
    this.empty = this.sequences.empty;
    this.everything = this.numberOf({});
  }

  /** Equal for two selectors that are written alike. */
  numberOf(selector: LabelSelector): number {
    const known = this.byObject.get(selector);
    if (known !== undefined) return known;
    const text = JSON.stringify(selector);
    const number = this.numbers.get(text) ?? this.selectors.push(selector) - 1;
    this.numbers.set(text, number);
    this.texts[number] = text;
    this.byObject.set(selector, number);
    return number;
  }

  /** The list of these selectors; those that are written alike count once, and those that select everything not at all. */
  of(selectors: Iterable<LabelSelector>): SelectorListId {
    const numbers = new Set<number>();
    for (const selector of selectors) numbers.add(this.numberOf(selector));
    return this.inOrder(numbers);
  }

  get(list: SelectorListId): readonly LabelSelector[] {
    return this.sequences.numbers(list).map((number) => this.selectors[number] as LabelSelector);
  }

  /** One list after the other. */
  both(one: SelectorListId, other: SelectorListId): SelectorListId {
    return this.inOrder(new Set([...this.sequences.numbers(one), ...this.sequences.numbers(other)]));
  }

  /** There are no more ways to label pods than this; those that two lists tell apart are no more than the product of both. */
  mostWays(list: SelectorListId): number {
    const known = this.most[list];
    if (known !== undefined) return known;
    const values = new Map<string, number>();
    for (const requirement of this.get(list).flatMap(requirementsOf)) {
      const more = "values" in requirement ? requirement.values.length : 0;
      values.set(requirement.key, (values.get(requirement.key) ?? 0) + more);
    }
    // Each value that is asked for, any other, and none.
    const most = [...values.values()].reduce((product, count) => product * (count + 2), 1);
    this.most[list] = most;
    return most;
  }

  waysToLabel(list: SelectorListId): LabelWays {
    const known = this.ways.get(list);
    if (known !== undefined) return known;
    const axes = labelAxes(this.get(list));
    const ways = { axes, choices: labelChoices(axes, combinationLimit) };
    this.ways.set(list, ways);
    return ways;
  }

  /** One order for one set, whoever is asked about before, so that there are few lists. */
  private inOrder(numbers: ReadonlySet<number>): SequenceId {
    const textOf = (number: number): string => this.texts[number] as string;
    const order = [...numbers].filter((number) => number !== this.everything).sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
    return this.sequences.of(order);
  }
}

/** The kinds of pods at a place, told apart by what the policies of a workload look at, and by what the pods' own do. */
export interface PodKinds {
  /** Its own number among all such. */
  readonly number: number;
  readonly axes: readonly LabelAxis[];
  /** One for each combination of blocks, in the order of `labelChoices`. */
  readonly kinds: readonly PodKind[];
  /** Set where there is one kind only, because there are too many combinations to tell apart. */
  readonly approximate?: Unknown;
}

/** Pods that nothing tells apart. */
export interface PodKind {
  /** Of one of them. */
  readonly labels: Labels;
  /** Which of the ways to label a pod it is to the policies of the workload, and which to the pod's own. */
  readonly mine: number;
  readonly theirs: number;
}

/** Finds out once which kinds of pods two lists of selectors tell apart. */
export class KindsBySelectors {
  private readonly told = new PairMemory((mine, theirs) => this.tell(mine, theirs));
  private readonly untold = new PairMemory((mine, theirs) => this.oneKind(this.axesOfBoth(mine, theirs)));
  private count = 0;

  constructor(private readonly lists: SelectorLists) {}

  /** `isOne`: no matter how many there are, they are not told apart. */
  of(mine: SelectorListId, theirs: SelectorListId, isOne: boolean): PodKinds {
    if (!isOne) {
      const kinds = this.told.get(mine, theirs);
      if (kinds.approximate === undefined) return kinds;
    }
    return this.untold.get(mine, theirs);
  }

  private axesOfBoth(mine: SelectorListId, theirs: SelectorListId): readonly LabelAxis[] {
    return this.lists.waysToLabel(this.lists.both(mine, theirs)).axes;
  }

  private tell(mine: SelectorListId, theirs: SelectorListId): PodKinds {
    const { axes, choices } = this.lists.waysToLabel(this.lists.both(mine, theirs));
    if (choices === undefined) return this.oneKind(axes);
    const [mineSteps, theirSteps] = [mine, theirs].map((list) => stepsOn(axes, this.lists.waysToLabel(list).axes)) as [Steps, Steps];
    const kinds = choices.map(({ at, labels }): PodKind => ({ labels, mine: placeOf(mineSteps, at), theirs: placeOf(theirSteps, at) }));
    return { number: this.count++, axes, kinds };
  }

  /** Who has labels that are too many to tell apart may be under any policy: too much to play through. */
  private oneKind(axes: readonly LabelAxis[]): PodKinds {
    const kinds: readonly PodKind[] = [{ labels: {}, mine: 0, theirs: 0 }];
    return { number: this.count++, axes: [], kinds, approximate: tooMany(axes) };
  }
}

/** For each block of each axis of a finer grid, what it adds to the place among the choices of a coarser one. */
type Steps = readonly (readonly number[])[];

function stepsOn(axes: readonly LabelAxis[], coarser: readonly LabelAxis[]): Steps {
  return axes.map(({ key, blocks }) => {
    const axis = coarser.findIndex((each) => each.key === key);
    const stride = coarser.slice(axis + 1).reduce((product, each) => product * each.blocks.length, 1);
    return blocks.map(({ sample }) => {
      const single = { excludes: false, values: sample === undefined ? [] : [sample], absent: sample === undefined };
      const block = coarser[axis]?.blocks.findIndex(({ values }) => includesValues(values, single)) ?? 0;
      return stride * block;
    });
  });
}

const placeOf = (steps: Steps, at: readonly number[]): number =>
  at.reduce((place, block, axis) => place + (steps[axis]?.[block] as number), 0);
