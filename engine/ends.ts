import type { Evaluation } from "./evaluation";
import { isOwnNode, isSamePod, ownNodeAddresses } from "./exemption";
import type { Endpoint, Pod, Workload } from "./model";
import type { PodGroup } from "./matching/pod-groups";
import type { Ternary } from "./selector";
import { formatAddress, type IpSet, parseAddress } from "./sets/ip-set";

/** One end of a flow, by its class among all ends. */
export interface End {
  readonly index: number;
  /** Absent: an address that is no pod's. */
  readonly group?: PodGroup;
}

/** Two concrete ends a flow can have. */
export interface EndPair {
  readonly from: End;
  readonly to: End;
  /** Whether the sender is the node of the receiving pod, which nothing can prevent from reaching it. */
  readonly isOwnNode: Ternary;
}

/** The pairs of ends that two endpoints stand for: one, unless the pods of a workload are not all alike. */
export function endPairs(evaluation: Evaluation, from: Endpoint, to: Endpoint): readonly EndPair[] {
  const pairs = endsOf(evaluation, from).flatMap((source) =>
    endsOf(evaluation, to).map((target) => ({ from: source, to: target, isOwnNode: isOwnNodeOf(evaluation, from, to, source, target) })),
  );
  const distinct = new Map(pairs.map((pair) => [`${String(pair.from.index)} ${String(pair.to.index)} ${pair.isOwnNode}`, pair]));
  return [...distinct.values()];
}

/** Whether the two ends are one and the same pod. */
export const isSelf = (from: Endpoint, to: Endpoint): Ternary =>
  from.kind === "workload" && to.kind === "workload" ? isSamePod(from.workload, from.pod, to.workload, to.pod) : "no";

/** Two pods of a workload that are not one and the same, where at most one is known: what flows between replicas, should there be several. */
export function twoReplicas(workload: Workload): readonly [from: Endpoint, to: Endpoint] {
  const [one = { name: "one", ips: [] }] = workload.pods ?? [];
  return [
    { kind: "workload", workload, pod: one },
    { kind: "workload", workload, pod: { name: "another", ips: [] } },
  ];
}

/** A class of ends, with the pod that is meant where it matters which. */
export interface PodEnd extends End {
  readonly pod?: Pod;
}

/** The concrete ends an endpoint stands for: one for each pod that is known, or one for its template. */
export function endsOf({ universe }: Evaluation, endpoint: Endpoint): readonly PodEnd[] {
  if (endpoint.kind === "address") return [{ index: universe.indexOf(parseAddress(endpoint.address)) }];
  const { workload, pod } = endpoint;
  const pods = pod === undefined ? (workload.pods ?? []) : [pod];
  if (pods.length === 0) return universe.groups.ofWorkload(workload).map((group) => ({ index: group.index, group }));
  return pods.map((each) => {
    const group = universe.groups.ofPod(workload, each);
    return { index: group.index, group, pod: each };
  });
}

function isOwnNodeOf({ cluster }: Evaluation, from: Endpoint, to: Endpoint, sender: PodEnd, receiver: PodEnd): Ternary {
  if (to.kind === "address") return "no";
  if (from.kind === "workload") return isOwnNode(cluster, from.workload, sender.pod, receiver.pod);
  const { certain, possible } = ownNodeAddresses(cluster, to.workload, receiver.pod);
  const address = parseAddress(from.address);
  return certain.contains(address) ? "yes" : possible.contains(address) ? "maybe" : "no";
}

/** One address of a set, as an end of a flow. The empty set has none: a RangeError. */
export function addressEndpoint({ first }: IpSet): Endpoint {
  if (first === undefined) throw new RangeError("the empty set has no address");
  return { kind: "address", address: formatAddress(first) };
}
