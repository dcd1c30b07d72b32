import { type Cluster, isUnknown, type Pod, type Workload } from "./model";
import { isAddressOfNode } from "./peer-matching";
import type { Match } from "./pod-index";
import { anyOf, type Ternary } from "./selector";
import { IpSet } from "./sets/ip-set";

/**
 * Traffic that policy never touches: a pod's to itself, and a node's to the pods that run on it. Both are in the NetworkPolicy documentation
 * ("isolated" never means cut off from the own node) and in that of ClusterNetworkPolicy.
 */

/** Whether the two ends are one and the same pod. "maybe" does not occur: two replicas are two pods. */
export function isSamePod(from: Workload, fromPod: Pod | undefined, to: Workload, toPod: Pod | undefined): boolean {
  if (from !== to) return false;
  if (fromPod !== undefined && toPod !== undefined) return fromPod === toPod;
  return hasOnePod(from);
}

/** A bare Pod, or a workload of which one pod is known and no more are wanted. */
export const hasOnePod = (workload: Workload): boolean =>
  workload.kind === "Pod" || (workload.replicas === 1 && (workload.pods?.length ?? 0) <= 1);

/** Whether a sender on its node's network is the node of the receiving pod; a pod that is not given is one nothing is known of. */
export function isOwnNode(cluster: Cluster, from: Workload, sender: Pod | undefined, receiver: Pod | undefined): Ternary {
  if (from.hostNetwork === false) return "no";
  if (sender === undefined || receiver === undefined) return "maybe";
  const answer = runsBeside(cluster, sender, receiver);
  return isUnknown(from.hostNetwork) && answer === "yes" ? "maybe" : answer;
}

function runsBeside(cluster: Cluster, sender: Pod, receiver: Pod): Ternary {
  const { node } = receiver;
  if (node === undefined) return "maybe";
  if (sender.node !== undefined) return sender.node === node ? "yes" : "no";
  if (sender.ips.length === 0) return "maybe";
  return anyOf(sender.ips.map((address) => (isAddressOfNode(cluster, address, node) ? "yes" : "no")));
}

/** The addresses from which a workload's pods can always be reached: those of the nodes they run on. */
export function ownNodeAddresses(cluster: Cluster, workload: Workload, pod: Pod | undefined): Match<IpSet> {
  const pods = pod === undefined ? (workload.pods ?? []) : [pod];
  const anywhere = addressesOf(cluster, () => true);
  const each = pods.map(({ node }): Match<IpSet> => {
    if (node === undefined) return { certain: IpSet.none, possible: anywhere };
    const own = addressesOf(cluster, (name) => name === node);
    return { certain: own, possible: own };
  });
  if (each.length === 0) return { certain: IpSet.none, possible: anywhere };
  return {
    certain: each.map(({ certain }) => certain).reduce((a, b) => a.intersect(b)),
    possible: each.map(({ possible }) => possible).reduce((a, b) => a.union(b)),
  };
}

const addressesOf = (cluster: Cluster, isWanted: (node: string) => boolean): IpSet =>
  cluster.nodes
    .filter(({ name }) => isWanted(name))
    .flatMap(({ addresses }) => addresses)
    .reduce((all, address) => all.union(IpSet.cidr(address)), IpSet.none);
