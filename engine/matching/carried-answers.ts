import type { PlaceChanges } from "./place-changes";

interface Dated<V> {
  readonly revision: number;
  readonly answer: V;
}

/**
 * Answers that are found once, and carried over from one revision of a universe to the next: what is asked for again is brought up to date
 * then, and not before.
 */
export class CarriedAnswers<K, V> {
  constructor(
    private readonly changes: PlaceChanges,
    private readonly answers = new Map<K, Dated<V>>(),
  ) {}

  /** The answer for a key: known, found, or brought up to date at the places that changed since it was found. */
  get(key: K, find: () => V, bring: (old: V, places: readonly number[]) => V): V {
    const known = this.answers.get(key);
    const { revision } = this.changes;
    if (known?.revision === revision) return known.answer;
    const places = known === undefined ? [] : this.changes.since(known.revision);
    const answer = known === undefined ? find() : places.length === 0 ? known.answer : bring(known.answer, places);
    this.answers.set(key, { revision, answer });
    return answer;
  }

  /** The same answers for a later revision. Those here stay as they are. */
  carriedTo(changes: PlaceChanges): CarriedAnswers<K, V> {
    return new CarriedAnswers(changes, new Map(this.answers));
  }
}
