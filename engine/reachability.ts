import { AddressMap } from "./rows/address-map";
import { between } from "./rows/between";
import type { ConnectionId } from "./rows/connection-table";
import type { Evaluation } from "./evaluation";
import type { Direction, Endpoint, Workload } from "./model";
import type { Match } from "./matching/pod-index";
import { Reach } from "./rows/reached";
import type { ConnectionSet } from "./sets/connection-set";
import type { IpSet } from "./sets/ip-set";

/** What may flow between two ends: at least `certain`, at most `possible`; equal when nothing is undecided. */
export interface Connections {
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
}

/** Addresses with which a workload has the same connections. */
export interface AddressConnections {
  readonly addresses: IpSet;
  readonly connections: Connections;
}

/** Workloads to which the same may flow. */
export interface WorkloadConnections {
  readonly to: readonly Workload[];
  readonly connections: Connections;
}

/** Who reaches whom: egress of the source and ingress of the destination, for any pair. */
export interface Reachability {
  /**
   * What flows from one workload to another, whichever of their pods are meant. From a workload to itself: between its replicas; a workload
   * of one pod only has itself to talk to, which is never prevented.
   */
  between(from: Workload, to: Workload): Connections;
  /** What flows between any two ends: a single pod, a workload, an address. */
  connections(from: Endpoint, to: Endpoint): Connections;
  /**
   * Everything a workload can send to, in one go: workloads by what may flow to them. Those to which nothing may flow are left out, itself
   * included as in `between`.
   */
  from(workload: Workload): readonly WorkloadConnections[];
  /** What flows from the workload to addresses that are no pod's (egress), or from them to it (ingress): every address is in one entry. */
  withAddresses(workload: Workload, direction: Direction): readonly AddressConnections[];
}

/** Answers who reaches whom in an evaluated cluster. */
export function reachability(evaluation: Evaluation): Reachability {
  const { table } = evaluation;
  let reach: Reach | undefined;
  const addresses = new AddressMap(evaluation);
  const inWords = ({ certain, possible }: Match<ConnectionId>): Connections => ({
    certain: table.set(certain),
    possible: table.set(possible),
  });
  return {
    between: (from, to) => inWords(between(evaluation, { kind: "workload", workload: from }, { kind: "workload", workload: to })),
    connections: (from, to) => inWords(between(evaluation, from, to)),
    from: (workload) => (reach ??= new Reach(evaluation)).from(workload).map(({ to, answer }) => ({ to, connections: inWords(answer) })),
    withAddresses: (workload, direction) => addresses.of(workload, direction),
  };
}
