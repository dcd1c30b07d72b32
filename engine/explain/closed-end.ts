import type { DirectionVerdict } from "../decision";
import type { Evaluation } from "../evaluation";
import type { Direction, Endpoint, Flow, PortMatch, Workload } from "../model";
import type { Reach } from "./opened-connections";
import type { PolicyChange } from "./policy-change";

/** A direction of a flow that does not let it through, or not for certain. */
export interface ClosedEnd {
  readonly evaluation: Evaluation;
  readonly flow: Flow;
  readonly direction: Direction;
  readonly subject: Workload;
  readonly other: Endpoint;
  readonly verdict: DirectionVerdict;
}

/**
 * A change that may open a closed direction; whether it does is for a proof to say. Of what it reaches, no other pair of ends can be
 * affected.
 */
export interface Candidate extends Reach {
  readonly changes: readonly PolicyChange[];
  /** How much is written: the sum of `editCost`. */
  readonly cost: number;
}

/** How much a change writes. */
export const editCost = { entry: 1, rule: 3, policy: 4 } as const;

/** The port of a flow, and no other. */
export const portOf = ({ protocol, port }: Flow): PortMatch => ({ kind: "range", protocol, from: port, to: port });

/** What a new policy that lets a flow through in one direction is called, before a number is added where the name is taken. */
export const nameFor = (direction: Direction, { protocol, port }: Flow): string =>
  `allow-${direction}-${protocol.toLowerCase()}-${String(port)}`;

/** The wanted name, or the first numbered one that is not taken. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let n = 2; isTaken(name); n++) name = `${wanted}-${String(n)}`;
  return name;
}
