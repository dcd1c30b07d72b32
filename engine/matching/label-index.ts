import { isUnknown, type Labels, type LabelSelector, type Requirement, type Unknown } from "../model";
import { requirementsOf } from "../selector";

/** Something a selector can select. */
export interface Labelled {
  readonly labels: Labels;
  readonly unknownLabels?: Unknown;
}

/** Narrows down what a selector can select, so that it need not be held against everything. */
export class LabelIndex {
  private readonly byLabel = new Map<string, number[]>();
  /** Objects that a look-up by label can miss: labels may be there that are not listed. */
  private readonly withUnknownLabels: number[] = [];
  /** Objects that a look-up by one label can miss: its value is not known. */
  private readonly withUnknownValue = new Map<string, number[]>();

  constructor(private readonly objects: readonly Labelled[]) {
    for (const [place, { labels, unknownLabels }] of objects.entries()) {
      if (unknownLabels !== undefined) this.withUnknownLabels.push(place);
      for (const [key, value] of Object.entries(labels)) {
        if (isUnknown(value)) append(this.withUnknownValue, key, place);
        else append(this.byLabel, labelKey(key, value), place);
      }
    }
  }

  /** Places of the objects that can match, each once; `within`, where given, when those are fewer. */
  candidates(selector: LabelSelector, within?: readonly number[]): Iterable<number> {
    let best: readonly (readonly number[])[] | undefined;
    let fewest = within?.length ?? this.objects.length;
    for (const requirement of requirementsOf(selector)) {
      const holders = this.holdersOf(requirement);
      if (holders === undefined) continue;
      const all = [...holders, ...this.missedBy(requirement)];
      const count = all.reduce((sum, { length }) => sum + length, 0);
      if (count < fewest) [best, fewest] = [all, count];
    }
    if (best === undefined) return within ?? this.objects.keys();
    return best.length === 1 ? (best[0] ?? []) : new Set(best.flat());
  }

  /** Places of the objects that meet a condition, each once, where the look-up alone tells: all that matters of labels and values is known. */
  meeting(requirement: Requirement): readonly number[] | undefined {
    return this.missedBy(requirement).length === 0 ? this.holdersOf(requirement)?.flat() : undefined;
  }

  /** Places of the objects that may meet a condition although no label of theirs says so. */
  private missedBy({ key }: Requirement): readonly (readonly number[])[] {
    const unsure = this.withUnknownValue.get(key);
    return [...(unsure === undefined ? [] : [unsure]), ...(this.withUnknownLabels.length === 0 ? [] : [this.withUnknownLabels])];
  }

  /** For each value that a condition asks for, the places of the objects that certainly have it. */
  private holdersOf(requirement: Requirement): readonly (readonly number[])[] | undefined {
    if (requirement.operator !== "In" || requirement.values.some(isUnknown)) return undefined;
    const values = new Set(requirement.values as readonly string[]);
    const holders = [...values].map((value) => this.byLabel.get(labelKey(requirement.key, value)) ?? []);
    return holders;
  }
}

const labelKey = (key: string, value: string): string => `${key}=${value}`;

function append(index: Map<string, number[]>, key: string, member: number): void {
  const members = index.get(key);
  if (members === undefined) index.set(key, [member]);
  else members.push(member);
}
