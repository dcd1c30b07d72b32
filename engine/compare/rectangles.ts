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
  const occurring = new Set(table.flatMap((row) => [...new Set(row)]));
  occurring.delete(values.none);
  occurring.delete(values.anything);
  const covered = table.map(() => new Uint32Array(columns).fill(values.none));
  const found: Rectangle[] = [];
  for (const value of [...occurring].sort((a, b) => values.sizeOf(a) - values.sizeOf(b))) {
    const holders = new Set([values.anything, ...[...occurring].filter((other) => values.isWithin(value, other))]);
    const layer = new Layer(table, covered, columns, value, holders);
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

/** The cells of one value: where it may stand, and where it still has to. */
class Layer {
  /** By row: columns whose cell holds the value or more. */
  private readonly available: readonly Uint32Array[];
  /** By row: columns whose cell is the value and is not covered yet. */
  private readonly needed: readonly Uint32Array[];

  constructor(
    table: readonly Uint32Array[],
    covered: readonly Uint32Array[],
    private readonly columns: number,
    value: number,
    holders: ReadonlySet<number>,
  ) {
    this.available = table.map((row) => bitsWhere(columns, (column) => holders.has(row[column] as number)));
    this.needed = table.map((row, at) =>
      bitsWhere(columns, (column) => row[column] === value && (covered[at] as Uint32Array)[column] !== value),
    );
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
      const shared = and(mine, others);
      if (countAnd(shared, need) === 0) continue;
      const gain = this.gainOf(shared);
      if (gain > most) [best, most] = [shared, gain];
    }
    return this.take(best);
  }

  private neediest(): number | undefined {
    let row: number | undefined;
    let most = 0;
    for (const [at, need] of this.needed.entries()) {
      const count = countAnd(need, need);
      if (count > most) [row, most] = [at, count];
    }
    return row;
  }

  private gainOf(columns: Uint32Array): number {
    let gain = 0;
    for (const [row, available] of this.available.entries()) {
      if (isSubset(columns, available)) gain += countAnd(columns, this.needed[row] as Uint32Array);
    }
    return gain;
  }

  private take(columns: Uint32Array): Cells {
    const rows = [...this.available.keys()].filter((row) => isSubset(columns, this.available[row] as Uint32Array));
    const shared = rows.map((row) => this.available[row] as Uint32Array).reduce(and);
    for (const row of rows) {
      const need = this.needed[row] as Uint32Array;
      for (let i = 0; i < need.length; i++) need[i] = (need[i] as number) & ~(shared[i] as number);
    }
    return { rows, columns: membersOf(shared, this.columns) };
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
    const places = rows.flatMap((row) => columns.map((column) => [row, column] as const));
    const mattering = places.filter(([row, column]) => this.table[row]?.[column] !== this.values.anything);
    return (mattering.length > 0 || places.length === 0) && mattering.every(([row, column]) => this.isIdle(rectangle, row, column));
  }

  private isIdle(rectangle: Rectangle, row: number, column: number): boolean {
    const others = [...(this.over[row]?.get(column) ?? [])].filter((other) => other !== rectangle);
    return others.reduce((all, { value }) => this.values.union(all, value), this.values.none) === this.table[row]?.[column];
  }

  private remove(rectangle: Rectangle, cells: Cells): void {
    forEachCell(cells, (row, column) => this.over[row]?.get(column)?.delete(rectangle));
  }
}

function bitsWhere(size: number, isIn: (member: number) => boolean): Uint32Array {
  const bits = new Uint32Array(Math.ceil(size / 32));
  for (let member = 0; member < size; member++) {
    if (isIn(member)) bits[member >>> 5] = (bits[member >>> 5] as number) | (1 << (member & 31));
  }
  return bits;
}

const and = (a: Uint32Array, b: Uint32Array): Uint32Array => a.map((word, i) => word & (b[i] as number));

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
  Array.from({ length: size }, (_, member) => member).filter((member) => (((bits[member >>> 5] as number) >>> (member & 31)) & 1) === 1);
