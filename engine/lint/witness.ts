import type { DirectionVerdict, PolicyRef, RuleRef, Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { type Direction, type Endpoint, type Flow, isUnknown, type Outcome, type Workload } from "../model";
import type { ConnectionSet } from "../sets/connection-set";
import { verdict } from "../verdict";

/** A flow with the engine's verdict on it. */
export interface FlowWitness {
  readonly flow: Flow;
  readonly verdict: Verdict;
}

/** Stands for a caller, or a callee, outside the cluster: an address reserved for documentation (RFC 5737). */
export const outsider = "203.0.113.10";

/** The same for each family; that of IPv6 lies in the newer of its reserved blocks (RFC 9637). */
export const outsiders = { IPv4: outsider, IPv6: "3fff::10" } as const;

export const workloadEnd = (workload: Workload): Endpoint => ({ kind: "workload", workload });

export const addressEnd = (address: string): Endpoint => ({ kind: "address", address });

/** The flow between a workload and another end, in a direction seen from the workload. */
export const flowOf = (
  workload: Workload,
  direction: Direction,
  other: Endpoint,
  { protocol, port }: Pick<Flow, "protocol" | "port">,
): Flow =>
  direction === "ingress"
    ? { from: other, to: workloadEnd(workload), protocol, port }
    : { from: workloadEnd(workload), to: other, protocol, port };

/** Proves a flow; undefined when the engine's answer is another one. */
export function proven(evaluation: Evaluation, flow: Flow, outcome: Outcome): FlowWitness | undefined {
  const answer = verdict(evaluation, flow);
  return answer.outcome === outcome ? { flow, verdict: answer } : undefined;
}

/** A port of a set that a person would try: one the workload declares, a usual one, or the first. Undefined for the empty set. */
export function samplePort(connections: ConnectionSet, workload?: Workload): Pick<Flow, "protocol" | "port"> | undefined {
  const declared = (workload?.ports ?? []).flatMap(({ protocol, port }) => (isUnknown(port) ? [] : [{ protocol, port }]));
  const usual = [80, 443].map((port) => ({ protocol: "TCP" as const, port }));
  const liked = [...declared, ...usual].find(({ protocol, port }) => connections.has(protocol, port));
  return liked ?? connections.first;
}

/** What decides one direction of a verdict: the rules that let the flow through, or the policies that isolate. */
export function deciding({ outcome, allowedBy, isolatedBy, clusterRules }: DirectionVerdict): readonly (PolicyRef | RuleRef)[] {
  return outcome === "denied" ? [...clusterRules, ...isolatedBy] : [...clusterRules, ...allowedBy];
}

/** The part of a finding that a witness makes; nothing without one. */
export const witnessed = (witness: FlowWitness | undefined): { readonly witness?: FlowWitness } =>
  witness === undefined ? {} : { witness };
