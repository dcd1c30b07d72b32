import { IpSet } from "../../engine";
import type { Cluster } from "../../engine/model";
import type { ReportEnd } from "../../engine/report";

/** So many nodes are named; the rest is counted. */
const nodesNamed = 3;

/** Says of addresses that they are nodes': those are in the cluster, though no policy speaks of them. */
export class NodeNames {
  private readonly nodes: readonly { readonly name: string; readonly addresses: IpSet }[];
  /** The addresses of every node that is known. */
  readonly addresses: IpSet;

  constructor({ nodes }: Pick<Cluster, "nodes">) {
    this.nodes = nodes.map(({ name, addresses }) => ({ name, addresses: IpSet.unionOf(addresses.map((each) => IpSet.cidr(each))) }));
    this.addresses = IpSet.unionOf(this.nodes.map(({ addresses }) => addresses));
  }

  /** The end with the names of its nodes, where every address of it is a node's. Any other as it is. */
  named(end: ReportEnd): ReportEnd {
    if (end.kind !== "addresses" || end.cidrs === undefined || this.addresses.isEmpty) return end;
    const set = IpSet.unionOf(end.cidrs.map((cidr) => IpSet.cidr(cidr)));
    if (set.isEmpty || !set.isSubsetOf(this.addresses)) return end;
    const names = this.nodes.filter(({ addresses }) => !addresses.intersect(set).isEmpty).map(({ name }) => name);
    const rest = names.length - nodesNamed;
    const node = [...names.slice(0, nodesNamed), ...(rest > 0 ? [`${String(rest)} more`] : [])].join(", ");
    return { ...end, name: `${end.name} (${names.length === 1 ? "node" : "nodes"} ${node})`, node };
  }
}
