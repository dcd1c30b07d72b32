import { type Cluster, isUnknown, type Pod, type Workload } from "./model";
import { isAddressOfNode } from "./matching/peer-matching";
import { exactly, type Match } from "./matching/pod-index";
import { anyOf, type Ternary } from "./selector";
import { IpSet } from "./sets/ip-set";

/**
 * Traffic that policy never touches: a pod's to itself, and a node's to the pods that run on it. Both are in the NetworkPolicy documentation
 * ("isolated" never means cut off from the own node) and in that of ClusterNetworkPolicy.
 */

/** Whether the two ends are one and the same pod: "maybe" where it is not known whether there is a second one. Two replicas are two pods. */
export function isSamePod(from: Workload, fromPod: Pod | undefined, to: Workload, toPod: Pod | undefined): Ternary {
  if (from !== to) return "no";
  if (fromPod !== undefined && toPod !== undefined) return fromPod === toPod ? "yes" : "no";
  return hasOnePod(from) ? "yes" : mayHaveOnePod(from) ? "maybe" : "no";
}

/** A bare Pod, or a workload of which one pod is known and no more are wanted. */
export const hasOnePod = (workload: Workload): boolean =>
  workload.kind === "Pod" || (workload.replicas === 1 && (workload.pods?.length ?? 0) <= 1);

/** A workload of which no second pod is known, and nobody says how many are wanted. */
export const mayHaveOnePod = ({ replicas, pods = [] }: Workload): boolean => isUnknown(replicas) && pods.length <= 1;

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
  const { all, byName } = nodeAddresses(cluster);
  const pods = pod === undefined ? (workload.pods ?? []) : [pod];
  if (all.isEmpty) return exactly(all);
  if (pods.length === 0) return { certain: IpSet.none, possible: all };
  const each = pods.map(({ node }): Match<IpSet> => {
    return node === undefined ? { certain: IpSet.none, possible: all } : exactly(byName.get(node) ?? IpSet.none);
  });
  return {
    certain: each.map(({ certain }) => certain).reduce((a, b) => a.intersect(b)),
    possible: IpSet.unionOf(each.map(({ possible }) => possible)),
  };
}

interface NodeAddresses {
  readonly all: IpSet;
  readonly byName: ReadonlyMap<string, IpSet>;
}

/** Asked for once per workload, so kept per cluster. */
const known = new WeakMap<Cluster, NodeAddresses>();

function nodeAddresses(cluster: Cluster): NodeAddresses {
  const found = known.get(cluster);
  if (found !== undefined) return found;
  const byName = new Map<string, IpSet>();
  for (const { name, addresses } of cluster.nodes) {
    const mine = IpSet.unionOf(addresses.map((address) => IpSet.cidr(address)));
    byName.set(name, byName.get(name)?.union(mine) ?? mine);
  }
  const fresh = { byName, all: IpSet.unionOf([...byName.values()]) };
  known.set(cluster, fresh);
  return fresh;
}
