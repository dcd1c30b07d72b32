/** Values of a table and how they add up. Numbers stand for values; `none` for nothing at all. */
export interface CellValues {
  readonly none: number;
  /** Stands in cells about which it does not matter what covers them. */
  readonly anything: number;
  union(a: number, b: number): number;
  /** Whether all of the first is in the second. */
  isWithin(a: number, b: number): boolean;
  /** How much a value is; larger for every value that holds another. */
  sizeOf(value: number): number;
}

/** A value that stands in every cell of some rows and columns, or more than it does. */
export interface Rectangle {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly value: number;
}

/**
 * Covers a table with few rectangles: each cell is the union of the rectangles it is in. The fewest possible would take too long to find;
 * what is found is greedy, the largest first. All rows of the table must be different, and all columns: who has equal ones groups them before.
 */
export function coverWithRectangles(table: readonly Uint32Array[], columns: number, values: CellValues): readonly Rectangle[] {
  const places = placesOf(table, values.none);
  const sizes = new Map([...places.keys()].filter((value) => value !== values.anything).map((value) => [value, values.sizeOf(value)]));
  const occurring = [...sizes.keys()].sort((a, b) => (sizes.get(a) as number) - (sizes.get(b) as number));
  const covered = table.map(() => new Uint32Array(columns).fill(values.none));
  const found: Rectangle[] = [];
  for (const [at, value] of occurring.entries()) {
    // What holds a value is larger, so it comes later.
    const holders = occurring.slice(at).filter((other) => other === value || values.isWithin(value, other));
    const layer = new Layer(
      columns,
      value,
      [...holders, values.anything].flatMap((holder) => places.get(holder) ?? []),
      covered,
    );
    for (let next = layer.next(); next !== undefined; next = layer.next()) {
      found.push({ ...next, value });
      forEachCell(next, (row, column) => {
        const cells = covered[row] as Uint32Array;
        cells[column] = values.union(cells[column] as number, value);
      });
    }
  }
  return trimmed(found, table, values);
}

/** The columns of one row in which a value stands. */
interface Place {
  readonly row: number;
  readonly value: number;
  readonly columns: readonly number[];
}

/** Where each value stands, row by row. */
function placesOf(table: readonly Uint32Array[], none: number): ReadonlyMap<number, readonly Place[]> {
  const places = new Map<number, Place[]>();
  for (const [row, cells] of table.entries()) {
    const inRow = new Map<number, number[]>();
    for (const [column, value] of cells.entries()) {
      if (value === none) continue;
      const list = inRow.get(value);
      if (list === undefined) inRow.set(value, [column]);
      else list.push(column);
    }
    for (const [value, columns] of inRow) {
      const list = places.get(value);
      if (list === undefined) places.set(value, [{ row, value, columns }]);
      else list.push({ row, value, columns });
    }
  }
  return places;
}

/** The cells of one value, in the rows that hold it anywhere: where it may stand, and where it still has to. */
class Layer {
  /** The rows, rising. */
  private readonly rows: readonly number[];
  /** By place of the row: columns whose cell holds the value or more. */
  private readonly available: readonly Uint32Array[];
  /** By place of the row: columns whose cell is the value and is not covered yet. */
  private readonly needed: readonly Uint32Array[];
  /** The places of rows that need something, rising. */
  private needy: readonly number[];

  constructor(
    private readonly columns: number,
    value: number,
    holding: readonly Place[],
    covered: readonly Uint32Array[],
  ) {
    const isCovered = ({ row }: Place, column: number): boolean => (covered[row] as Uint32Array)[column] === value;
    const missing = holding
      .filter((place) => place.value === value)
      .map((place) => ({ ...place, columns: place.columns.filter((column) => !isCovered(place, column)) }));
    const wanted = new Uint32Array(Math.ceil(columns / 32));
    for (const place of missing) for (const column of place.columns) setBit(wanted, column);
    // In all other rows no rectangle that covers anything can stand.
    const touched = holding.filter((place) => place.columns.some((column) => hasBit(wanted, column)));
    this.rows = [...new Set(touched.map(({ row }) => row))].sort((a, b) => a - b);
    this.available = this.bitsOf(holding);
    this.needed = this.bitsOf(missing);
    this.needy = [...this.rows.keys()];
  }

  /** For each of the rows the columns of these places. */
  private bitsOf(places: readonly Place[]): readonly Uint32Array[] {
    const byRow = new Map(this.rows.map((row) => [row, new Uint32Array(Math.ceil(this.columns / 32))]));
    for (const { row, columns } of places) {
      const bits = byRow.get(row);
      if (bits !== undefined) for (const column of columns) setBit(bits, column);
    }
    return [...byRow.values()];
  }

  /** The rectangle that covers the most from the row that needs the most; undefined: nothing is left to cover. */
  next(): Cells | undefined {
    const seed = this.neediest();
    if (seed === undefined) return undefined;
    const mine = this.available[seed] as Uint32Array;
    const need = this.needed[seed] as Uint32Array;
    let best: Uint32Array = mine;
    let most = this.gainOf(mine);
    for (const others of this.available) {
      if (!meet(others, need)) continue;
      const shared = and(mine, others);
      const gain = this.gainOf(shared);
      if (gain > most) [best, most] = [shared, gain];
    }
    return this.take(best);
  }

