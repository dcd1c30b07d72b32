import { isUnknown, type LabelSelector, type Value } from "../model";
import type { SelectorLists } from "./pod-kinds";
import { selects, type Ternary } from "../selector";
import type { Place } from "./unlisted-places";

/** A place that a selector of namespaces selects, or may. */
export interface SelectedPlace {
  /** Its number among those that are there. */
  readonly number: number;
  readonly answer: Exclude<Ternary, "no">;
}

/** The namespaces that are there, by their names and labels. */
export class PlaceIndex {
  private readonly answers = new Map<number, readonly SelectedPlace[]>();
  private readonly byLabel = new Map<string, number[]>();
  /** Those of which a label may be anything. */
  private readonly uncertain: number[] = [];
  private readonly byName = new Map<string, number[]>();
  private readonly unnamed: readonly number[];
  private readonly all: readonly number[];

  constructor(
    readonly places: readonly Place[],
    private readonly lists: SelectorLists,
  ) {
    this.all = [...places.keys()];
    this.unnamed = this.all.filter((number) => isUnknown(places[number]?.namespace));
    for (const [number, { namespace, labels, unknownLabels }] of places.entries()) {
      if (!isUnknown(namespace)) append(this.byName, namespace, number);
      if (unknownLabels !== undefined || Object.values(labels).some(isUnknown)) this.uncertain.push(number);
      else for (const [key, value] of Object.entries(labels)) append(this.byLabel, labelText(key, value), number);
    }
  }

  /** The places that are there and that a selector of namespaces selects, or may. */
  selectedBy(selector: LabelSelector): readonly SelectedPlace[] {
    const number = this.lists.numberOf(selector);
    const known = this.answers.get(number);
    if (known !== undefined) return known;
    const found = this.candidates(selector).flatMap((place): readonly SelectedPlace[] => {
      const { labels, unknownLabels } = this.places[place] as Place;
      const answer = selects(selector, labels, unknownLabels);
      return answer === "no" ? [] : [{ number: place, answer }];
    });
    this.answers.set(number, found);
    return found;
  }

  /** The places that are the namespace of this name, or may be. */
  named(namespace: Value<string>): readonly number[] {
    return isUnknown(namespace) ? this.all : [...(this.byName.get(namespace) ?? []), ...this.unnamed];
  }

  /** Where a selector asks for a label, only the places that have it need to be looked at. */
  private candidates({ matchLabels = {} }: LabelSelector): readonly number[] {
    const [first] = Object.entries(matchLabels);
    if (first === undefined || isUnknown(first[1])) return this.all;
    return [...(this.byLabel.get(labelText(...first)) ?? []), ...this.uncertain];
  }
}

const labelText = (key: string, value: Value<string>): string => JSON.stringify([key, value]);

function append(lists: Map<string, number[]>, key: string, number: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [number]);
  else list.push(number);
}
