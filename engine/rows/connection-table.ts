import { ConnectionSet } from "../sets/connection-set";

/** Stands for one connection set: equal numbers, equal sets. */
export type ConnectionId = number;

/**
 * Every connection set an evaluation meets, kept once. Few distinct sets occur even in large clusters, so that the algebra over millions
 * of pairs becomes a look-up of two small numbers.
 */
export class ConnectionTable {
  private readonly sets: ConnectionSet[] = [];
  private readonly ids = new Map<string, ConnectionId>();
  private readonly unions = new Map<number, ConnectionId>();
  private readonly intersections = new Map<number, ConnectionId>();
  private readonly differences = new Map<number, ConnectionId>();

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
    return this.remember(this.unions, Math.min(a, b), Math.max(a, b), (x, y) => x.union(y));
  }

  intersect(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (a === b || b === this.all || a === this.none) return a;
    if (a === this.all || b === this.none) return b;
    return this.remember(this.intersections, Math.min(a, b), Math.max(a, b), (x, y) => x.intersect(y));
  }

  subtract(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (b === this.none) return a;
    if (a === b || b === this.all || a === this.none) return this.none;
    return this.remember(this.differences, a, b, (x, y) => x.subtract(y));
  }

  private remember(
    memory: Map<number, ConnectionId>,
    a: ConnectionId,
    b: ConnectionId,
    operation: (x: ConnectionSet, y: ConnectionSet) => ConnectionSet,
  ): ConnectionId {
    const key = a * 2 ** 26 + b;
    const known = memory.get(key);
    if (known !== undefined) return known;
    const id = this.intern(operation(this.set(a), this.set(b)));
    memory.set(key, id);
    return id;
  }
}
