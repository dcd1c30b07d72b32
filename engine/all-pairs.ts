import { type Bound, Columns } from "./columns";
import type { ConnectionTable } from "./connection-table";
import type { Interpretation } from "./interpretation";
import type { Partition } from "./partition";
import type { PodGroup } from "./pod-groups";
import type { Row } from "./rows";
import type { Universe } from "./universe";

/** Every pair of pod groups of one interpretation, a whole source at a time: its egress row met with what each destination lets in. */
export class AllPairs {
  private readonly columns: Readonly<Record<Bound, Columns>>;

  constructor(
    private readonly interpretation: Interpretation,
    private readonly table: ConnectionTable,
    universe: Universe,
  ) {
    const possible = new Columns(interpretation, universe, "possible");
    const isExact = universe.groups.all.every((group) => {
      const row = interpretation.row(group, "ingress");
      return row.certain === row.possible;
    });
    this.columns = { possible, certain: isExact ? possible : new Columns(interpretation, universe, "certain") };
  }

  /** What flows from the group to each group. Values at addresses mean nothing. */
  from(source: PodGroup): Row {
    const egress = this.interpretation.row(source, "egress");
    const both = (bound: Bound): Partition => egress[bound].zip(this.columns[bound].at(source), (a, b) => this.table.intersect(a, b));
    const possible = both("possible");
    const isExact = this.columns.certain === this.columns.possible && egress.certain === egress.possible;
    return { possible, certain: isExact ? possible : both("certain") };
  }
}
