import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import { protocols } from "../model";
import type { Match } from "../matching/pod-index";
import type { Connections } from "../reachability";
import type { CellValues } from "./rectangles";
import type { ConnectionSet } from "../sets/connection-set";

/** Numbers for what may flow between two ends: equal numbers, equal bounds. */
export class ConnectionValues implements CellValues {
  private readonly bounds: (Match<ConnectionId> | undefined)[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly ids = new Map<ConnectionSet, ConnectionId>();
  private readonly unions: Map<number, number>[] = [];
  readonly none: number;
  readonly anything: number;

  constructor(private readonly table: ConnectionTable) {
    this.none = this.number({ certain: table.none, possible: table.none });
    this.anything = this.bounds.push(undefined) - 1;
  }

  of({ certain, possible }: Connections): number {
    return this.number({ certain: this.id(certain), possible: this.id(possible) });
  }

  connections(value: number): Connections {
    const { certain, possible } = this.bound(value);
    return { certain: this.table.set(certain), possible: this.table.set(possible) };
  }

  union(a: number, b: number): number {
    if (a === b || b === this.none) return a;
    if (a === this.none) return b;
    const withOthers = (this.unions[a] ??= new Map());
    const known = withOthers.get(b);
    if (known !== undefined) return known;
    const [one, other] = [this.bound(a), this.bound(b)];
    const certain = this.table.union(one.certain, other.certain);
    const union = this.number({ certain, possible: this.table.union(one.possible, other.possible) });
    withOthers.set(b, union);
    return union;
  }

  isWithin(a: number, b: number): boolean {
    const [part, whole] = [this.connections(a), this.connections(b)];
    return part.possible.isSubsetOf(whole.possible) && part.certain.isSubsetOf(whole.certain);
  }

  sizeOf(value: number): number {
    const { certain, possible } = this.connections(value);
    return countOf(certain) + countOf(possible);
  }

  private bound(value: number): Match<ConnectionId> {
    const bound = this.bounds[value];
    if (bound === undefined) throw new RangeError(`value ${String(value)} stands for no connections`);
    return bound;
  }

  private number(bound: Match<ConnectionId>): number {
    const key = `${String(bound.certain)} ${String(bound.possible)}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.bounds.push(bound) - 1;
    this.numbers.set(key, number);
    return number;
  }

  /** The table hands out one object for each set, so most are known by identity. */
  private id(set: ConnectionSet): ConnectionId {
    const known = this.ids.get(set);
    if (known !== undefined) return known;
    const id = this.table.intern(set);
    this.ids.set(set, id);
    return id;
  }
}

const countOf = (set: ConnectionSet): number =>
  protocols.flatMap((protocol) => set[protocol].intervals).reduce((sum, [from, to]) => sum + to - from + 1, 0);
