import type { PlaceChanges } from "./place-changes";

interface Dated<V> {
  readonly revision: number;
  readonly answer: V;
}

/** After so many revisions answers are copied: to look for them in each would take longer. */
const mostPasts = 8;

/**
 * Answers that are found once, and carried over from one revision of a universe to the next: what is asked for again is brought up to date
 * then, and not before. What is found of an earlier revision later on serves as well.
 */
export class CarriedAnswers<K, V> {
  private readonly answers: Map<K, Dated<V>>;
  private readonly pasts: readonly CarriedAnswers<K, V>[];

  /** @param pasts the same answers at earlier revisions, the last one first. @default none */
  constructor(
    private readonly changes: PlaceChanges,
    pasts: readonly CarriedAnswers<K, V>[] = [],
  ) {
    const isFar = pasts.length > mostPasts;
    this.pasts = isFar ? [] : pasts;
    this.answers = new Map(isFar ? pasts.toReversed().flatMap(({ answers }) => [...answers]) : []);
  }

  /** The answer for a key: known, found, or brought up to date at the places that changed since it was found. */
  get(key: K, find: () => V, bring: (old: V, places: readonly number[]) => V): V {
    const known = this.known(key);
    const { revision } = this.changes;
    if (known?.revision === revision) return known.answer;
    const places = known === undefined ? [] : this.changes.since(known.revision);
    const answer = known === undefined ? find() : places.length === 0 ? known.answer : bring(known.answer, places);
    this.answers.set(key, { revision, answer });
    return answer;
  }

  /** The same answers for a later revision. Those here stay as they are. */
  carriedTo(changes: PlaceChanges): CarriedAnswers<K, V> {
    return new CarriedAnswers(changes, [this, ...this.pasts]);
  }

  /** The latest answer for a key. */
  private known(key: K): Dated<V> | undefined {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    for (const { answers } of this.pasts) {
      const old = answers.get(key);
      if (old !== undefined) return old;
    }
    return undefined;
  }
}
