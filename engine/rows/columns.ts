import { Partition } from "./partition";
import type { PodGroup } from "../matching/pod-groups";
import type { Universe } from "../matching/universe";

/** The two bounds of every answer. */
export type Bound = "certain" | "possible";
export const bounds: readonly Bound[] = ["certain", "possible"];

/**
 * What each destination lets in from one source: as listed, and as in `base` where nothing is listed. The two are left apart, because what
 * is done next is to walk over both at once.
 */
export interface Column {
  readonly base: Partition;
  /** Rising. */
  readonly destinations: Uint32Array;
  /** One for each listed destination. */
  readonly values: Uint32Array;
  /** How many pod groups there are: the destinations are those below. */
  readonly groups: number;
}

/** Beyond so many destinations that changed since everything was turned round, it is turned round again. */
const patchLimit = 512;

/**
 * Ingress seen from the source. A destination's row says which sources may enter; turned round once for all, the rows say for each source
 * what each destination lets in. There can be millions of entries, so they are kept in flat arrays.
 */
export class Columns {
  private constructor(
    private readonly universe: Universe,
    /** Made when first asked for. */
    private readonly turned: () => TurnedRows,
    /** Rows of destinations that changed since, by destination, rising. */
    private readonly patches: ReadonlyMap<number, Partition>,
    /** Sources that are others than when everything was turned round: what destinations let in from them is looked up in each row. */
    private readonly apart: ReadonlySet<number>,
    private readonly rowOf: (group: PodGroup) => Partition,
  ) {}

  /** From the sources in `apart` it is looked up in each row; those are few, and cost less than to turn everything round for them. */
  static of(universe: Universe, rowOf: (group: PodGroup) => Partition, apart: ReadonlySet<number> = new Set()): Columns {
    let turned: TurnedRows | undefined;
    const turn = (): TurnedRows => (turned ??= new TurnedRows(universe, universe.groups.all.map(rowOf)));
    return new Columns(universe, turn, new Map(), apart, rowOf);
  }

  /** The same with other rows for some destinations. */
  revised(touched: ReadonlySet<number>, rowOf: (group: PodGroup) => Partition): Columns {
    return this.with(this.universe, touched, this.apart, rowOf);
  }

  /** The same with other pods at some places. */
  atPlaces(universe: Universe, places: ReadonlySet<number>, rowOf: (group: PodGroup) => Partition): Columns {
    return this.with(universe, places, new Set([...this.apart, ...places]), rowOf);
  }

  private with(
    universe: Universe,
    touched: ReadonlySet<number>,
    apart: ReadonlySet<number>,
    rowOf: (group: PodGroup) => Partition,
  ): Columns {
    const { all } = universe.groups;
    const destinations = [...new Set([...this.patches.keys(), ...touched])].filter((index) => index < all.length).sort((a, b) => a - b);
    if (destinations.length > patchLimit) return Columns.of(universe, rowOf);
    const patches = new Map(destinations.map((index) => [index, rowOf(all[index] as PodGroup)]));
    return new Columns(universe, this.turned, patches, apart, rowOf);
  }

  at({ index }: PodGroup): Column {
    const { all } = this.universe.groups;
    const alone = { destinations: nobody, values: nobody, groups: all.length };
    if (this.apart.has(index))
      return {
        ...alone,
        base: byCommonest(
          this.universe,
          all.map((group) => this.rowOf(group).at(index)),
        ),
      };
    const column = this.turned().at(index);
    if (this.patches.size === 0) return { ...column, groups: all.length };
    const values = Uint32Array.from(this.patches.values(), (row) => row.at(index));
    const patched = column.base.overlaid(column.destinations, column.values).overlaid(Uint32Array.from(this.patches.keys()), values);
    return { ...alone, base: patched };
  }
}

const nobody = new Uint32Array(0);

/** Rows of destinations, turned round. */
class TurnedRows {
  /** What destinations let in from sources that their row does not list. */
  private readonly base: Partition;
  /** The entries of source s are those from `starts[s]` up to, not including, `starts[s + 1]`, destinations rising. */
  private readonly starts: Uint32Array;
  private readonly destinations: Uint32Array;
  private readonly values: Uint32Array;

  constructor(universe: Universe, rows: readonly Partition[]) {
    this.base = byCommonest(
      universe,
      rows.map(({ rest }) => rest),
    );
    this.starts = startsOf(rows);
    this.destinations = new Uint32Array(this.starts[rows.length] ?? 0);
    this.values = new Uint32Array(this.destinations.length);
    const next = this.starts.slice();
    for (const [destination, row] of rows.entries()) this.turn(row, destination, next);
  }

  at(source: number): Column {
    const [from, to] = [this.starts[source], this.starts[source + 1]];
    const { base, starts } = this;
    return { base, destinations: this.destinations.subarray(from, to), values: this.values.subarray(from, to), groups: starts.length - 1 };
  }

  private turn({ members, values }: Partition, destination: number, next: Uint32Array): void {
    const sources = next.length - 1;
    for (let i = 0; i < members.length; i++) {
      const source = members[i] as number;
      // Pod groups come first in the universe; what follows are addresses, which are asked about on their own.
      if (source >= sources) return;
      const at = next[source] as number;
      this.destinations[at] = destination;
      this.values[at] = values[i] as number;
      next[source] = at + 1;
    }
  }
}

/** For each source, how many entries all sources before it have together. */
function startsOf(rows: readonly Partition[]): Uint32Array {
  const sources = rows.length;
  const starts = new Uint32Array(sources + 1);
  for (const { members } of rows) {
    for (let i = 0; i < members.length && (members[i] as number) < sources; i++) {
      const after = (members[i] as number) + 1;
      starts[after] = (starts[after] as number) + 1;
    }
  }
  for (let source = 0; source < sources; source++) starts[source + 1] = (starts[source + 1] as number) + (starts[source] as number);
  return starts;
}

/** A value for each pod group, with the commonest as the rest. */
function byCommonest(universe: Universe, values: readonly number[]): Partition {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [commonest] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
  return Partition.of(universe.size, commonest, Uint32Array.from(values.keys()), Uint32Array.from(values));
}
