/** A state among those that became of one another: told from all others by being itself. */
interface Step {
  readonly earlier?: Step;
}

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
    private readonly step: Step,
  ) {}

  /** Nothing has changed yet. */
  static none(): PlaceChanges {
    return new PlaceChanges(0, new Map(), {});
  }

  /** How many places changed since the beginning. */
  get size(): number {
    return this.changedAt.size;
  }

  /** One edit more. */
  and(places: Iterable<number>): PlaceChanges {
    const revision = this.revision + 1;
    const changedAt = new Map(this.changedAt);
    for (const place of places) changedAt.set(place, revision);
    return new PlaceChanges(revision, changedAt, { earlier: this.step });
  }

  /** The places that changed after an earlier state, rising. Undefined: this is not what became of that one. */
  sinceState({ step, revision }: PlaceChanges): readonly number[] | undefined {
    let passed: Step | undefined = this.step;
    while (passed !== undefined && passed !== step) passed = passed.earlier;
    return passed === undefined ? undefined : this.since(revision);
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
