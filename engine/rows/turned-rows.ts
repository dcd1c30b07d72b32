import type { Column } from "./columns";
import type { ConnectionId } from "./connection-table";
import { Partition } from "./partition";
import type { Universe } from "../matching/universe";

/** Ingress rows of all pod groups, turned round: for each source, the destinations that list it. Those to which it sends nothing are left out. */
export class TurnedRows {
  /** What destinations let in from sources that their row does not list. */
  private readonly base: Partition;
  /** The entries of source s are those from `starts[s]` up to, not including, `starts[s + 1]`, destinations rising. */
  private readonly starts: Uint32Array;
  private readonly destinations: Uint32Array;
  private readonly values: Uint32Array;

  /** `ingress` and `egress` hold a row for each pod group; `nothing` is the value for nothing at all. */
  constructor(universe: Universe, nothing: ConnectionId, ingress: readonly Partition[], egress: readonly Partition[]) {
    this.base = byCommonest(
      universe,
      ingress.map(({ rest }) => rest),
    );
    const senders = new Senders(egress, nothing);
    this.starts = startsOf(ingress, senders);
    this.destinations = new Uint32Array(this.starts[ingress.length] ?? 0);
    this.values = new Uint32Array(this.destinations.length);
    const next = this.starts.slice();
    for (const [destination, row] of ingress.entries()) this.turn(row, destination, senders.to(destination), next);
  }

  at(source: number): Column {
    const [from, to] = [this.starts[source], this.starts[source + 1]];
    const { base, starts } = this;
    return { base, destinations: this.destinations.subarray(from, to), values: this.values.subarray(from, to), groups: starts.length - 1 };
  }

  private turn({ members, values }: Partition, destination: number, { rowOf, marks }: Sending, next: Uint32Array): void {
    const { destinations, values: turned } = this;
    const sources = rowOf.length;
    for (let i = 0; i < members.length; i++) {
      const source = members[i] as number;
      // Pod groups come first in the universe; what follows are addresses, which are asked about on their own.
      if (source >= sources) return;
      if (marks[rowOf[source] as number] !== destination) continue;
      const at = next[source] as number;
      destinations[at] = destination;
      turned[at] = values[i] as number;
      next[source] = at + 1;
    }
  }
}

/** Which egress rows send something to one destination: those that are marked with it. */
interface Sending {
  /** For each pod group, the number of its egress row. */
  readonly rowOf: Uint32Array;
  /** For each row, a destination. */
  readonly marks: Uint32Array;
}

/** Who sends anything to a destination, asked for one destination after the other. */
class Senders {
  private readonly rowOf: Uint32Array;
  private readonly marks: Uint32Array;
  /** The rows that list destination d are those from `starts[d]` up to, not including, `starts[d + 1]`. */
  private readonly starts: Uint32Array;
  private readonly rows: Uint32Array;

  constructor(egress: readonly Partition[], nothing: ConnectionId) {
    // Rows that send to whom they do not list are not told apart: as row 0 they are counted as senders to everybody.
    const numbers = new Map<Partition, number>();
    this.rowOf = Uint32Array.from(egress, (row) => {
      if (row.rest !== nothing) return 0;
      const number = numbers.get(row) ?? numbers.size + 1;
      numbers.set(row, number);
      return number;
    });
    this.marks = new Uint32Array(numbers.size + 1);
    this.starts = countedStarts(numbers.keys(), egress.length);
    this.rows = new Uint32Array(this.starts[egress.length] ?? 0);
    const next = this.starts.slice();
    for (const [{ members }, row] of numbers) this.list(members, row, next);
  }

  /** What is given back is good until the next destination is asked about. */
  to(destination: number): Sending {
    const { rowOf, marks, starts, rows } = this;
    // As no row may be marked by chance, all are marked with what is no destination first.
    if (destination === 0) marks.fill(rowOf.length);
    marks[0] = destination;
    const end = starts[destination + 1] as number;
    for (let at = starts[destination] as number; at < end; at++) marks[rows[at] as number] = destination;
    return { rowOf, marks };
  }

  private list(members: Uint32Array, row: number, next: Uint32Array): void {
    const destinations = this.rowOf.length;
    for (let i = 0; i < members.length && (members[i] as number) < destinations; i++) {
      const destination = members[i] as number;
      const at = next[destination] as number;
      this.rows[at] = row;
      next[destination] = at + 1;
    }
  }
}

/** For each source, how many entries all sources before it have together. */
function startsOf(rows: readonly Partition[], senders: Senders): Uint32Array {
  const starts = new Uint32Array(rows.length + 1);
  for (const [destination, { members }] of rows.entries()) countSenders(members, destination, senders.to(destination), starts);
  return summed(starts);
}

/** Counts each source one place further on: where those before it have been counted, its entries begin. */
function countSenders(members: Uint32Array, destination: number, { rowOf, marks }: Sending, counts: Uint32Array): void {
  const sources = rowOf.length;
  for (const source of members) {
    if (source >= sources) return;
    if (marks[rowOf[source] as number] === destination) counts[source + 1] = (counts[source + 1] as number) + 1;
  }
}

/** For each of the first members, how often rows list those before it. */
function countedStarts(rows: Iterable<Partition>, end: number): Uint32Array {
  const starts = new Uint32Array(end + 1);
  for (const { members } of rows) {
    for (let i = 0; i < members.length && (members[i] as number) < end; i++) {
      const after = (members[i] as number) + 1;
      starts[after] = (starts[after] as number) + 1;
    }
  }
  return summed(starts);
}

/** Each number with all before it. */
function summed(numbers: Uint32Array): Uint32Array {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    sum += numbers[i] as number;
    numbers[i] = sum;
  }
  return numbers;
}

/** A value for each pod group, with the commonest as the rest. */
function byCommonest(universe: Universe, values: readonly number[]): Partition {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [commonest] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
  return Partition.of(universe.size, commonest, Uint32Array.from(values.keys()), Uint32Array.from(values));
}
