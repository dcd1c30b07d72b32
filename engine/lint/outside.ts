import type { Evaluation } from "../evaluation";
import { type Direction, isUnknown, type Outcome, type Workload } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import type { Family } from "../sets/ip-set";
import { clusterEnforcement } from "./cni-context";
import type { LintContext } from "./rule";
import { addressEnd, flowOf, type FlowWitness, outsiders, proven, samplePort } from "./witness";

/** The families in which pods can meet the internet: the one an EKS cluster has, or both where the input does not say. */
export function outsideFamilies(context: LintContext): readonly [Family, ...Family[]] {
  const { facts, settings } = clusterEnforcement(context);
  return facts === undefined || isUnknown(settings.ipFamily) ? ["IPv4", "IPv6"] : [settings.ipFamily];
}

/** An address that stands for everybody outside the cluster, in each family that pods may have. */
export function outsidersOf(context: LintContext): readonly [string, ...string[]] {
  const [first, ...others] = outsideFamilies(context);
  return [outsiders[first], ...others.map((family) => outsiders[family])];
}

/** A flow between a workload and the first of some addresses of which the engine says what is asked for. */
export function meetingOutside(
  evaluation: Evaluation,
  addresses: readonly string[],
  workload: Workload,
  direction: Direction,
  outcome: Outcome,
): FlowWitness | undefined {
  const port = samplePort(ConnectionSet.all, direction === "ingress" ? workload : undefined);
  if (port === undefined) return undefined;
  for (const address of addresses) {
    const found = proven(evaluation, flowOf(workload, direction, addressEnd(address), port), outcome);
    if (found !== undefined) return found;
  }
  return undefined;
}
