import type { ConnectionTable } from "../rows/connection-table";
import type { Differing } from "./divergence";
import type { ComparedRows } from "./divergent-classes";

/** Tells what two rows say otherwise about one end; each difference is worked out once, and equal ones are one object. */
export class RowDifferences {
  private readonly known = new Map<string, Differing | undefined>();
  private readonly distinct = new Map<string, Differing>();

  constructor(private readonly table: ConnectionTable) {}

  /** Undefined: nothing can be told apart. */
  at({ specified, enforced }: ComparedRows, index: number): Differing | undefined {
    const wanted = [specified.certain.at(index), specified.possible.at(index)] as const;
    const found = [enforced.certain.at(index), enforced.possible.at(index)] as const;
    const key = `${String(wanted[0])} ${String(wanted[1])} ${String(found[0])} ${String(found[1])}`;
    if (this.known.has(key)) return this.known.get(key);
    const differing = this.between(wanted, found);
    this.known.set(key, differing);
    return differing;
  }

  private between(wanted: readonly [certain: number, possible: number], found: readonly [certain: number, possible: number]) {
    const { table } = this;
    const opened = table.subtract(found[0], wanted[1]);
    const closed = table.subtract(wanted[0], found[1]);
    const undecided = table.subtract(table.subtract(found[1], found[0]), table.subtract(wanted[1], wanted[0]));
    if ([opened, closed, undecided].every((each) => each === table.none)) return undefined;
    const key = [opened, closed, undecided].join(" ");
    const known = this.distinct.get(key) ?? { opened: table.set(opened), closed: table.set(closed), undecided: table.set(undecided) };
    this.distinct.set(key, known);
    return known;
  }
}
