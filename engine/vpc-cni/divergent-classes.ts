import type { Interpretation } from "../interpretation";
import type { PodGroup } from "../matching/pod-groups";
import type { Direction, Workload } from "../model";
import type { Row } from "../rows/rows";
import { IndexSet } from "../sets/index-set";
import type { Partition } from "../rows/partition";
import { SimplePolicies } from "./simple-policies";
import type { CniEvaluator } from "./vpc-cni";

/** Finds, for each workload, the ends with which the plugin's map of connections differs from the specification's. */
export class DivergentClasses {
  private readonly specified: CniEvaluator;
  private readonly simple: SimplePolicies;
  private readonly hasHosts: boolean;
  private readonly numbers = new Map<Row, number>();
  private readonly known = new Map<string, IndexSet>();

  constructor(private readonly cni: CniEvaluator) {
    const { cluster } = cni.ground.evaluation;
    this.specified = cni.withDeviations(new Set());
    this.simple = new SimplePolicies(cluster);
    this.hasHosts = cluster.workloads.some(({ hostNetwork }) => hostNetwork !== false);
  }

  /** The classes of ends between which and the workload's pods something else may flow in this direction. */
  of(workload: Workload, direction: Direction): IndexSet {
    const { universe, interpretations } = this.cni.ground.evaluation;
    return universe.groups
      .ofWorkload(workload)
      .flatMap((group) =>
        interpretations.map((each) =>
          this.isAlike(each, workload, group, direction)
            ? universe.none
            : this.between(this.specified.rows.row(each, workload, group, direction), this.cni.rows.row(each, workload, group, direction)),
        ),
      )
      .reduce((all, one) => all.union(one), universe.none);
  }

  /** Whether nothing that decides about the row is read in two ways, so that it need not be looked at. */
  private isAlike(interpretation: Interpretation, workload: Workload, group: PodGroup, direction: Direction): boolean {
    const { rows, settings } = this.cni;
    if (this.hasHosts || settings.mode !== "standard" || rows.enforcement(workload).isEnforced !== "yes") return false;
    const { networkPolicies, clusterPolicies } = interpretation.appliesTo(group, direction);
    if (clusterPolicies.length > 0) return false;
    const counts = networkPolicies.map(({ policy }) => this.simple.entries(policy, direction));
    if (counts.includes(undefined)) return false;
    const entries = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const cniRows = rows.rowsIn(interpretation);
    return entries <= cniRows.limit && rows.worlds(cniRows, workload, group).length === 1;
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
    const { all, none } = this.cni.ground.evaluation.universe;
    if (one === other) return none;
    // Members that are listed have another value than the rest, and there are only two values.
    const { rest, members } = one.zip(other, (a, b) => (a === b ? 0 : 1));
    const listed = members.length === 0 ? none : IndexSet.of(all.universe, members);
    return rest === 0 ? listed : all.subtract(listed);
  }

  private numberOf(row: Row): number {
    const known = this.numbers.get(row) ?? this.numbers.size;
    this.numbers.set(row, known);
    return known;
  }
}
