import { IpSet } from "../../engine";
import type { Cluster, Workload } from "../../engine/model";
import type { ReportEnd } from "../../engine/report";

/** So many nodes are named; the rest is counted. */
const nodesNamed = 3;

type AddressedCluster = Pick<Cluster, "nodes" | "podCidrs" | "unknownPodCidrs" | "workloads">;

/** Addresses that pods have or may have. Ranges that are only assumed count where the address of some pod is not known. */
export function addressesOfPods({ podCidrs = [], unknownPodCidrs, workloads }: Omit<AddressedCluster, "nodes">): IpSet {
  if (unknownPodCidrs !== undefined && workloads.every(hasAddresses)) return IpSet.none;
  return IpSet.unionOf(podCidrs.map((each) => IpSet.cidr(each)));
}

const hasAddresses = ({ pods = [] }: Workload): boolean => pods.length > 0 && pods.every(({ ips }) => ips.length > 0);

/** Says of addresses what they are in the cluster: nodes', of which no policy speaks, or in a range that pods are given addresses of. */
export class AddressNames {
  private readonly nodes: readonly { readonly name: string; readonly addresses: IpSet }[];
  /** The addresses of every node that is known. */
  readonly ofNodes: IpSet;
  /** The ranges of pods: those that are known, or assumed. */
  readonly ofPods: IpSet;

  constructor(cluster: AddressedCluster) {
    const { nodes } = cluster;
    this.nodes = nodes.map(({ name, addresses }) => ({ name, addresses: IpSet.unionOf(addresses.map((each) => IpSet.cidr(each))) }));
    this.ofNodes = IpSet.unionOf(this.nodes.map(({ addresses }) => addresses));
    this.ofPods = addressesOfPods(cluster);
  }

  /** The end with the names of its nodes, where every address of it is a node's; with `mayBePods`, where some may be pods'. Any other as it is. */
  named(end: ReportEnd): ReportEnd {
    if (end.kind !== "addresses" || end.cidrs === undefined || (this.ofNodes.isEmpty && this.ofPods.isEmpty)) return end;
    const set = IpSet.unionOf(end.cidrs.map((cidr) => IpSet.cidr(cidr)));
    if (!set.isEmpty && set.isSubsetOf(this.ofNodes)) return this.asNodes(end, set);
    return set.intersect(this.ofPods).isEmpty ? end : { ...end, mayBePods: true };
  }

  private asNodes(end: ReportEnd, set: IpSet): ReportEnd {
    const names = this.nodes.filter(({ addresses }) => !addresses.intersect(set).isEmpty).map(({ name }) => name);
    const rest = names.length - nodesNamed;
    const node = [...names.slice(0, nodesNamed), ...(rest > 0 ? [`${String(rest)} more`] : [])].join(", ");
    return { ...end, name: `${end.name} (${names.length === 1 ? "node" : "nodes"} ${node})`, node };
  }
}
