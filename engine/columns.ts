import type { Interpretation } from "./interpretation";
import { Partition } from "./partition";
import type { PodGroup } from "./pod-groups";
import type { Universe } from "./universe";

/** The two bounds of every answer. */
export type Bound = "certain" | "possible";

/**
 * Ingress seen from the source. A destination's row says which sources may enter; turned round once for all, the rows say for each source
 * what each destination lets in. There can be millions of entries, so they are kept in flat arrays.
 */
export class Columns {
  /** What destinations let in from sources that their row does not list. */
  private readonly base: Partition;
  /** The entries of source s are those from `starts[s]` up to, not including, `starts[s + 1]`, destinations rising. */
  private readonly starts: Uint32Array;
  private readonly destinations: Uint32Array;
  private readonly values: Uint32Array;

  constructor(interpretation: Interpretation, universe: Universe, bound: Bound) {
    const groups = universe.groups.all;
    const rows = groups.map((group) => interpretation.row(group, "ingress")[bound]);
    this.base = restsOf(rows, universe);
    this.starts = startsOf(rows, groups.length);
    this.destinations = new Uint32Array(this.starts[groups.length] ?? 0);
    this.values = new Uint32Array(this.destinations.length);
    const next = this.starts.slice();
    for (let destination = 0; destination < rows.length; destination++) this.turn(rows[destination] as Partition, destination, next);
  }

  /** What each destination lets in from a source. */
  at({ index }: PodGroup): Partition {
    const [from, to] = [this.starts[index], this.starts[index + 1]];
    return this.base.overlaid(this.destinations.subarray(from, to), this.values.subarray(from, to));
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
function startsOf(rows: readonly Partition[], sources: number): Uint32Array {
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

/** The rest of each destination's row, with the commonest of them as the rest. */
function restsOf(rows: readonly Partition[], universe: Universe): Partition {
  const counts = new Map<number, number>();
  for (const { rest } of rows) counts.set(rest, (counts.get(rest) ?? 0) + 1);
  const [commonest] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
  return Partition.of(
    universe.size,
    commonest,
    Uint32Array.from(rows.keys()),
    Uint32Array.from(rows, ({ rest }) => rest),
  );
}
