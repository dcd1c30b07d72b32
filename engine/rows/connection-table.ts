import { ConnectionSet } from "../sets/connection-set";

/** Stands for one connection set: equal numbers, equal sets. */
export type ConnectionId = number;

/** What an operation made of two sets, by the first and then by the second: keys made of both would be too large to be looked up quickly. */
type Results = Map<ConnectionId, ConnectionId>[];

const union = (a: ConnectionSet, b: ConnectionSet): ConnectionSet => a.union(b);
const intersect = (a: ConnectionSet, b: ConnectionSet): ConnectionSet => a.intersect(b);
const subtract = (a: ConnectionSet, b: ConnectionSet): ConnectionSet => a.subtract(b);

/**
 * Every connection set an evaluation meets, kept once. Few distinct sets occur even in large clusters, so that the algebra over millions
 * of pairs becomes a look-up of two small numbers.
 */
export class ConnectionTable {
  private readonly sets: ConnectionSet[] = [];
  private readonly ids = new Map<string, ConnectionId>();
  private readonly unions: Results = [];
  private readonly intersections: Results = [];
  private readonly differences: Results = [];

  readonly none: ConnectionId = this.intern(ConnectionSet.none);
  readonly all: ConnectionId = this.intern(ConnectionSet.all);

  /** How many sets there are: their numbers are below. */
  get size(): number {
    return this.sets.length;
  }

  intern(set: ConnectionSet): ConnectionId {
    const text = set.toString();
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.sets.length;
    this.sets.push(set);
    this.ids.set(text, id);
    return id;
  }

  set(id: ConnectionId): ConnectionSet {
    const set = this.sets[id];
    if (set === undefined) throw new RangeError(`no connection set ${String(id)} in this table`);
    return set;
  }

  union(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (a === b || b === this.none || a === this.all) return a;
    if (a === this.none || b === this.all) return b;
    return this.remember(this.unions, Math.min(a, b), Math.max(a, b), union);
  }

  intersect(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (a === b || b === this.all || a === this.none) return a;
    if (a === this.all || b === this.none) return b;
    return this.remember(this.intersections, Math.min(a, b), Math.max(a, b), intersect);
  }

  subtract(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (b === this.none) return a;
    if (a === b || b === this.all || a === this.none) return this.none;
    return this.remember(this.differences, a, b, subtract);
  }

  private remember(
    results: Results,
    a: ConnectionId,
    b: ConnectionId,
    operation: (x: ConnectionSet, y: ConnectionSet) => ConnectionSet,
  ): ConnectionId {
    const withOthers = (results[a] ??= new Map());
    const known = withOthers.get(b);
    if (known !== undefined) return known;
    const id = this.intern(operation(this.set(a), this.set(b)));
    withOthers.set(b, id);
    return id;
  }
}
