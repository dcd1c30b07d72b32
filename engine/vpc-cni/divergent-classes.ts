import type { Interpretation } from "../interpretation";
import type { PodGroup } from "../matching/pod-groups";
import type { Direction, Workload } from "../model";
import type { Row } from "../rows/rows";
import { IndexSet } from "../sets/index-set";
import type { Partition } from "../rows/partition";
import { SimplePolicies } from "./simple-policies";
import type { CniEvaluator } from "./vpc-cni";

/** Workloads with the same rows in one direction. */
export interface DivergentSubjects {
  readonly workloads: readonly Workload[];
  /** The classes of ends with which the two rows differ. */
  readonly others: IndexSet;
  /** The two rows, where all of their pods are of one class and read in one way. Absent where they are known to be alike without a look. */
  readonly rows?: ComparedRows;
}

/** What both evaluators let through between one class of pods and each other end. */
export interface ComparedRows {
  readonly specified: Row;
  readonly enforced: Row;
}

interface Draft extends DivergentSubjects {
  readonly workloads: Workload[];
}

interface Differing extends Omit<DivergentSubjects, "workloads"> {
  readonly key: string;
}

/** Without port names, the policies that apply are all that decides. */
const policiesKey = (interpretation: Interpretation, group: PodGroup, direction: Direction): string =>
  `by ${interpretation
    .appliesTo(group, direction)
    .networkPolicies.map(({ policy, isCertain }) => `${String(policy)}${isCertain ? "" : "?"}`)
    .join()}`;

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

  /** Workloads that a direction treats alike, with the classes of ends between which and their pods something else may flow in it. */
  in(direction: Direction): readonly DivergentSubjects[] {
    const found = new Map<string, Draft>();
    for (const workload of this.cni.cluster.workloads) {
      const { key, ...differing } = this.of(workload, direction);
      const same = found.get(key);
      if (same === undefined) found.set(key, { workloads: [workload], ...differing });
      else same.workloads.push(workload);
    }
    return [...found.values()];
  }

  /** Equal keys, equal rows in both. */
  private of(workload: Workload, direction: Direction): Differing {
    const { universe, interpretations } = this.cni.ground.evaluation;
    const parts = universe.groups.ofWorkload(workload).flatMap((group) =>
      interpretations.map((each): Differing => {
        if (this.isAlike(each, workload, group, direction)) return { key: policiesKey(each, group, direction), others: universe.none };
        const enforced = this.cni.rows.row(each, workload, group, direction);
        const specified = this.specifiedRow(each, workload, group, direction);
        const key = `${this.specified.rows.rowsIn(each).keyOf(group, direction)}/${String(this.numberOf(enforced))}`;
        return { key, others: this.between(specified, enforced), rows: { specified, enforced } };
      }),
    );
    const [first, ...more] = parts;
    if (first !== undefined && more.length === 0) return first;
    const others = parts.reduce((all, part) => all.union(part.others), universe.none);
    return { key: parts.map(({ key }) => key).join(" "), others };
  }

  /** Whether nothing that decides about the row is read in two ways, so that it need not be looked at. */
  private isAlike(interpretation: Interpretation, workload: Workload, group: PodGroup, direction: Direction): boolean {
    const { rows, settings } = this.cni;
    if (this.hasHosts || settings.mode !== "standard" || rows.enforcement(workload).isEnforced !== "yes") return false;
    const { networkPolicies, clusterPolicies } = interpretation.appliesTo(group, direction);
    const { lists, uncertain } = this.cni.ground;
    if (clusterPolicies.length > 0 || uncertain.size > 0) return false;
    if (networkPolicies.some(({ policy }) => policy >= lists.networkPolicies)) return false;
    const counts = networkPolicies.map(({ policy }) => this.simple.entries(policy, direction));
    if (counts.includes(undefined)) return false;
    const entries = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const cniRows = rows.rowsIn(interpretation);
    return entries <= cniRows.limit && rows.worlds(cniRows, workload, group).length === 1;
  }

  /** The specification's own row is mostly known; where the plugin reads more policies than that, it is one among other ends. */
  private specifiedRow(interpretation: Interpretation, workload: Workload, group: PodGroup, direction: Direction): Row {
    const { evaluation, specification } = this.cni.ground;
    return evaluation === specification
      ? interpretation.row(group, direction)
      : this.specified.rows.row(interpretation, workload, group, direction);
  }

  private between(specified: Row, enforced: Row): IndexSet {
    const key = `${String(this.numberOf(specified))}/${String(this.numberOf(enforced))}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const certain = this.differing(specified.certain, enforced.certain);
    const isExact = specified.certain === specified.possible && enforced.certain === enforced.possible;
    const found = isExact ? certain : certain.union(this.differing(specified.possible, enforced.possible));
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
    const known = this.numbers.get(row);
    if (known !== undefined) return known;
    this.numbers.set(row, this.numbers.size);
    return this.numbers.size - 1;
  }
}
