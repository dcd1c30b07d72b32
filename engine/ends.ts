import type { Evaluation } from "./evaluation";
import { isOwnNode, isSamePod, ownNodeAddresses } from "./exemption";
import type { Endpoint } from "./model";
import type { PodGroup } from "./pod-groups";
import type { Ternary } from "./selector";
import { parseAddress } from "./sets/ip-set";

/** One end of a flow, by its class among all ends. */
export interface End {
  readonly index: number;
  /** Absent: an address that is no pod's. */
  readonly group?: PodGroup;
}

/** The concrete ends an endpoint stands for: one, unless its workload's pods are not all alike. */
export function endsOf({ universe }: Evaluation, endpoint: Endpoint): readonly End[] {
  if (endpoint.kind === "address") return [{ index: universe.indexOf(parseAddress(endpoint.address)) }];
  const { workload, pod } = endpoint;
  const groups = pod === undefined ? universe.groups.ofWorkload(workload) : [universe.groups.ofPod(workload, pod)];
  return groups.map((group) => ({ index: group.index, group }));
}

/** Whether the two ends are one and the same pod. */
export const isSelf = (from: Endpoint, to: Endpoint): boolean =>
  from.kind === "workload" && to.kind === "workload" && isSamePod(from.workload, from.pod, to.workload, to.pod);

/** Whether traffic comes from the node of the receiving pod, which nothing can prevent. */
export function isFromOwnNode({ cluster }: Evaluation, from: Endpoint, to: Endpoint): Ternary {
  if (to.kind === "address") return "no";
  if (from.kind === "workload") return isOwnNode(cluster, from.workload, from.pod, to.workload, to.pod);
  const { certain, possible } = ownNodeAddresses(cluster, to.workload, to.pod);
  const address = parseAddress(from.address);
  return certain.contains(address) ? "yes" : possible.contains(address) ? "maybe" : "no";
}
