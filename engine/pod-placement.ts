import { podRanges, privateRanges } from "./aws-network";
import { type Cluster, type InfrastructureResource, unknown, type Workload } from "./model";
import { cidrsOf } from "./report/cidrs";
import { type Family, IpSet } from "./sets/ip-set";

/** What tells the ranges pods get their addresses from. */
export interface PodRangeSources {
  /** What the user says. @default nothing */
  readonly podCidrs?: readonly string[];
  /** The infrastructure around the cluster. */
  readonly resources: readonly InfrastructureResource[];
}

/** A reason for undecided, so it says what would decide. */
const notTold = unknown("the addresses of pods: give `context.podCidrs`");

/**
 * A cluster with the ranges its pods get their addresses from: those the user gives, else those of the VPC beside an EKS cluster, else private
 * ones. So 0.0.0.0/0 certainly holds a pod of a cluster with IPv4, a public block does not, and a private one may.
 */
export function withPodRanges(cluster: Cluster, { podCidrs, resources }: PodRangeSources): Cluster {
  if (podCidrs !== undefined) return { ...cluster, podCidrs };
  const found = podRanges(resources) ?? { cidrs: assumedRanges(cluster), areKnown: false };
  return { ...cluster, podCidrs: found.cidrs, ...(found.areKnown ? {} : { unknownPodCidrs: notTold }) };
}

/** For private use, by family (IPv6: RFC 4193). */
const forPrivateUse: Readonly<Record<Family, readonly string[]>> = { IPv4: privateRanges, IPv6: ["fc00::/7"] };

/** In the families of the pods whose addresses are known, IPv4 without any; all of a family where such a pod shows that not all are private. */
function assumedRanges(cluster: Cluster): readonly string[] {
  const known = IpSet.unionOf(ownPods(cluster).flatMap(({ ips }) => ips.map((ip) => IpSet.cidr(ip))));
  const families = (["IPv4", "IPv6"] as const).filter((family) => !known[family].isEmpty);
  return (families.length > 0 ? families : (["IPv4"] as const)).flatMap((family) => {
    const ranges = IpSet.unionOf(forPrivateUse[family].map((cidr) => IpSet.cidr(cidr)));
    return known.ofFamily(family).isSubsetOf(ranges) ? forPrivateUse[family] : cidrsOf(IpSet.all.ofFamily(family));
  });
}

/** Pods with addresses of their own: host-networked ones have those of nodes. */
const ownPods = ({ workloads }: Cluster) => workloads.filter(({ hostNetwork }) => hostNetwork === false).flatMap(({ pods = [] }) => pods);

/**
 * Workloads of whose pods no address is known though policies name blocks of addresses, while the ranges they come from are not known either
 * (docs/semantics.md, "Pods without a known address"). Host-networked pods have addresses of nodes.
 */
export function unplacedWorkloads(cluster: Cluster): readonly Workload[] {
  const isTold = cluster.podCidrs !== undefined && cluster.unknownPodCidrs === undefined;
  if (isTold || !namesBlocks(cluster)) return [];
  return cluster.workloads.filter(({ hostNetwork, pods = [] }) => hostNetwork !== true && pods.every(({ ips }) => ips.length === 0));
}

const namesBlocks = ({ policies, clusterPolicies }: Cluster): boolean =>
  policies.some(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].some(({ peers }) => peers !== "any" && peers.some(({ kind }) => kind === "ipBlock")),
  ) || clusterPolicies.some(({ egress }) => egress.some(({ peers }) => peers.some(({ kind }) => kind === "networks")));
