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
  const broken = want === "allowed" ? ports.certain.subtract(possible) : ports.certain.intersect(certain);
  const open = want === "allowed" ? ports.possible.subtract(certain) : ports.possible.intersect(possible);
  const show = (connections: ConnectionSet) => () => flow(evaluation, pair, connections);
  if (!broken.isEmpty) return { result: isCertain ? "failed" : "undecided", witness: show(broken) };
  if (!open.isEmpty) return { result: "undecided", witness: show(open), ...doubted(ports, pair) };
  // A port that is not known may turn out to be declared by nobody.
  if (want === "allowed" && ports.doubt !== undefined) return { result: "undecided", ...doubted(ports, pair) };
  return { result: "passed", witness: show(ports.possible) };
}

const doubted = ({ doubt }: PortsThere, pair: AskedPair): Pick<PairResult, "problem"> =>
  doubt === undefined ? {} : { problem: `${doubt}: ${names(pair)}` };

const names = ({ from, to }: AskedPair): string => `${endpointEnd(from).name} → ${endpointEnd(to).name}`;

function flow(evaluation: Evaluation, { from, to }: AskedPair, connections: ConnectionSet): ReturnType<NonNullable<PairResult["witness"]>> {
  const found = connections.first;
  if (found === undefined) return undefined;
  return { from: endpointEnd(from), to: endpointEnd(to), ...found, verdict: verdict(evaluation, { from, to, ...found }) };
}
