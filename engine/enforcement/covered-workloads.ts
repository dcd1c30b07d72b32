import type { Evaluation } from "../evaluation";
import { directions, type NetworkPolicy, type Workload } from "../model";
import { everyDeviation, type Deviation } from "../vpc-cni/deviation";
import { enforcementOf } from "../vpc-cni/enforcement";
import type { CniSettings } from "../vpc-cni/settings";
import type { Ternary } from "../selector";

/** A workload that policies select, and on whose pods they are not enforced, or perhaps not. */
export interface UncoveredWorkload {
  readonly workload: Workload;
  readonly policies: readonly NetworkPolicy[];
  readonly isEnforced: Exclude<Ternary, "yes">;
  readonly because: readonly Deviation[];
}

/** The workloads that policies select and the node agent does not look after: Fargate, Windows, the host network. */
export function uncoveredWorkloads(evaluation: Evaluation, settings: CniSettings): readonly UncoveredWorkload[] {
  const perWorkload = new Set<Deviation>([...everyDeviation].filter((each) => each === "L-02" || each === "L-06"));
  return evaluation.cluster.workloads.flatMap((workload) => {
    const { isEnforced, because } = enforcementOf(settings, workload, perWorkload);
    if (isEnforced === "yes") return [];
    const policies = policiesOf(evaluation, workload);
    return policies.length === 0 ? [] : [{ workload, policies, isEnforced, because }];
  });
}

const known = new WeakMap<Evaluation, Map<Workload, readonly NetworkPolicy[]>>();

/** The NetworkPolicies that select a workload, or may; worked out once for all rules. */
export function policiesOf(evaluation: Evaluation, workload: Workload): readonly NetworkPolicy[] {
  const memory = known.get(evaluation) ?? new Map<Workload, readonly NetworkPolicy[]>();
  known.set(evaluation, memory);
  const found = memory.get(workload) ?? selecting(evaluation, workload);
  memory.set(workload, found);
  return found;
}

function selecting({ cluster, universe, interpretations }: Evaluation, workload: Workload): readonly NetworkPolicy[] {
  const places = new Set<number>();
  for (const group of universe.groups.ofWorkload(workload)) {
    const applied = interpretations.flatMap((each) => directions.flatMap((direction) => each.appliesTo(group, direction).networkPolicies));
    for (const { policy } of applied) places.add(policy);
  }
  return [...places].flatMap((place) => cluster.policies[place] ?? []);
}
