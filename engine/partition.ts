import { IndexSet } from "./sets/index-set";

/**
 * One value for each member of a universe, kept as the few values that occur and where: a row of the reachability matrix. Immutable.
 *
 * Work on it grows with the members that are not like the rest, not with the universe.
 */
export class Partition {
  // INVARIANT: parts are disjoint, not empty, and none has the value `rest`.
  private constructor(
    readonly universe: number,
    /** The value of every member that is in no part. */
    readonly rest: number,
    readonly parts: ReadonlyMap<number, IndexSet>,
  ) {}

  /** The same value everywhere. */
  static constant(universe: number, value: number): Partition {
    return new Partition(universe, value, new Map());
  }

  /** The value at one member. */
  at(member: number): number {
    for (const [value, set] of this.parts) {
      if (set.has(member)) return value;
    }
    return this.rest;
  }

  /** Every value with the members that have it, the rest's made explicit. */
  entries(): readonly (readonly [value: number, members: IndexSet])[] {
    const rest = [...this.parts.values()].reduce((left, set) => left.subtract(set), IndexSet.all(this.universe));
    return [...this.parts, ...(rest.isEmpty ? [] : [[this.rest, rest] as const])];
  }

  /** Applies changes in order. */
  after(changes: readonly Change[]): Partition {
    return this.drafted((draft) => {
      for (const { where, to } of changes) draft.change(where, to);
    });
  }

  /** Gives members new values; the last one given stays. */
  with(assignments: Iterable<readonly [members: readonly number[], value: number]>): Partition {
    return this.drafted((draft) => {
      for (const [members, value] of assignments) for (const member of members) draft.write(member, value);
    });
  }

  /** Changes the value of every member. */
  map(to: (value: number) => number): Partition {
    return this.after([{ where: IndexSet.all(this.universe), to }]);
  }

  /** The partition whose value at each member is made of the values of both there. */
  zip(other: Partition, combine: (mine: number, others: number) => number): Partition {
    return this.drafted((draft) => {
      draft.zip(other, combine);
    });
  }

  private drafted(work: (draft: Draft) => void): Partition {
    const draft = new Draft(this.universe, this.rest, this.parts);
    try {
      work(draft);
      return new Partition(this.universe, draft.rest, draft.parts());
    } finally {
      draft.wipe();
    }
  }
}

/** New values for some members, made of their present ones. */
export interface Change {
  readonly where: IndexSet;
  readonly to: (value: number) => number;
}

/**
 * Where drafts keep the values of single members, one more than the value; 0: the member is like the rest. One block serves all drafts,
 * one after the other, because to get a fresh one each time would cost as much as the universe is large.
 */
// INVARIANT: all zero between drafts.
let slate = new Uint32Array(0);

/** A partition being worked on. Only one exists at a time. */
class Draft {
  /** The members that have a value of their own, in the order met. */
  private readonly written: number[] = [];

  constructor(
    private readonly universe: number,
    public rest: number,
    parts: ReadonlyMap<number, IndexSet>,
  ) {
    if (slate.length < universe) slate = new Uint32Array(universe);
    for (const [value, set] of parts)
      set.forEach((member) => {
        this.write(member, value);
      });
  }

  change(where: IndexSet, to: (value: number) => number): void {
    const changed = remembering(to);
    if (where.isAll) {
      for (const member of this.written) this.write(member, changed(this.read(member)));
      this.rest = changed(this.rest);
    } else {
      where.forEach((member) => {
        this.write(member, changed(this.read(member)));
      });
    }
  }

  zip(other: Partition, combine: (mine: number, others: number) => number): void {
    const othersRest = remembering((mine) => combine(mine, other.rest));
    const both = new Map<number, number>();
    for (const [others, set] of other.parts) {
      const combined = remembering((mine) => combine(mine, others));
      set.forEach((member) => both.set(member, combined(this.read(member))));
    }
    for (const member of this.written) if (!both.has(member)) this.write(member, othersRest(this.read(member)));
    for (const [member, value] of both) this.write(member, value);
    this.rest = othersRest(this.rest);
  }

  parts(): ReadonlyMap<number, IndexSet> {
    const members = new Map<number, number[]>();
    for (const member of this.written) {
      const value = this.read(member);
      if (value === this.rest) continue;
      const list = members.get(value);
      if (list === undefined) members.set(value, [member]);
      else list.push(member);
    }
    return new Map([...members].map(([value, list]) => [value, IndexSet.of(this.universe, list)]));
  }

  wipe(): void {
    for (const member of this.written) slate[member] = 0;
  }

  private read(member: number): number {
    const value = slate[member] as number;
    return value === 0 ? this.rest : value - 1;
  }

  write(member: number, value: number): void {
    if (slate[member] === 0) this.written.push(member);
    slate[member] = value + 1;
  }
}

/** Members come in runs of one value: the last answer is mostly the next one. */
function remembering(to: (value: number) => number): (value: number) => number {
  let from: number | undefined;
  let result = 0;
  return (value) => {
    if (value !== from) {
      result = to(value);
      from = value;
    }
    return result;
  };
}