  private neediest(): number | undefined {
    let row: number | undefined;
    let most = 0;
    this.needy = this.needy.filter((at) => {
      const need = this.needed[at] as Uint32Array;
      const count = countAnd(need, need);
      if (count > most) [row, most] = [at, count];
      return count > 0;
    });
    return row;
  }

  private gainOf(columns: Uint32Array): number {
    let gain = 0;
    for (const row of this.needy) {
      if (isSubset(columns, this.available[row] as Uint32Array)) gain += countAnd(columns, this.needed[row] as Uint32Array);
    }
    return gain;
  }

  private take(columns: Uint32Array): Cells {
    const places = [...this.rows.keys()].filter((row) => isSubset(columns, this.available[row] as Uint32Array));
    const shared = places.map((row) => this.available[row] as Uint32Array).reduce(and);
    for (const row of places) {
      const need = this.needed[row] as Uint32Array;
      for (let i = 0; i < need.length; i++) need[i] = (need[i] as number) & ~(shared[i] as number);
    }
    return { rows: places.map((place) => this.rows[place] as number), columns: membersOf(shared, this.columns) };
  }
}

type Cells = Pick<Rectangle, "rows" | "columns">;

function forEachCell({ rows, columns }: Cells, visit: (row: number, column: number) => void): void {
  for (const row of rows) for (const column of columns) visit(row, column);
}

/** Leaves out the rows and columns in which a rectangle adds nothing to the others, and rectangles that add nothing at all: smallest first. */
function trimmed(found: readonly Rectangle[], table: readonly Uint32Array[], values: CellValues): readonly Rectangle[] {
  const over = table.map(() => new Map<number, Set<Rectangle>>());
  for (const rectangle of found) {
    forEachCell(rectangle, (row, column) => {
      const mine = over[row]?.get(column) ?? new Set();
      over[row]?.set(column, mine.add(rectangle));
    });
  }
  const trimmer = new Trimmer(over, table, values);
  const area = ({ rows, columns }: Cells): number => rows.length * columns.length;
  const left = new Map<Rectangle, Rectangle>();
  for (const rectangle of [...found].sort((a, b) => area(a) - area(b))) left.set(rectangle, trimmer.trim(rectangle));
  return found.map((rectangle) => left.get(rectangle) as Rectangle).filter((rectangle) => area(rectangle) > 0);
}

class Trimmer {
  constructor(
    /** By row and column: the rectangles that stand there. */
    private readonly over: readonly Map<number, Set<Rectangle>>[],
    private readonly table: readonly Uint32Array[],
    private readonly values: CellValues,
  ) {}

  trim(rectangle: Rectangle): Rectangle {
    const { rows, columns } = rectangle;
    const idleRows = new Set(rows.filter((row) => this.areIdle(rectangle, { rows: [row], columns })));
    this.remove(rectangle, { rows: [...idleRows], columns });
    const keptRows = rows.filter((row) => !idleRows.has(row));
    const idleColumns = new Set(columns.filter((column) => this.areIdle(rectangle, { rows: keptRows, columns: [column] })));
    this.remove(rectangle, { rows: keptRows, columns: [...idleColumns] });
    return { ...rectangle, rows: keptRows, columns: columns.filter((column) => !idleColumns.has(column)) };
  }

  /** Whether the cells are what they should be without the rectangle. Where nothing matters, the rectangle may as well stay. */
  private areIdle(rectangle: Rectangle, { rows, columns }: Cells): boolean {
    let matters = false;
    for (const row of rows) {
      for (const column of columns) {
        if (this.table[row]?.[column] === this.values.anything) continue;
        if (!this.isIdle(rectangle, row, column)) return false;
        matters = true;
      }
    }
    return matters || rows.length === 0 || columns.length === 0;
  }

  private isIdle(rectangle: Rectangle, row: number, column: number): boolean {
    let all = this.values.none;
    for (const other of this.over[row]?.get(column) ?? []) if (other !== rectangle) all = this.values.union(all, other.value);
    return all === this.table[row]?.[column];
  }

  private remove(rectangle: Rectangle, cells: Cells): void {
    forEachCell(cells, (row, column) => this.over[row]?.get(column)?.delete(rectangle));
  }
}

const hasBit = (bits: Uint32Array, member: number): boolean => (((bits[member >>> 5] as number) >>> (member & 31)) & 1) === 1;

function setBit(bits: Uint32Array, member: number): void {
  bits[member >>> 5] = (bits[member >>> 5] as number) | (1 << (member & 31));
}

function and(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i++) both[i] = (a[i] as number) & (b[i] as number);
  return both;
}

function meet(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (((a[i] as number) & (b[i] as number)) !== 0) return true;
  return false;
}

function isSubset(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (((a[i] as number) & ~(b[i] as number)) !== 0) return false;
  return true;
}

function countAnd(a: Uint32Array, b: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    for (let word = (a[i] as number) & (b[i] as number); word !== 0; word &= word - 1) count++;
  }
  return count;
}

const membersOf = (bits: Uint32Array, size: number): readonly number[] =>
  Array.from({ length: size }, (_, member) => member).filter((member) => hasBit(bits, member));
