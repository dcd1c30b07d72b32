import { ModelError } from "../model/model-error";
/** Both ends belong to the interval. */
export type Interval<T> = readonly [from: T, to: T];

/**
 * A set of whole numbers as intervals: immutable, and canonical, so that two sets are equal exactly when their intervals are.
 *
 * `number` serves for ports, `bigint` for addresses; the two never meet in one set.
 */
export class IntervalSet<T extends number | bigint> {
  // INVARIANT: sorted, disjoint, and never adjacent: [1,2] and [3,4] are kept as [1,4].
  private constructor(readonly intervals: readonly Interval<T>[]) {}

  /** The set of all numbers in any of the intervals, which may overlap and come in any order. An interval that ends before it starts is a ModelError. */
  static of<T extends number | bigint>(...intervals: readonly Interval<T>[]): IntervalSet<T> {
    for (const [from, to] of intervals) {
      if (from > to) throw new ModelError(`interval ${String(from)}-${String(to)} ends before it starts`);
    }
    const sorted = [...intervals].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return new IntervalSet(merge(sorted));
  }

  get isEmpty(): boolean {
    return this.intervals.length === 0;
  }

  contains(value: T): boolean {
    let low = 0;
    let high = this.intervals.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [from, to] = this.intervals[middle] as Interval<T>;
      if (value < from) high = middle - 1;
      else if (value > to) low = middle + 1;
      else return true;
    }
    return false;
  }

  union(other: IntervalSet<T>): IntervalSet<T> {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    return IntervalSet.of(...this.intervals, ...other.intervals);
  }

  intersect(other: IntervalSet<T>): IntervalSet<T> {
    const result: Interval<T>[] = [];
    let i = 0;
    let j = 0;
    while (i < this.intervals.length && j < other.intervals.length) {
      const [aFrom, aTo] = this.intervals[i] as Interval<T>;
      const [bFrom, bTo] = other.intervals[j] as Interval<T>;
      const from = aFrom > bFrom ? aFrom : bFrom;
      const to = aTo < bTo ? aTo : bTo;
      if (from <= to) result.push([from, to]);
      if (aTo < bTo) i++;
      else j++;
    }
    return new IntervalSet(result);
  }

  subtract(other: IntervalSet<T>): IntervalSet<T> {
    const result: Interval<T>[] = [];
    let j = 0;
    for (const [start, end] of this.intervals) {
      let from = start;
      while (j < other.intervals.length && (other.intervals[j] as Interval<T>)[1] < from) j++;
      // An interval of `other` may reach into the next one of this set, so it is looked at again from `j`.
      for (let k = j; k < other.intervals.length && from <= end; k++) {
        const [cutFrom, cutTo] = other.intervals[k] as Interval<T>;
        if (cutFrom > end) break;
        if (cutFrom > from) result.push([from, previous(cutFrom)]);
        from = next(cutTo);
      }
      if (from <= end) result.push([from, end]);
    }
    return new IntervalSet(result);
  }

  isSubsetOf(other: IntervalSet<T>): boolean {
    return this.subtract(other).isEmpty;
  }

  intersects(other: IntervalSet<T>): boolean {
    return !this.intersect(other).isEmpty;
  }

  equals(other: IntervalSet<T>): boolean {
    return this.intervals.length === other.intervals.length && this.toString() === other.toString();
  }

  /** Compact text: `80,443,8000-8100`; empty for the empty set. Two sets are equal exactly when their texts are. */
  toString(): string {
    return this.intervals.map(([from, to]) => (from === to ? String(from) : `${String(from)}-${String(to)}`)).join(",");
  }
}

function merge<T extends number | bigint>(sorted: readonly Interval<T>[]): Interval<T>[] {
  const result: Interval<T>[] = [];
  for (const [from, to] of sorted) {
    const last = result[result.length - 1];
    if (last !== undefined && from <= next(last[1])) {
      if (to > last[1]) result[result.length - 1] = [last[0], to];
    } else {
      result.push([from, to]);
    }
  }
  return result;
}

function next<T extends number | bigint>(value: T): T;
function next(value: number | bigint): number | bigint {
  return typeof value === "bigint" ? value + 1n : value + 1;
}

function previous<T extends number | bigint>(value: T): T;
function previous(value: number | bigint): number | bigint {
  return typeof value === "bigint" ? value - 1n : value - 1;
}
