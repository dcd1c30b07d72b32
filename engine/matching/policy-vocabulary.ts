import {
  type Cluster,
  type ClusterPeer,
  type ClusterRule,
  emptyCluster,
  isUnknown,
  type LabelSelector,
  type Peer,
  type PortMatch,
  type Requirement,
  type Rule,
  type Value,
  type Workload,
} from "../model";
import { requirementsOf } from "../selector";
import { type Family, IpSet, parseAddress } from "../sets/ip-set";

/** Words that one vocabulary has beyond another. */
export interface Lacking {
  /** Label keys with the values that are new; "any": the key is, and with it that it is there at all. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string> | "any">;
  readonly portNames: ReadonlySet<string>;
  /** Whether address blocks begin or end where none did. */
  readonly hasCuts: boolean;
}

/** Whether new words may tell a workload from others that were like it. */
export function speaksOf({ labels, portNames }: Lacking, workload: Workload): boolean {
  for (const [key, values] of labels) {
    const value = workload.labels[key];
    if (value !== undefined && (values === "any" || isUnknown(value) || values.has(value))) return true;
  }
  return portNames.size > 0 && workload.ports.some(({ name }) => name !== undefined && portNames.has(name));
}

/** All that the policies of a cluster look at. Ends that agree on it are alike to every policy. */
export class Vocabulary {
  /** Label keys that pod selectors mention, each with the values they compare it to. */
  readonly podLabels = new Map<string, Set<string>>();
  readonly portNames = new Set<string>();
  /** Where address blocks begin, and where they have just ended. */
  readonly cuts: Readonly<Record<Family, Set<bigint>>> = { IPv4: new Set([0n]), IPv6: new Set([0n]) };

  constructor(cluster: Cluster) {
    for (const policy of cluster.policies) {
      this.addPodSelector(policy.subject);
      for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) this.addRule(rule);
    }
    for (const policy of cluster.clusterPolicies) {
      this.addPodSelector(policy.subject.pods);
      for (const rule of [...policy.ingress, ...policy.egress]) this.addClusterRule(rule, cluster);
    }
  }

  /** What another vocabulary tells apart and this one does not. */
  lacks(other: Vocabulary): Lacking {
    const labels = new Map<string, ReadonlySet<string> | "any">();
    for (const [key, values] of other.podLabels) {
      const mine = this.podLabels.get(key);
      if (mine === undefined) labels.set(key, "any");
      else if ([...values].some((value) => !mine.has(value))) labels.set(key, new Set([...values].filter((value) => !mine.has(value))));
    }
    return {
      labels,
      portNames: new Set([...other.portNames].filter((name) => !this.portNames.has(name))),
      hasCuts: (["IPv4", "IPv6"] as const).some((family) => [...other.cuts[family]].some((cut) => !this.cuts[family].has(cut))),
    };
  }

  /** Everything that this vocabulary or another tells apart. */
  and(other: Vocabulary): Vocabulary {
    const both = new Vocabulary(emptyCluster);
    for (const { podLabels, portNames, cuts } of [this, other]) {
      for (const [key, values] of podLabels) both.podLabels.set(key, new Set([...(both.podLabels.get(key) ?? []), ...values]));
      for (const name of portNames) both.portNames.add(name);
      for (const family of ["IPv4", "IPv6"] as const) for (const cut of cuts[family]) both.cuts[family].add(cut);
    }
    return both;
  }

  private addRule({ peers, ports }: Rule): void {
    if (peers !== "any") for (const peer of peers) this.addPeer(peer);
    this.addPorts(ports);
  }

  private addClusterRule({ peers, ports }: ClusterRule, cluster: Cluster): void {
    for (const peer of peers) this.addClusterPeer(peer, cluster);
    this.addPorts(ports);
  }

  private addPeer(peer: Peer): void {
    if (peer.kind === "pods") this.addPodSelector(peer.pods);
    if (peer.kind === "ipBlock") for (const cidr of [peer.cidr, ...peer.except]) this.addCidr(cidr);
  }

  private addClusterPeer(peer: ClusterPeer, cluster: Cluster): void {
    if (peer.kind === "pods") this.addPodSelector(peer.pods);
    if (peer.kind === "networks") for (const cidr of peer.cidrs) this.addCidr(cidr);
    if (peer.kind === "nodes") {
      for (const address of cluster.nodes.flatMap((node) => node.addresses)) {
        const { family, value } = parseAddress(address);
        this.addRange(IpSet.range(family, value, value));
      }
    }
  }

  private addPodSelector(selector: LabelSelector): void {
    for (const requirement of requirementsOf(selector)) this.addRequirement(requirement);
  }

  private addRequirement(requirement: Requirement): void {
    const values = this.podLabels.get(requirement.key) ?? new Set();
    this.podLabels.set(requirement.key, values);
    if (!("values" in requirement)) return;
    for (const value of requirement.values) if (!isUnknown(value)) values.add(value);
  }

  private addPorts(ports: readonly PortMatch[] | "any"): void {
    if (ports === "any") return;
    for (const port of ports) if (port.kind === "named") this.portNames.add(port.name);
  }

  private addCidr(cidr: Value<string>): void {
    if (!isUnknown(cidr)) this.addRange(IpSet.cidr(cidr));
  }

  private addRange(range: IpSet): void {
    for (const family of ["IPv4", "IPv6"] as const) {
      for (const [from, to] of range[family].intervals) this.cuts[family].add(from).add(to + 1n);
    }
  }
}
