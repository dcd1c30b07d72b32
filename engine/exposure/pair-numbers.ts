/**
 * Numbers for pairs of whole numbers below 2³²: equal numbers, equal pairs. They are counted from 1, in the order in which pairs are first
 * met, and kept in flat arrays, because there can be millions.
 */
export class PairNumbers {
  private count = 0;
  private firsts = new Uint32Array(1024);
  private seconds = new Uint32Array(1024);
  /** Numbers by where their pairs belong; 0: nothing there. Never more than half full. */
  private slots = new Uint32Array(2048);

  /** How many pairs there are. */
  get size(): number {
    return this.count;
  }

  of(first: number, second: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const number = this.slots[slot] as number;
      if (number === 0) return this.add(first, second, slot);
      if (this.firsts[number] === first && this.seconds[number] === second) return number;
    }
  }

  first(number: number): number {
    return this.firsts[number] as number;
  }

  second(number: number): number {
    return this.seconds[number] as number;
  }

  private add(first: number, second: number, slot: number): number {
    const number = ++this.count;
    this.slots[slot] = number;
    this.firsts[number] = first;
    this.seconds[number] = second;
    if (number + 1 === this.firsts.length) this.grow();
    return number;
  }

  private grow(): void {
    const length = 2 * this.firsts.length;
    this.firsts = enlarged(this.firsts, length);
    this.seconds = enlarged(this.seconds, length);
    this.slots = new Uint32Array(2 * length);
    const mask = this.slots.length - 1;
    for (let number = 1; number <= this.count; number++) {
      let slot = hash(this.first(number), this.second(number)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = number;
    }
  }
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return again ^ (again >>> 13);
}

function enlarged(list: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(list);
  return larger;
}

/** Stands for one list of numbers: equal numbers, equal lists. */
export type SequenceId = number;

/** Every list of numbers that is met, kept once: each is a shorter one with a number more. */
export class Sequences {
  /** The list without members. */
  readonly empty: SequenceId = 0;
  private readonly steps = new PairNumbers();

  append(list: SequenceId, number: number): SequenceId {
    return this.steps.of(list, number);
  }

  of(numbers: Iterable<number>): SequenceId {
    let list = this.empty;
    for (const number of numbers) list = this.append(list, number);
    return list;
  }

  numbers(list: SequenceId): readonly number[] {
    const found: number[] = [];
    for (let at = list; at !== this.empty; at = this.steps.first(at)) found.push(this.steps.second(at));
    return found.reverse();
  }
}

/** What is worked out for pairs of numbers, once for each. */
export class PairMemory<T> {
  private readonly pairs = new PairNumbers();
  private readonly known: T[] = [];

  /** `make` asks for no other pair of this memory. */
  constructor(private readonly make: (first: number, second: number) => T) {}

  get(first: number, second: number): T {
    const number = this.pairs.of(first, second);
    if (number <= this.known.length) return this.known[number - 1] as T;
    // Numbers are given out as they are needed, so this is the next one.
    const made = this.make(first, second);
    this.known.push(made);
    return made;
  }
}

/** Lists of numbers, each kept once. Unlike sequences, which share their beginnings, they are kept whole: they are read often. */
export class NumberLists {
  private readonly lists: (readonly number[])[] = [];
  private readonly byHash = new Map<number, number[]>();

  /** Takes the list over where there is none like it. */
  of(list: readonly number[]): number {
    let hashed = list.length;
    for (const number of list) hashed = hash(hashed, number);
    const alike = this.byHash.get(hashed);
    const known = alike?.find((each) => isSame(this.lists[each] as readonly number[], list));
    if (known !== undefined) return known;
    const fresh = this.lists.push(list) - 1;
    if (alike === undefined) this.byHash.set(hashed, [fresh]);
    else alike.push(fresh);
    return fresh;
  }

  get(list: number): readonly number[] {
    return this.lists[list] as readonly number[];
  }
}

const isSame = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((number, at) => number === other[at]);
