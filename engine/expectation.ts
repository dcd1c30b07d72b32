import type { Verdict } from "./decision";
import type { Evaluation } from "./evaluation";
import { type Endpoint, type Flow, lowestPort, type Protocol, protocols } from "./model";
import { reachability } from "./reachability";
import { ConnectionSet } from "./sets/connection-set";
import { PortSet } from "./sets/port-set";
import { verdict } from "./verdict";

/** A flow that must, or must not, be possible. */
export interface FlowExpectation {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol | "every";
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
export function checkExpectation(evaluation: Evaluation, expectation: FlowExpectation): ExpectationResult {
  const { from, to, protocol, port, expect } = expectation;
  const { certain, possible } = reachability(evaluation).connections(from, to);
  const ports = port === "every" ? PortSet.all : PortSet.of(port);
  const wanted = (protocol === "every" ? protocols : [protocol]).reduce(
    (all, each) => all.union(ConnectionSet.of(each, ports)),
    ConnectionSet.none,
  );
  const broken = expect === "allowed" ? wanted.subtract(possible) : wanted.intersect(certain);
  const open = expect === "allowed" ? wanted.subtract(certain) : wanted.intersect(possible);
  const result = !broken.isEmpty ? "failed" : !open.isEmpty ? "undecided" : "passed";
  const witness: Flow = { from, to, ...(first(broken) ?? first(open) ?? first(wanted) ?? { protocol: "TCP", port: lowestPort }) };
  return { result, witness, verdict: verdict(evaluation, witness) };
}

function first(connections: ConnectionSet): { readonly protocol: Protocol; readonly port: number } | undefined {
  for (const protocol of protocols) {
    const port = connections[protocol].intervals[0]?.[0];
    if (port !== undefined) return { protocol, port };
  }
  return undefined;
}
