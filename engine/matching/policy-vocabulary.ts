import {
  type Cluster,
  type ClusterPeer,
  type ClusterRule,
  isUnknown,
  type LabelSelector,
  type Peer,
  type PortMatch,
  type Requirement,
  type Rule,
  type Value,
} from "../model";
import { requirementsOf } from "../selector";
import { type Family, IpSet, parseAddress } from "../sets/ip-set";

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

  /** Whether everything that another vocabulary tells apart, this one does as well. */
  contains(other: Vocabulary): boolean {
    const hasLabel = ([key, values]: readonly [string, ReadonlySet<string>]): boolean => {
      const mine = this.podLabels.get(key);
      return mine !== undefined && [...values].every((value) => mine.has(value));
    };
    return (
      [...other.podLabels].every(hasLabel) &&
      [...other.portNames].every((name) => this.portNames.has(name)) &&
      (["IPv4", "IPv6"] as const).every((family) => [...other.cuts[family]].every((cut) => this.cuts[family].has(cut)))
    );
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
