import type { Evaluation } from "../evaluation";
import { isSelf, twoReplicas } from "../ends";
import { hasOnePod } from "../exemption";
import type { Direction, Endpoint, Workload } from "../model";
import { type Connections, reachability, type Reachability } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import type { IpSet } from "../sets/ip-set";
import type { Member, ResolvedEnds } from "./expected-ends";

const nothing: Connections = { certain: ConnectionSet.none, possible: ConnectionSet.none };

/** With more destinations than this, listing all that a source reaches costs less than asking for each. */
const askOneByOne = 16;

/** What flows between workloads, and between workloads and addresses. */
export class FlowPairs {
  private readonly map: Reachability;

  constructor(evaluation: Evaluation) {
    this.map = reachability(evaluation);
  }

  /** What flows from a source to each destination; those that nothing reaches are left out when `everyPair` is not asked for. */
  between(source: Workload, destinations: ReadonlyMap<Workload, Member>, everyPair: boolean): readonly (readonly [Member, Connections])[] {
    if (destinations.size <= askOneByOne) {
      return [...destinations.values()].map((member) => [member, this.map.between(source, member.workload)] as const);
    }
    const reached = new Map<Workload, Connections>();
    for (const { to, connections } of this.map.from(source)) for (const each of to) reached.set(each, connections);
    if (everyPair) return [...destinations.values()].map((member) => [member, reached.get(member.workload) ?? nothing] as const);
    return [...reached].flatMap(([workload, connections]) => {
      const member = destinations.get(workload);
      return member === undefined ? [] : [[member, connections] as const];
    });
  }

  /** What flows between two ends, of which one is a single pod. */
  betweenPods(from: Member, to: Member): Connections {
    return this.map.connections(endpointOf(from), endpointOf(to));
  }

  /** What flows from one replica of a workload to another, should there be several. */
  betweenReplicas(workload: Workload): Connections {
    return this.map.connections(...twoReplicas(workload));
  }

  /** What a workload exchanges with each part of the addresses. */
  withAddresses(
    workload: Workload,
    direction: Direction,
    addresses: IpSet,
  ): readonly { readonly addresses: IpSet; readonly connections: Connections }[] {
    if (addresses.isEmpty) return [];
    return this.map.withAddresses(workload, direction).flatMap((entry) => {
      const common = entry.addresses.intersect(addresses);
      return common.isEmpty ? [] : [{ addresses: common, connections: entry.connections }];
    });
  }
}

/** A pod can never be kept from itself: of a workload with one pod there is nothing to ask. */
export const isOnlyItself = (from: Workload, to: Workload): boolean => from === to && hasOnePod(from);

export const endpointOf = ({ workload, pod }: Pick<Member, "workload" | "pod">): Endpoint => ({
  kind: "workload",
  workload,
  ...(pod === undefined ? {} : { pod }),
});

/** The pairs of which one end at least is a single pod. A pod and itself are none. */
export function pairsOfPods(from: ResolvedEnds, to: ResolvedEnds): readonly (readonly [Member, Member])[] {
  const pairs = [
    ...from.pods.flatMap((source) => [...to.members, ...to.pods].map((target) => [source, target] as const)),
    ...from.members.flatMap((source) => to.pods.map((target) => [source, target] as const)),
  ];
  return pairs.filter(([source, target]) => isSelf(endpointOf(source), endpointOf(target)) !== "yes");
}
