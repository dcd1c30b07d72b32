import type { Evaluation } from "../evaluation";
import type { Direction } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import type { Exposed } from "./exposed";
import { allowingRules, ByPolicy, type PolicyEntry } from "./by-policy";
import { type InternetReach, internetIndex } from "./internet";
import { outsideFamilies } from "./outside";
import type { LintContext } from "./rule";
import { workloadsIn } from "./selected-pods";
import { addressEnd, flowOf, proven, samplePort } from "./witness";
import { ConnectionSet } from "../sets/connection-set";

/** A policy that opens isolated pods to the internet at large, or the internet to them. */
export interface InternetOpening extends PolicyEntry {
  /** What flows. */
  readonly connections: ConnectionSet;
  /** The same for each of its workloads. */
  readonly exposed: readonly Required<Exposed>[];
}

/** Whether a NetworkPolicy certainly isolates a pod group, in every reading. */
export const isIsolated = ({ interpretations }: Evaluation, group: PodGroup, direction: Direction): boolean =>
  interpretations.every((each) => each.appliesTo(group, direction).networkPolicies.some(({ isCertain }) => isCertain));

/** The policies that let isolated pods exchange something with the internet at large, by exposure and not by what is written. */
export function openToInternet(context: LintContext, direction: Direction): readonly InternetOpening[] {
  const { evaluation } = context;
  const index = internetIndex(evaluation, outsideFamilies(context));
  const byReach = new Map<InternetReach, PodGroup[]>();
  for (const group of evaluation.universe.groups.all) {
    if (evaluation.universe.groups.workloadsIn(group).length === 0 || !isIsolated(evaluation, group, direction)) continue;
    const reach = index.reachOf(group, direction);
    if (reach !== undefined) byReach.set(reach, [...(byReach.get(reach) ?? []), group]);
  }
  const openings = new ByPolicy();
  const found = new Map<string, Required<Exposed>[]>();
  for (const [reach, groups] of byReach) add(evaluation, direction, { reach, groups }, openings, found);
  return openings.all().map((entry) => {
    const exposed = found.get(JSON.stringify(entry.policy)) ?? [];
    return { ...entry, exposed, connections: exposed.reduce((all, { connections }) => all.union(connections), ConnectionSet.none) };
  });
}

function add(
  evaluation: Evaluation,
  direction: Direction,
  { reach, groups }: { readonly reach: InternetReach; readonly groups: readonly PodGroup[] },
  openings: ByPolicy,
  found: Map<string, Required<Exposed>[]>,
): void {
  const workloads = workloadsIn(evaluation, groups);
  const [workload] = workloads;
  const port = samplePort(reach.connections, direction === "ingress" ? workload : undefined);
  if (workload === undefined || port === undefined) return;
  const witness = proven(evaluation, flowOf(workload, direction, addressEnd(reach.address), port), "allowed");
  if (witness === undefined) return;
  const rules = allowingRules(witness.verdict, direction);
  for (const policy of new Set(rules.map((rule) => rule.policy))) {
    const key = JSON.stringify(policy);
    found.set(key, [...(found.get(key) ?? []), { workloads, connections: reach.connections }]);
    openings.add(policy, workloads, witness, rules);
  }
}
