import { endPairs } from "../ends";
import type { Evaluation } from "../evaluation";
import { hasOnePod, ownNodeAddresses } from "../exemption";
import type { Endpoint, Pod, Workload } from "../model";
import type { Ternary } from "../selector";
import { type Family, formatAddress, type IpSet, parseAddress } from "../sets/ip-set";

/** Two ends a person can point at, one of each class. */
export interface ConcretePair {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Whether the sender is the node of the receiving pod, which nothing can prevent from reaching it. */
  readonly isOwnNode: Ternary;
}

interface Member {
  readonly workload: Workload;
  /** Absent: only the template is known. */
  readonly pod?: Pod;
}

/** Finds pods and addresses that stand for classes of ends. */
export class ConcreteEnds {
  private readonly members: readonly (readonly Member[])[];
  private readonly podAddresses = new Set<string>();

  constructor(private readonly evaluation: Evaluation) {
    const { universe, cluster } = evaluation;
    const members: Member[][] = universe.groups.all.map(() => []);
    for (const workload of cluster.workloads) {
      const pods = workload.pods ?? [];
      if (pods.length === 0) for (const { index } of universe.groups.ofWorkload(workload)) members[index]?.push({ workload });
      for (const pod of pods) {
        members[universe.groups.ofPod(workload, pod).index]?.push({ workload, pod });
        for (const address of pod.ips) this.podAddresses.add(formatAddress(parseAddress(address)));
      }
    }
    this.members = members;
  }

  /**
   * Pairs that stand for all pairs of two classes: one of each answer to whether the sender is the receiver's node. None when there is
   * nothing to stand for: a pod alone, which policy does not keep from itself, or addresses that are all pods'.
   */
  pairs(from: number, to: number): readonly ConcretePair[] {
    const distinct = new Map<Ternary, ConcretePair>();
    for (const pair of this.candidates(from, to)) {
      if (!distinct.has(pair.isOwnNode)) distinct.set(pair.isOwnNode, pair);
      if (distinct.size === 3 || (pair.isOwnNode === "no" && this.isNeverANode(from))) break;
    }
    return [...distinct.values()];
  }

  private isNeverANode(index: number): boolean {
    const group = this.evaluation.universe.groups.all[index];
    return group === undefined ? this.evaluation.cluster.nodes.length === 0 : group.hostNetwork === "no";
  }

  private *candidates(from: number, to: number): Generator<ConcretePair> {
    const senders = this.members[from];
    const receivers = this.members[to];
    if (senders !== undefined && receivers !== undefined) yield* this.podPairs(senders, receivers);
    else if (senders !== undefined) yield* this.toAddresses(senders, to);
    else if (receivers !== undefined) yield* this.fromAddresses(from, receivers);
  }

  private *podPairs(senders: readonly Member[], receivers: readonly Member[]): Generator<ConcretePair> {
    for (const sender of senders) {
      for (const receiver of receivers) {
        if (sender === receiver && !hasReplicaLike(sender)) continue;
        const from = endpointOf(sender);
        const to = endpointOf(receiver);
        const isOwnNode = endPairs(this.evaluation, from, to)[0]?.isOwnNode ?? "no";
        // One member at both ends stands for two replicas that are alike, of which at most one is listed.
        yield sender === receiver ? { from: anyPodOf(sender), to: anyPodOf(receiver), isOwnNode } : { from, to, isOwnNode };
      }
    }
  }

  private *toAddresses([sender]: readonly Member[], to: number): Generator<ConcretePair> {
    const address = this.addressIn(this.evaluation.universe.addressesOf(to));
    if (sender !== undefined && address !== undefined) yield { from: endpointOf(sender), to: address, isOwnNode: "no" };
  }

  /** Of addresses that are a node's, those of the receiver's own are left out: nothing keeps them from it. */
  private *fromAddresses(from: number, receivers: readonly Member[]): Generator<ConcretePair> {
    const addresses = this.evaluation.universe.addressesOf(from);
    for (const receiver of receivers) {
      const { workload, pod } = receiver;
      const { certain, possible } = ownNodeAddresses(this.evaluation.cluster, workload, pod);
      const to = endpointOf(receiver);
      const others = this.addressIn(addresses?.subtract(possible));
      if (others !== undefined) yield { from: others, to, isOwnNode: "no" };
      const perhaps = this.addressIn(addresses?.intersect(possible).subtract(certain));
      if (perhaps !== undefined) yield { from: perhaps, to, isOwnNode: "maybe" };
    }
  }

  /** The lowest address that is no pod's; none when every one is, since those are met as pods. */
  private addressIn(addresses: IpSet | undefined): Endpoint | undefined {
    if (addresses === undefined) return undefined;
    for (const family of ["IPv4", "IPv6"] as const) {
      for (const address of rising(addresses, family)) if (!this.podAddresses.has(address)) return { kind: "address", address };
    }
    return undefined;
  }
}

/** Whether there may be another pod than this one that nobody has listed: pods that are listed have ends of their own. */
function hasReplicaLike({ workload }: Member): boolean {
  const { replicas, pods = [] } = workload;
  return !hasOnePod(workload) && !(typeof replicas === "number" && pods.length > 0 && pods.length >= replicas);
}

const endpointOf = (member: Member): Endpoint => ({ kind: "workload", ...member });

const anyPodOf = ({ workload }: Member): Endpoint => ({ kind: "workload", workload });

function* rising(addresses: IpSet, family: Family): Generator<string> {
  for (const [from, to] of addresses[family].intervals) for (let value = from; value <= to; value++) yield formatAddress({ family, value });
}
