import type { Evaluation } from "../evaluation";
import type { Endpoint } from "../model";
import type { Connections } from "../reachability";
import { endpointEnd } from "../report/ends";
import type { ConnectionSet } from "../sets/connection-set";
import { verdict } from "../verdict";
import type { PortsThere } from "./expected-ports";
import type { PairResult } from "./tally";

/** What is asked of one pair of ends. */
export interface Question {
  readonly want: "allowed" | "denied";
  readonly ports: PortsThere;
  /** Whether both ends are known to be meant. */
  readonly isCertain: boolean;
}

/** Two ends and what flows between them. */
export interface AskedPair {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: Connections;
}

/**
 * Holds what flows between two ends against what is wanted, for every port: failed where what is known breaks it, undecided where what is
 * not known may.
 */
export function judge(evaluation: Evaluation, { want, ports, isCertain }: Question, pair: AskedPair): PairResult {
  if (ports.problem !== undefined && want === "allowed") return { result: "failed", problem: `${ports.problem}: ${names(pair)}` };
  const { certain, possible } = pair.connections;
  const wanted = ports.connections;
  const broken = want === "allowed" ? wanted.subtract(possible) : wanted.intersect(certain);
  const open = want === "allowed" ? wanted.subtract(certain) : wanted.intersect(possible);
  const show = (connections: ConnectionSet) => () => flow(evaluation, pair, connections);
  if (!broken.isEmpty) return { result: isCertain && ports.isCertain ? "failed" : "undecided", witness: show(broken) };
  if (!open.isEmpty) return { result: "undecided", witness: show(open) };
  return { result: ports.isCertain || want === "denied" ? "passed" : "undecided", witness: show(wanted) };
}

const names = ({ from, to }: AskedPair): string => `${endpointEnd(from).name} → ${endpointEnd(to).name}`;

function flow(evaluation: Evaluation, { from, to }: AskedPair, connections: ConnectionSet): ReturnType<NonNullable<PairResult["witness"]>> {
  const found = connections.first;
  if (found === undefined) return undefined;
  return { from: endpointEnd(from), to: endpointEnd(to), ...found, verdict: verdict(evaluation, { from, to, ...found }) };
}
