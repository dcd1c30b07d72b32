/**
 * A set of small whole numbers, the positions of pod groups: immutable, exact, and cheap both when it holds three of 100,000 and when it
 * holds nearly all. Few members are kept as a sorted list, many as bits; which of the two is decided by size alone, so equal sets have
 * equal forms.
 */
export class IndexSet {
  /** The members of a set kept as bits, once somebody asked for them. */
  private listed: Uint32Array | undefined;

  private constructor(
    /** How many positions there are: members are below it. */
    readonly universe: number,
    readonly size: number,
    private readonly list: Uint32Array | undefined,
    private readonly bits: Uint32Array | undefined,
  ) {}

  static none(universe: number): IndexSet {
    return new IndexSet(universe, 0, new Uint32Array(0), undefined);
  }

  static all(universe: number): IndexSet {
    const bits = new Uint32Array(words(universe)).fill(0xffffffff);
    if (universe % 32 !== 0) bits[bits.length - 1] = 2 ** (universe % 32) - 1;
    return IndexSet.fromBits(universe, bits);
  }

  /** The set of the given positions, in any order, repeated or not. */
  static of(universe: number, members: Iterable<number>): IndexSet {
    const list = Uint32Array.from(members);
    return IndexSet.fromSorted(universe, isRising(list) ? list : unique(list.sort()));
  }

  private static fromSorted(universe: number, list: Uint32Array): IndexSet {
    if (list.length <= listLimit(universe)) return new IndexSet(universe, list.length, list, undefined);
    const bits = new Uint32Array(words(universe));
    for (const member of list) setBit(bits, member);
    return new IndexSet(universe, list.length, undefined, bits);
  }

  private static fromBits(universe: number, bits: Uint32Array): IndexSet {
    let size = 0;
    for (const word of bits) size += popCount(word);
    if (size > listLimit(universe)) return new IndexSet(universe, size, undefined, bits);
    const list = new Uint32Array(size);
    let at = 0;
    forEachBit(bits, (member) => (list[at++] = member));
    return new IndexSet(universe, size, list, undefined);
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get isAll(): boolean {
    return this.size === this.universe;
  }

  has(member: number): boolean {
    if (this.bits !== undefined) return hasBit(this.bits, member);
    const list = this.list as Uint32Array;
    let low = 0;
    let high = list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const value = list[middle] as number;
      if (value === member) return true;
      if (value < member) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  /** Calls back for each member, in rising order. */
  forEach(visit: (member: number) => void): void {
    if (this.bits !== undefined) forEachBit(this.bits, visit);
    else
      (this.list as Uint32Array).forEach((member) => {
        visit(member);
      });
  }

  /** The members in rising order; not to be written to. */
  members(): Uint32Array {
    if (this.list !== undefined) return this.list;
    if (this.listed === undefined) {
      const members = new Uint32Array(this.size);
      let at = 0;
      forEachBit(this.bits as Uint32Array, (member) => (members[at++] = member));
      this.listed = members;
    }
    return this.listed;
  }

  intersect(other: IndexSet): IndexSet {
    if (this === other || other.isAll) return this;
    if (this.isAll) return other;
    if (this.bits !== undefined && other.bits !== undefined) return this.zipBits(other.bits, (a, b) => a & b);
    const [small, large] = this.list !== undefined && (other.list === undefined || this.size <= other.size) ? [this, other] : [other, this];
    return IndexSet.fromSorted(
      this.universe,
      (small.list as Uint32Array).filter((member) => large.has(member)),
    );
  }

  subtract(other: IndexSet): IndexSet {
    if (this.isEmpty || other.isEmpty) return this;
    if (this === other || other.isAll) return IndexSet.none(this.universe);
    if (this.list !== undefined)
      return IndexSet.fromSorted(
        this.universe,
        this.list.filter((member) => !other.has(member)),
      );
    if (other.bits !== undefined) return this.zipBits(other.bits, (a, b) => a & ~b);
    const bits = (this.bits as Uint32Array).slice();
    other.forEach((member) => {
      clearBit(bits, member);
    });
    return IndexSet.fromBits(this.universe, bits);
  }

  union(other: IndexSet): IndexSet {
    if (this === other || other.isEmpty || this.isAll) return this;
    if (this.isEmpty || other.isAll) return other;
    if (this.bits !== undefined && other.bits !== undefined) return this.zipBits(other.bits, (a, b) => a | b);
    if (this.list !== undefined && other.list !== undefined) return IndexSet.fromSorted(this.universe, mergeSorted(this.list, other.list));
    const [dense, sparse] = this.bits !== undefined ? [this, other] : [other, this];
    const bits = (dense.bits as Uint32Array).slice();
    sparse.forEach((member) => {
      setBit(bits, member);
    });
    return IndexSet.fromBits(this.universe, bits);
  }

  intersects(other: IndexSet): boolean {
    return !this.intersect(other).isEmpty;
  }

  equals(other: IndexSet): boolean {
    return this === other || (this.size === other.size && this.intersect(other).size === this.size);
  }

  private zipBits(other: Uint32Array, operation: (a: number, b: number) => number): IndexSet {
    const mine = this.bits as Uint32Array;
    const bits = new Uint32Array(mine.length);
    for (let i = 0; i < bits.length; i++) bits[i] = operation(mine[i] as number, other[i] as number);
    return IndexSet.fromBits(this.universe, bits);
  }
}

const words = (universe: number): number => Math.ceil(universe / 32);

/** A list takes 32 bits a member, the other form one bit a position. */
const listLimit = (universe: number): number => words(universe);

const setBit = (bits: Uint32Array, member: number): void => {
  bits[member >>> 5] = (bits[member >>> 5] as number) | (1 << (member & 31));
};

const clearBit = (bits: Uint32Array, member: number): void => {
  bits[member >>> 5] = (bits[member >>> 5] as number) & ~(1 << (member & 31));
};

const hasBit = (bits: Uint32Array, member: number): boolean => (((bits[member >>> 5] ?? 0) >>> (member & 31)) & 1) === 1;

/** Calls back for each bit that is set, in rising order. */
export function forEachBit(bits: Uint32Array, visit: (member: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i] as number;
    while (word !== 0) {
      const lowest = 31 - Math.clz32(word & -word);
      visit(i * 32 + lowest);
      word &= word - 1;
    }
  }
}

/** Set bits of a 32-bit word, by the usual pairwise sums. */
function popCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function isRising(list: Uint32Array): boolean {
  for (let i = 1; i < list.length; i++) if ((list[i - 1] as number) >= (list[i] as number)) return false;
  return true;
}

function unique(sorted: Uint32Array): Uint32Array {
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[size++] = sorted[i] as number;
  }
  return sorted.slice(0, size);
}

function mergeSorted(a: Uint32Array, b: Uint32Array): Uint32Array {
  const result = new Uint32Array(a.length + b.length);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = i < a.length ? (a[i] as number) : Infinity;
    const y = j < b.length ? (b[j] as number) : Infinity;
    result[size++] = Math.min(x, y);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return result.slice(0, size);
}
