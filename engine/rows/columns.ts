import type { ConnectionId } from "./connection-table";
import { Partition } from "./partition";
import type { PodGroup } from "../matching/pod-groups";
import { TurnedRows } from "./turned-rows";
import type { Universe } from "../matching/universe";

/** The two bounds of every answer. */
export type Bound = "certain" | "possible";
export const bounds: readonly Bound[] = ["certain", "possible"];

/**
 * What each destination lets in from one source: as listed, and as in `base` where nothing is listed. The two are left apart, because what
 * is done next is to walk over both at once. At destinations to which the source sends nothing it says anything.
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

/** One bound of the rows of pod groups. */
export interface GroupRows {
  readonly ingress: (group: PodGroup) => Partition;
  readonly egress: (group: PodGroup) => Partition;
}

/** Beyond so many destinations that changed, or sources that did, since everything was turned round, it is turned round again. */
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
    /** Sources that are others, or send elsewhere, than when everything was turned round: what enters from them is looked up in each row. */
    private readonly apart: ReadonlySet<number>,
    private readonly nothing: ConnectionId,
    private readonly rows: GroupRows,
  ) {}

  /** From the sources in `apart` it is looked up in each row; those are few, and cost less than to turn everything round for them. */
  static of(universe: Universe, nothing: ConnectionId, rows: GroupRows, apart: ReadonlySet<number> = new Set()): Columns {
    let turned: TurnedRows | undefined;
    const { all } = universe.groups;
    const turn = (): TurnedRows => (turned ??= new TurnedRows(universe, nothing, all.map(rows.ingress), all.map(rows.egress)));
    return new Columns(universe, turn, new Map(), apart, nothing, rows);
  }

  /** The same with other rows for some destinations, and for some sources. */
  revised(destinations: ReadonlySet<number>, sources: readonly number[], rows: GroupRows): Columns {
    return this.with(this.universe, destinations, sources, rows);
  }

  /** The same with other pods at some places. */
  atPlaces(universe: Universe, places: ReadonlySet<number>, rows: GroupRows): Columns {
    return this.with(universe, places, places, rows);
  }

  private with(universe: Universe, touched: Iterable<number>, sources: Iterable<number>, rows: GroupRows): Columns {
    const { all } = universe.groups;
    const destinations = [...new Set([...this.patches.keys(), ...touched])].filter((index) => index < all.length).sort((a, b) => a - b);
    const apart = new Set([...this.apart, ...sources]);
    if (destinations.length > patchLimit || apart.size > patchLimit) return Columns.of(universe, this.nothing, rows);
    const patches = new Map(destinations.map((index) => [index, rows.ingress(all[index] as PodGroup)]));
    return new Columns(universe, this.turned, patches, apart, this.nothing, rows);
  }

  at(source: PodGroup): Column {
    const { index } = source;
    const { all } = this.universe.groups;
    const alone = { destinations: nobody, values: nobody, groups: all.length };
    if (this.apart.has(index)) return { ...alone, base: this.lookedUp(source) };
    const column = this.turned().at(index);
    if (this.patches.size === 0) return { ...column, groups: all.length };
    const values = Uint32Array.from(this.patches.values(), (row) => row.at(index));
    const patched = column.base.overlaid(column.destinations, column.values).overlaid(Uint32Array.from(this.patches.keys()), values);
    return { ...alone, base: patched };
  }

  private lookedUp(source: PodGroup): Partition {
    const { all } = this.universe.groups;
    const { rest, members } = this.rows.egress(source);
    const destinations = rest === this.nothing ? members.filter((member) => member < all.length) : Uint32Array.from(all.keys());
    const values = destinations.map((destination) => this.rows.ingress(all[destination] as PodGroup).at(source.index));
    return Partition.of(this.universe.size, this.nothing, destinations, values);
  }
}

const nobody = new Uint32Array(0);
