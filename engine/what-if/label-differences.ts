import type { ConnectionDifference, DiffEnd } from "../diff/diff";
import type { Evaluation } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import { workloadIndex } from "../matching/workload-index";
import type { Direction, Workload } from "../model";
import { type Connections, reachability, type Reachability } from "../reachability";
import type { Row } from "../rows/rows";
import type { AffectedWorkload } from "./label-change";
import type { LabelEffect } from "./label-effects";

/** Two ends between which something else may flow than before. What causes it is the label, so that no causes are told. */
export type LabelDifference = Omit<ConnectionDifference, "causes">;

/**
 * The connections that a label change alters.
 *
 * Only pairs that an effect concerns are compared, which is enough: what flows between two ends depends on the policies that apply to them
 * and on the peers that match them. Where a policy begins or ceases to apply to a workload, the ends at which its own row changes are concerned,
 * addresses too; where a peer begins or ceases to match it, the workloads the policy applies to are.
 */
export class LabelDifferences {
  private readonly old: Reachability;
  private readonly fresh: Reachability;
  private readonly changed: ReadonlyMap<Workload, Workload>;
  private readonly compared = new Map<Workload, Set<Workload>>();

  constructor(
    private readonly before: Evaluation,
    private readonly after: Evaluation,
    affected: readonly AffectedWorkload[],
  ) {
    this.old = reachability(before);
    this.fresh = reachability(after);
    this.changed = new Map(affected.map((each) => [each.before, each.after]));
  }

  /** What changes for one workload, given all effects on it. Pairs that were told for another workload are not told again. */
  of({ before: workload }: AffectedWorkload, effects: readonly LabelEffect[]): readonly LabelDifference[] {
    return (["egress", "ingress"] as const).flatMap((direction) => {
      const isSubject = effects.some((effect) => effect.peer === undefined && effect.direction === direction);
      const turned = this.subjectsOf(effects, opposite[direction]);
      const others = isSubject ? this.othersOf(workload, direction, new Set(turned)) : turned;
      const pairs = others.flatMap((other) =>
        direction === "egress" ? this.betweenWorkloads(workload, other) : this.betweenWorkloads(other, workload),
      );
      return isSubject ? [...pairs, ...this.withAddresses(workload, direction)] : pairs;
    });
  }

  /** The workloads at which the row of one changes, and those given. */
  private othersOf(workload: Workload, direction: Direction, turned: ReadonlySet<Workload>): readonly Workload[] {
    const [was, is] = [this.rowsOf(this.before, workload, direction), this.rowsOf(this.after, this.now(workload), direction)];
    // Connections of two evaluations from the beginning have no numbers in common.
    const isComparable = this.before.table === this.after.table && was.length === is.length;
    return this.before.cluster.workloads.filter((other) => {
      if (!isComparable || turned.has(other)) return true;
      const places = this.before.universe.groups.ofWorkload(other);
      const placesNow = this.after.universe.groups.ofWorkload(this.now(other));
      if (places.length !== placesNow.length) return true;
      return places.some(({ index }, at) => {
        const now = (placesNow[at] as PodGroup).index;
        return was.some(({ certain, possible }, row) => {
          const fresh = is[row] as Row;
          return certain.at(index) !== fresh.certain.at(now) || possible.at(index) !== fresh.possible.at(now);
        });
      });
    });
  }

  private rowsOf({ universe, interpretations }: Evaluation, workload: Workload, direction: Direction): readonly Row[] {
    return universe.groups.ofWorkload(workload).flatMap((group) => interpretations.map((each) => each.row(group, direction)));
  }

  /** The workloads that policies with a turned peer apply to, in the direction of the peer's rule. */
  private subjectsOf(effects: readonly LabelEffect[], direction: Direction): readonly Workload[] {
    const { policies, workloads } = this.before.cluster;
    const turned = effects.filter((effect) => effect.peer !== undefined && effect.direction === direction);
    const places = (list: LabelEffect["list"]) => new Set(turned.filter((effect) => effect.list === list).map(({ index }) => index));
    const [own, wide] = [places("policies"), places("clusterPolicies")];
    const namespaces = new Set([...own].flatMap((index) => policies[index]?.namespace ?? []));
    const nearby = [...namespaces].flatMap((namespace) => workloadIndex(this.before).inNamespace(namespace));
    const candidates = new Set(wide.size > 0 ? workloads : nearby);
    return [...candidates].filter((workload) => this.isSubjectOf(workload, direction, own, wide));
  }

  private isSubjectOf(workload: Workload, direction: Direction, own: ReadonlySet<number>, wide: ReadonlySet<number>): boolean {
    const { universe, interpretations } = this.before;
    return universe.groups.ofWorkload(workload).some((group) =>
      interpretations.some((interpretation) => {
        const { networkPolicies, clusterPolicies } = interpretation.appliesTo(group, direction);
        return networkPolicies.some(({ policy }) => own.has(policy)) || clusterPolicies.some(({ policy }) => wide.has(policy));
      }),
    );
  }

  private betweenWorkloads(from: Workload, to: Workload): readonly LabelDifference[] {
    const compared = this.compared.get(from) ?? new Set<Workload>();
    if (compared.has(to)) return [];
    this.compared.set(from, compared.add(to));
    const [newFrom, newTo] = [this.now(from), this.now(to)];
    const [was, is] = [this.old.between(from, to), this.fresh.between(newFrom, newTo)];
    return difference({ kind: "workload", workload: newFrom }, { kind: "workload", workload: newTo }, was, is);
  }

  private withAddresses(workload: Workload, direction: Direction): readonly LabelDifference[] {
    const after = this.fresh.withAddresses(this.now(workload), direction);
    const pod: DiffEnd = { kind: "workload", workload: this.now(workload) };
    return this.old.withAddresses(workload, direction).flatMap((was) =>
      after.flatMap((is) => {
        const outside: DiffEnd = { kind: "addresses", addresses: was.addresses.intersect(is.addresses) };
        if (outside.addresses.isEmpty) return [];
        const [from, to] = direction === "egress" ? [pod, outside] : [outside, pod];
        return difference(from, to, was.connections, is.connections);
      }),
    );
  }

  private now(workload: Workload): Workload {
    return this.changed.get(workload) ?? workload;
  }
}

const opposite: Readonly<Record<Direction, Direction>> = { ingress: "egress", egress: "ingress" };

function difference(from: DiffEnd, to: DiffEnd, before: Connections, after: Connections): readonly LabelDifference[] {
  if (before.certain.equals(after.certain) && before.possible.equals(after.possible)) return [];
  const kind = before.possible.isEmpty ? "added" : after.possible.isEmpty ? "removed" : "changed";
  const [opened, closed] = [after.possible.subtract(before.possible), before.possible.subtract(after.possible)];
  return [{ kind, from, to, before, after, opened, closed }];
}
