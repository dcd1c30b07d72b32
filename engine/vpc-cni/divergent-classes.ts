import type { Direction, Workload } from "../model";
import type { Row } from "../rows/rows";
import type { IndexSet } from "../sets/index-set";
import type { Partition } from "../rows/partition";
import type { CniEvaluator } from "./vpc-cni";

/** Finds, for each workload, the ends with which the plugin's map of connections differs from the specification's. */
export class DivergentClasses {
  private readonly specified: CniEvaluator;
  private readonly numbers = new Map<Row, number>();
  private readonly known = new Map<string, IndexSet>();

  constructor(private readonly cni: CniEvaluator) {
    this.specified = cni.withDeviations(new Set());
  }

  /** The classes of ends between which and the workload's pods something else may flow in this direction. */
  of(workload: Workload, direction: Direction): IndexSet {
    const { universe, interpretations } = this.cni.ground.evaluation;
    return universe.groups
      .ofWorkload(workload)
      .flatMap((group) =>
        interpretations.map((each) =>
          this.between(this.specified.rows.row(each, workload, group, direction), this.cni.rows.row(each, workload, group, direction)),
        ),
      )
      .reduce((all, one) => all.union(one), universe.none);
  }

  private between(specified: Row, enforced: Row): IndexSet {
    const key = `${String(this.numberOf(specified))}/${String(this.numberOf(enforced))}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const certain = this.differing(specified.certain, enforced.certain);
    const found = certain.union(this.differing(specified.possible, enforced.possible));
    this.known.set(key, found);
    return found;
  }

  private differing(one: Partition, other: Partition): IndexSet {
    const entries = one.zip(other, (a, b) => (a === b ? 0 : 1)).entries();
    return entries.find(([value]) => value === 1)?.[1] ?? this.cni.ground.evaluation.universe.none;
  }

  private numberOf(row: Row): number {
    const known = this.numbers.get(row) ?? this.numbers.size;
    this.numbers.set(row, known);
    return known;
  }
}
