import { type Connections, evaluate, type Profile, reachability, verdict, type Verdict } from "../../engine";
import type { Cluster, Outcome, Protocol } from "../../engine/model";
import { endpoint, flow } from "../builders";

/** What the engine says of one flow between ends written as text; that its verdict and its map of connections say the same is checked with it. */
export function outcome(within: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP", profile: Profile = {}): Outcome {
  const evaluation = evaluate(within, profile);
  const answer = verdict(evaluation, flow(within, from, to, port, protocol)).outcome;
  const { certain, possible } = reachability(evaluation).connections(endpoint(within, from), endpoint(within, to));
  const inMap = certain.has(protocol, port) ? "allowed" : possible.has(protocol, port) ? "undecided" : "denied";
  expect({ from, to, port, protocol, outcome: inMap }).toEqual({ from, to, port, protocol, outcome: answer });
  return answer;
}

/** Everything that may flow between two ends, as text; with two texts only where something is undecided. */
export function connections(within: Cluster, from: string, to: string, profile: Profile = {}): string {
  const { certain, possible }: Connections = reachability(evaluate(within, profile)).connections(
    endpoint(within, from),
    endpoint(within, to),
  );
  return certain.equals(possible) ? certain.toString() : `${certain.toString()} to ${possible.toString()}`;
}

/** The verdict on one flow, with its reasons. */
export const reasons = (within: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP"): Verdict =>
  verdict(evaluate(within), flow(within, from, to, port, protocol));
