import { type LabelAxis, labelAxes, type LabelChoice, labelChoices } from "./label-grid";
import type { LabelSelector } from "../model";
import { type SequenceId, Sequences } from "./pair-numbers";
import { requirementsOf } from "../selector";
import { combinationLimit } from "./unlisted-places";

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
