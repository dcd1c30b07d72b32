import type { Alike } from "./alike-places";
import type { AnswerId, AnswerTable } from "./answer-table";
import type { AnswerAt } from "./exposure-cover";
import type { Place } from "./unlisted-places";

/** Places at which all kinds of pods get the same. */
export interface PlaceGroup {
  readonly alike: Alike;
  readonly isFuture: boolean;
  readonly members: readonly AnswerAt[];
}

/** Some groups of places that are there, by number. */
export class PlaceGroups {
  private readonly bits: Uint32Array;
  private lowest: number | undefined;

  /** `count`: how many groups there are. */
  constructor(count: number) {
    this.bits = new Uint32Array((count + 31) >>> 5);
  }

  /** Numbers are added in rising order. */
  add(number: number): void {
    this.lowest ??= number;
    this.bits[number >>> 5] = (this.bits[number >>> 5] as number) | (1 << (number & 31));
  }

  /** The lowest number; undefined: none is here. */
  get first(): number | undefined {
    return this.lowest;
  }

  /** Equal for equal groups. */
  get key(): string {
    let text = "";
    for (const word of this.bits) text += String.fromCharCode(word & 0xffff, word >>> 16);
    return text;
  }

  includes({ bits }: PlaceGroups): boolean {
    for (let i = 0; i < bits.length; i++) if (((bits[i] as number) & ~(this.bits[i] as number)) !== 0) return false;
    return true;
  }

  forEach(visit: (number: number) => void): void {
    for (let i = 0; i < this.bits.length; i++) {
      for (let word = this.bits[i] as number; word !== 0; word &= word - 1) visit(i * 32 + 31 - Math.clz32(word & -word));
    }
  }

  /** The places of these groups, out of all groups. */
  places(all: readonly PlaceGroup[]): readonly Place[] {
    const found: Place[] = [];
    this.forEach((number) => {
      for (const { place } of all[number]?.members ?? []) found.push(place);
    });
    return found;
  }
}

/** The groups with pods that get something, by what they get. */
export class Holders {
  private readonly byAnswer = new Map<AnswerId, number[]>();
  private readonly found = new Map<AnswerId, readonly number[]>();

  constructor(
    groups: readonly PlaceGroup[],
    private readonly answers: AnswerTable,
  ) {
    for (const [number, { alike }] of groups.entries()) {
      for (const { answer } of alike.kinds) {
        const list = this.byAnswer.get(answer);
        if (list === undefined) this.byAnswer.set(answer, [number]);
        else if (list.at(-1) !== number) list.push(number);
      }
    }
  }

  /** The groups, by number and rising, some of whose pods get at least this. */
  of(answer: AnswerId): readonly number[] {
    const known = this.found.get(answer);
    if (known !== undefined) return known;
    const lists: (readonly number[])[] = [];
    for (const [each, numbers] of this.byAnswer) if (this.answers.includes(each, answer)) lists.push(numbers);
    const [only] = lists;
    const found = only !== undefined && lists.length === 1 ? only : [...new Set(lists.flat())].sort((a, b) => a - b);
    this.found.set(answer, found);
    return found;
  }
}
