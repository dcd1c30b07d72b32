/**
 * Which places of a universe stand for other ends than they did, edit by edit. An answer that was found at one revision is brought to the
 * present by looking at the places that changed since, and at no other.
 */
export class PlaceChanges {
  private readonly remembered = new Map<number, readonly number[]>();

  private constructor(
    /** Counts the edits, from 0. */
    readonly revision: number,
    /** For each place that ever changed, the revision that changed it last. */
    private readonly changedAt: ReadonlyMap<number, number>,
  ) {}

  static readonly none = new PlaceChanges(0, new Map());

  /** How many places changed since the beginning. */
  get size(): number {
    return this.changedAt.size;
  }

  /** One edit more. */
  and(places: Iterable<number>): PlaceChanges {
    const revision = this.revision + 1;
    const changedAt = new Map(this.changedAt);
    for (const place of places) changedAt.set(place, revision);
    return new PlaceChanges(revision, changedAt);
  }

  /** The places that changed after a revision, rising. The same list each time. */
  since(revision: number): readonly number[] {
    const known = this.remembered.get(revision);
    if (known !== undefined) return known;
    const places = [...this.changedAt].flatMap(([place, changed]) => (changed > revision ? [place] : [])).sort((a, b) => a - b);
    this.remembered.set(revision, places);
    return places;
  }
}
