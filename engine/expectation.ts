import type { Verdict } from "./decision";
import type { Evaluation } from "./evaluation";
import { type Endpoint, type Flow, lowestPort, type Protocol } from "./model";
import { reachability } from "./reachability";
import { PortSet } from "./sets/port-set";
import { verdict } from "./verdict";

/** A flow that must, or must not, be possible. */
export interface FlowExpectation {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol;
  /** The port on the destination pod; "every": each of 1 to 65535. */
  readonly port: number | "every";
  readonly expect: "allowed" | "denied";
}

/** How an expectation came out, with the flow that shows it. */
export interface ExpectationResult {
  /** Undecided is neither: what is not known can break an expectation as well as keep it. */
  readonly result: "passed" | "failed" | "undecided";
  /** A counter-example where there is one, else any flow the expectation speaks of. */
  readonly witness: Flow;
  /** Why the witness is allowed or not. */
  readonly verdict: Verdict;
}

/** Holds one expectation against an evaluated cluster: for every port it speaks of, not only for samples. */
export function checkExpectation(evaluation: Evaluation, { from, to, protocol, port, expect }: FlowExpectation): ExpectationResult {
  const { certain, possible } = reachability(evaluation).connections(from, to);
  const wanted = port === "every" ? PortSet.all : PortSet.of(port);
  const broken = expect === "allowed" ? wanted.subtract(possible[protocol]) : wanted.intersect(certain[protocol]);
  const open = expect === "allowed" ? wanted.subtract(certain[protocol]) : wanted.intersect(possible[protocol]);
  const result = !broken.isEmpty ? "failed" : !open.isEmpty ? "undecided" : "passed";
  const witness: Flow = { from, to, protocol, port: first(broken) ?? first(open) ?? first(wanted) ?? lowestPort };
  return { result, witness, verdict: verdict(evaluation, witness) };
}

const first = (ports: PortSet): number | undefined => ports.intervals[0]?.[0];
