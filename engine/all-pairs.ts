import type { ConnectionTable } from "./connection-table";
import type { Interpretation } from "./interpretation";
import { type Mention, Mentions } from "./mentions";
import { type Change, Partition } from "./partition";
import type { PodGroup } from "./pod-groups";
import type { Row } from "./rows";
import type { IndexSet } from "./sets/index-set";
import type { Universe } from "./universe";

type Bound = "certain" | "possible";

/**
 * Every pair of pod groups of one interpretation, a whole source at a time. A destination's ingress row says which sources may enter; turned
 * round once, the rows say for each source where it may enter, and that meets the source's own egress row. Sources that no policy tells
 * apart share one result.
 */
export class AllPairs {
  private readonly columns: Record<Bound, Columns>;
  private readonly rows = new Map<string, Row>();

  constructor(
    private readonly interpretation: Interpretation,
    private readonly table: ConnectionTable,
    universe: Universe,
  ) {
    const possible = new Columns(interpretation, universe, "possible");
    const isExact = possible.rows.every(({ row }) => row.certain === row.possible);
    this.columns = { possible, certain: isExact ? possible : new Columns(interpretation, universe, "certain") };
  }

  /** What flows from the group to each group. */
  from(source: PodGroup): Row {
    const { certain, possible } = this.columns;
    const signature = `${this.interpretation.signatureOf(source, "egress")}#${possible.signatureOf(source)}#${certain.signatureOf(source)}`;
    const known = this.rows.get(signature);
    if (known !== undefined) return known;
    const egress = this.interpretation.row(source, "egress");
    const both = (bound: Bound): Partition => egress[bound].zip(this.columns[bound].at(source), (a, b) => this.table.intersect(a, b));
    const whole = both("possible");
    const isExact = certain === possible && egress.certain === egress.possible;
    const row = { possible: whole, certain: isExact ? whole : both("certain") };
    this.rows.set(signature, row);
    return row;
  }
}

/** A row of ingress, and the groups that have it. */
interface SharedRow {
  readonly row: Row;
  readonly destinations: IndexSet;
}

/** The ingress rows turned round: for a source, what each destination lets in from it. */
class Columns {
  readonly rows: readonly SharedRow[];
  /** What destinations let in from sources that their row does not mention. */
  private readonly base: Partition;
  private readonly mentions: Mentions;
  private readonly columns = new Map<number, Partition>();

  constructor(interpretation: Interpretation, universe: Universe, bound: Bound) {
    this.rows = sharedRows(interpretation, universe);
    const changes: Change[] = [];
    const mentions: Mention[] = [];
    for (const { row, destinations } of this.rows) {
      const partition = row[bound];
      changes.push({ where: destinations, to: () => partition.rest });
      const members = destinations.toArray();
      for (const [connections, sources] of partition.parts) mentions.push({ sources, connections, destinations: members });
    }
    this.base = Partition.constant(universe.size, 0).after(changes);
    this.mentions = new Mentions(universe.groups.all.length, mentions);
  }

  /** Sources with one signature have one column. */
  signatureOf({ index }: PodGroup): number {
    return this.mentions.signatureOf(index);
  }

  at(source: PodGroup): Partition {
    const signature = this.signatureOf(source);
    const known = this.columns.get(signature);
    if (known !== undefined) return known;
    const column = this.base.with(this.mentions.of(source.index));
    this.columns.set(signature, column);
    return column;
  }
}

function sharedRows(interpretation: Interpretation, universe: Universe): readonly SharedRow[] {
  const members = new Map<Row, number[]>();
  for (const group of universe.groups.all) {
    const row = interpretation.row(group, "ingress");
    const known = members.get(row);
    if (known === undefined) members.set(row, [group.index]);
    else known.push(group.index);
  }
  return [...members].map(([row, list]) => ({ row, destinations: universe.of(list) }));
}
