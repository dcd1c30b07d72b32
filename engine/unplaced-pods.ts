import type { Cluster, Workload } from "./model";

/**
 * Workloads whose pods are taken to be outside every address block, though they may be inside: policies name blocks, and nothing tells the
 * pods' addresses or the ranges they come from (docs/semantics.md, "Pods without a known address"). Host-networked pods have addresses of nodes.
 */
export function unplacedWorkloads(cluster: Cluster): readonly Workload[] {
  if (cluster.podCidrs !== undefined || !namesBlocks(cluster)) return [];
  return cluster.workloads.filter(({ hostNetwork, pods = [] }) => hostNetwork !== true && pods.every(({ ips }) => ips.length === 0));
}

const namesBlocks = ({ policies, clusterPolicies }: Cluster): boolean =>
  policies.some(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].some(({ peers }) => peers !== "any" && peers.some(({ kind }) => kind === "ipBlock")),
  ) || clusterPolicies.some(({ egress }) => egress.some(({ peers }) => peers.some(({ kind }) => kind === "networks")));
