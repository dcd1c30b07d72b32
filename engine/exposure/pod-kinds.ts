import type { LabelAxis } from "./label-grid";
import { includesValues, type LabelCube } from "./label-values";
import type { Labels, Unknown } from "../model";
import { PairMemory } from "./pair-numbers";
import type { SelectorListId, SelectorLists } from "./selector-lists";
import { tooMany } from "./unlisted-places";

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
  readonly cube: LabelCube;
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
    const [mineAxes, theirAxes] = [this.lists.waysToLabel(mine).axes, this.lists.waysToLabel(theirs).axes];
    const kinds = choices.map(({ cube, labels }): PodKind => ({
      cube,
      labels,
      mine: placeOf(mineAxes, labels),
      theirs: placeOf(theirAxes, labels),
    }));
    return { number: this.count++, axes, kinds };
  }

  /** Who has labels that are too many to tell apart may be under any policy: too much to play through. */
  private oneKind(axes: readonly LabelAxis[]): PodKinds {
    const kinds: readonly PodKind[] = [{ cube: new Map(), labels: {}, mine: 0, theirs: 0 }];
    return { number: this.count++, axes: [], kinds, approximate: tooMany(axes) };
  }
}

/** The place among the choices that these axes give of the one an object with these labels makes. */
const placeOf = (axes: readonly LabelAxis[], labels: Readonly<Record<string, string>>): number =>
  axes.reduce((place, { key, blocks }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    const single = { excludes: false, values: value === undefined ? [] : [value], absent: value === undefined };
    const block = blocks.findIndex(({ values }) => includesValues(values, single));
    return place * blocks.length + block;
  }, 0);
