import { IpSet } from "../../engine";
import type { Cluster } from "../../engine/model";
import type { ReportEnd } from "../../engine/report";

/** So many nodes are named; the rest is counted. */
const nodesNamed = 3;

/** Says of addresses what they are in the cluster: nodes', of which no policy speaks, or in a range that pods are given addresses of. */
export class AddressNames {
  private readonly nodes: readonly { readonly name: string; readonly addresses: IpSet }[];
  /** The addresses of every node that is known. */
  readonly ofNodes: IpSet;
  /** The ranges of pods, as far as they are known. */
  readonly ofPods: IpSet;

  constructor({ nodes, podCidrs = [] }: Pick<Cluster, "nodes" | "podCidrs">) {
    this.nodes = nodes.map(({ name, addresses }) => ({ name, addresses: IpSet.unionOf(addresses.map((each) => IpSet.cidr(each))) }));
    this.ofNodes = IpSet.unionOf(this.nodes.map(({ addresses }) => addresses));
    this.ofPods = IpSet.unionOf(podCidrs.map((each) => IpSet.cidr(each)));
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
