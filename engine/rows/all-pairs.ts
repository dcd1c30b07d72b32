import type { Bound } from "./columns";
import type { ConnectionTable } from "./connection-table";
import type { Interpretation } from "../interpretation";
import type { Partition } from "./partition";
import type { PodGroup } from "../matching/pod-groups";
import type { Row } from "./rows";

/** What flows from a group to each group in one interpretation: its egress row met with what each destination lets in. Values at addresses mean nothing. */
export function pairsFrom(interpretation: Interpretation, table: ConnectionTable, source: PodGroup): Row {
  const egress = interpretation.row(source, "egress");
  const both = (bound: Bound): Partition => egress[bound].zip(interpretation.columns(bound).at(source), (a, b) => table.intersect(a, b));
  const possible = both("possible");
  const isExact = egress.certain === egress.possible && interpretation.isIngressExact();
  return { possible, certain: isExact ? possible : both("certain") };
}
