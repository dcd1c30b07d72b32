import { forEachBit, IndexSet } from "../sets/index-set";

/**
 * One value for each member of a universe: a row of the reachability matrix. Most members have one and the same value, the rest; the others
 * are listed, each with its own. Immutable; all work grows with the members listed, not with the universe.
 */
export class Partition {
  // INVARIANT: `members` rises strictly, `values` goes with it, and no value listed is the rest's.
  private constructor(
    readonly universe: number,
    /** The value of every member that is not listed. */
    readonly rest: number,
    readonly members: Uint32Array,
    readonly values: Uint32Array,
  ) {}

  /** The same value everywhere. */
  static constant(universe: number, value: number): Partition {
    return new Partition(universe, value, new Uint32Array(0), new Uint32Array(0));
  }

  /** A partition of members in rising order and their values; those of the rest's value may be among them. */
  static of(universe: number, rest: number, members: Uint32Array, values: Uint32Array): Partition {
    const list = new Listing(members.length, rest);
    for (let i = 0; i < members.length; i++) list.add(members[i] as number, values[i] as number);
    return list.partition(universe);
  }

  /** Takes over lists that keep the invariant. */
  static listed(universe: number, rest: number, members: Uint32Array, values: Uint32Array): Partition {
    return new Partition(universe, rest, members, values);
  }

  /** The value at one member. */
  at(member: number): number {
    let low = 0;
    let high = this.members.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.members[middle] as number;
      if (found === member) return this.values[middle] as number;
      if (found < member) low = middle + 1;
      else high = middle - 1;
    }
    return this.rest;
  }

  /** Whether every member has the same value in both. */
  equals(other: Partition): boolean {
    const { rest, members, values } = this;
    return rest === other.rest && isSameList(members, other.members) && isSameList(values, other.values);
  }

  /** Every value that occurs, with the members that have it; the rest's among them, if any member has it. */
  entries(): readonly (readonly [value: number, members: IndexSet])[] {
    const lists = new Map<number, number[]>();
    for (let i = 0; i < this.members.length; i++) {
      const value = this.values[i] as number;
      const list = lists.get(value);
      if (list === undefined) lists.set(value, [this.members[i] as number]);
      else list.push(this.members[i] as number);
    }
    const parts = [...lists].map(([value, list]) => [value, IndexSet.of(this.universe, list)] as const);
    const rest = IndexSet.all(this.universe).subtract(IndexSet.of(this.universe, this.members));
    return rest.isEmpty ? parts : [...parts, [this.rest, rest]];
  }

  /** Changes the value of every member. */
  map(to: (value: number) => number): Partition {
    const changed = remembering(to);
    const rest = changed(this.rest);
    const list = new Listing(this.members.length, rest);
    for (let i = 0; i < this.members.length; i++) list.add(this.members[i] as number, changed(this.values[i] as number));
    return list.partition(this.universe);
  }

  /** The partition whose value at each member is made of the values of both there. */
  zip(other: Partition, combine: (mine: number, others: number) => number): Partition {
    const { members: a, values: aValues } = this;
    const { members: b, values: bValues } = other;
    const combined = rememberingPair(combine);
    const list = new Listing(a.length + b.length, combine(this.rest, other.rest));
    let i = 0;
    let j = 0;
    while (i < a.length && j < b.length) {
      const mine = a[i] as number;
      const others = b[j] as number;
      if (mine < others) list.add(mine, combined(aValues[i++] as number, other.rest));
      else if (others < mine) list.add(others, combined(this.rest, bValues[j++] as number));
      else list.add(mine, combined(aValues[i++] as number, bValues[j++] as number));
    }
    for (; i < a.length; i++) list.add(a[i] as number, combined(aValues[i] as number, other.rest));
    for (; j < b.length; j++) list.add(b[j] as number, combined(this.rest, bValues[j] as number));
    return list.partition(this.universe);
  }

  /** The values of `other` where it lists any, this partition's elsewhere. */
  overlaid(members: Uint32Array, values: Uint32Array): Partition {
    if (members.length === 0) return this;
    const { members: a, values: aValues } = this;
    const list = new Listing(a.length + members.length, this.rest);
    let i = 0;
    for (let j = 0; j < members.length; j++) {
      const others = members[j] as number;
      while (i < a.length && (a[i] as number) < others) list.add(a[i] as number, aValues[i++] as number);
      if (a[i] === others) i++;
      list.add(others, values[j] as number);
    }
    for (; i < a.length; i++) list.add(a[i] as number, aValues[i] as number);
    return list.partition(this.universe);
  }

  /** Applies changes in order. */
  after(changes: readonly Change[]): Partition {
    const draft = new Draft(this);
    try {
      for (const { where, to } of changes) draft.change(where, to);
      return draft.partition();
    } finally {
      draft.wipe();
    }
  }
}

