import { workloadKey } from "../diff/workload-identity";
import type { Evaluation } from "../evaluation";
import type { Direction, Endpoint, Workload } from "../model";
import { reachability } from "../reachability";
import { addressEnd, flowOf, type FlowWitness, proven, samplePort, workloadEnd } from "./witness";

/** How many other pods are tried before it is said that nothing was opened. */
const mostTried = 200;

const byKey = new WeakMap<Evaluation, ReadonlyMap<string, Workload>>();

/** The same workload at another moment: the one of the same kind, namespace and name. */
export function counterpart(evaluation: Evaluation, workload: Workload): Workload | undefined {
  const known = byKey.get(evaluation) ?? new Map(evaluation.cluster.workloads.map((each) => [workloadKey(each), each]));
  byKey.set(evaluation, known);
  return known.get(workloadKey(workload));
}

/** Two moments, with the addresses that stand for who is outside. */
export interface Moments {
  readonly first: Evaluation;
  readonly then: Evaluation;
  readonly outside: readonly string[];
}

/** A flow of a workload, in a direction, that is certainly denied at first and certainly allowed then; the verdict is the second one. */
export function openedFlow({ first, then, outside }: Moments, workload: Workload, direction: Direction): FlowWitness | undefined {
  const before = counterpart(first, workload);
  if (before === undefined) return undefined;
  const [was, is] = [reachability(first), reachability(then)];
  const others = then.cluster.workloads.filter((each) => each !== workload).slice(0, mostTried);
  const ends: readonly (Endpoint | undefined)[][] = [
    ...outside.map((address) => [addressEnd(address), addressEnd(address)]),
    ...others.map((other) => {
      const same = counterpart(first, other);
      return [same === undefined ? undefined : workloadEnd(same), workloadEnd(other)];
    }),
  ];
  for (const [otherBefore, other] of ends) {
    if (otherBefore === undefined || other === undefined) continue;
    const pair = (self: Workload, end: Endpoint): readonly [Endpoint, Endpoint] =>
      direction === "ingress" ? [end, workloadEnd(self)] : [workloadEnd(self), end];
    const opened = is.connections(...pair(workload, other)).certain.subtract(was.connections(...pair(before, otherBefore)).possible);
    const port = samplePort(opened, direction === "ingress" ? workload : undefined);
    if (port !== undefined) return proven(then, flowOf(workload, direction, other, port), "allowed");
  }
  return undefined;
}
