/** Traffic that no policy touches. Part of the reference evaluator: it imports types of the model and nothing of the engine. */
import type { Cluster, Endpoint, Pod, Workload } from "../../engine/model";
import { hasAddressOf, known } from "./matching";

/** Whether both ends are one pod: the same one by name, or the only one there is. */
export function isSamePod(from: Endpoint, to: Endpoint): boolean {
  if (from.kind === "address" || to.kind === "address" || !isSameWorkload(from.workload, to.workload)) return false;
  return hasOnePod(from.workload) || (from.pod !== undefined && from.pod.name === to.pod?.name);
}

function isSameWorkload(one: Workload, other: Workload): boolean {
  const identity = ({ kind, namespace, name, variant }: Workload): string => [kind, known(namespace), known(name), variant].join("/");
  return identity(one) === identity(other);
}

/** A bare pod is one pod, and so is what wants a single replica. */
function hasOnePod({ kind, replicas, pods = [] }: Workload): boolean {
  return kind === "Pod" || (replicas !== undefined && known(replicas) === 1 && pods.length <= 1);
}

/**
 * Whether traffic comes from the node a pod runs on, from which it always arrives; both answers while that is not known.
 * Source: types.go NetworkPolicySpec.Ingress; a host-networked pod sends as its node.
 */
export function isOwnNode({ nodes }: Cluster, receiver: Pod | undefined, source: Endpoint): readonly boolean[] {
  const isFrom = (addresses: readonly string[], node: string): boolean =>
    nodes.some((each) => each.name === node && hasAddressOf(each, addresses));
  const node = receiver?.node;
  if (source.kind === "workload") return known(source.workload.hostNetwork) ? areBeside(source.pod, node, isFrom) : [false];
  if (node !== undefined) return [isFrom([source.address], node)];
  return nodes.some((each) => hasAddressOf(each, [source.address])) ? [true, false] : [false];
}

/** Whether a host-networked sender runs on a node: by its node's name, or by its addresses. */
function areBeside(
  sender: Pod | undefined,
  node: string | undefined,
  isFrom: (addresses: readonly string[], node: string) => boolean,
): readonly boolean[] {
  if (sender === undefined || node === undefined) return [true, false];
  if (sender.node !== undefined) return [sender.node === node];
  return sender.ips.length === 0 ? [true, false] : [isFrom(sender.ips, node)];
}