const isSameList = (a: Uint32Array, b: Uint32Array): boolean => a.length === b.length && a.every((number, at) => number === b[at]);

/** New values for some members, made of their present ones. */
export interface Change {
  readonly where: IndexSet;
  readonly to: (value: number) => number;
}

/** Where listings are written before it is known how long they get. One after the other, like drafts, and never read beyond what was written. */
let listedMembers = new Uint32Array(0);
let listedValues = new Uint32Array(0);

/** Members in rising order being listed with their values. Only one exists at a time. */
export class Listing {
  private size = 0;

  constructor(
    capacity: number,
    private readonly rest: number,
  ) {
    if (listedMembers.length >= capacity) return;
    listedMembers = new Uint32Array(capacity);
    listedValues = new Uint32Array(capacity);
  }

  add(member: number, value: number): void {
    if (value === this.rest) return;
    listedMembers[this.size] = member;
    listedValues[this.size++] = value;
  }

  partition(universe: number): Partition {
    return Partition.listed(universe, this.rest, listedMembers.slice(0, this.size), listedValues.slice(0, this.size));
  }
}

/**
 * Where drafts keep the values of single members, and one bit for each member that has one. One block serves all drafts, one after the
 * other, because to get a fresh one each time would cost as much as the universe is large.
 */
// INVARIANT: no bit is set between drafts; values without a bit mean nothing.
let slate = new Uint32Array(0);
let writtenBits = new Uint32Array(0);

/** A partition being worked on. Only one exists at a time. */
class Draft {
  private readonly universe: number;
  private rest: number;

  constructor({ universe, rest, members, values }: Partition) {
    this.universe = universe;
    this.rest = rest;
    if (slate.length < universe) {
      slate = new Uint32Array(universe);
      writtenBits = new Uint32Array(Math.ceil(universe / 32));
    }
    for (let i = 0; i < members.length; i++) write(members[i] as number, values[i] as number);
  }

  change(where: IndexSet, to: (value: number) => number): void {
    const changed = remembering(to);
    if (where.isAll) {
      forEachBit(writtenBits, (member) => {
        slate[member] = changed(slate[member] as number);
      });
      this.rest = changed(this.rest);
      return;
    }
    this.changeEach(where.members(), to);
  }

  /** Nearly all the time that rows take is spent here, so nothing is called for a member whose value is that of the one before. */
  private changeEach(members: Uint32Array, to: (value: number) => number): void {
    const { rest } = this;
    const bits = writtenBits;
    const values = slate;
    // Of a member without a value the rest's is changed, which is most of them.
    const fromRest = to(rest);
    let from = rest;
    let result = fromRest;
    for (const member of members) {
      const word = bits[member >>> 5] as number;
      const bit = 1 << (member & 31);
      if ((word & bit) === 0) {
        values[member] = fromRest;
        bits[member >>> 5] = word | bit;
        continue;
      }
      const value = values[member] as number;
      if (value !== from) {
        from = value;
        result = to(value);
      }
      values[member] = result;
    }
  }

  partition(): Partition {
    const list = new Listing(this.universe, this.rest);
    const bits = writtenBits;
    const values = slate;
    const words = Math.ceil(this.universe / 32);
    for (let i = 0; i < words; i++) {
      for (let word = bits[i] as number; word !== 0; word &= word - 1) {
        const member = i * 32 + 31 - Math.clz32(word & -word);
        list.add(member, values[member] as number);
      }
    }
    return list.partition(this.universe);
  }

  wipe(): void {
    writtenBits.fill(0);
  }
}

function write(member: number, value: number): void {
  writtenBits[member >>> 5] = (writtenBits[member >>> 5] as number) | (1 << (member & 31));
  slate[member] = value;
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

function rememberingPair(combine: (a: number, b: number) => number): (a: number, b: number) => number {
  let lastA: number | undefined;
  let lastB: number | undefined;
  let result = 0;
  return (a, b) => {
    if (a !== lastA || b !== lastB) {
      result = combine(a, b);
      lastA = a;
      lastB = b;
    }
    return result;
  };
}
