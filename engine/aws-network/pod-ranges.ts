import type { InfrastructureResource } from "../model";
import { cidrsOf } from "../report/cidrs";
import { type Family, IpSet } from "../sets/ip-set";
import { clusterVpcs } from "./cluster-vpcs";
import { cniNetworking } from "./cni-networking";
import { ResourceIndex } from "./resource-index";
import type { Vpc } from "./subnets";

/** The blocks pods get their addresses from. */
export interface PodRanges {
  readonly cidrs: readonly string[];
  /** Whether all of them are read from the input, so that none is assumed. */
  readonly areKnown: boolean;
}

/** The IPv4 ranges for private use (RFC 1918), and the one that carriers and clusters share (RFC 6598). */
export const privateRanges: readonly string[] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * The VPC CNI takes addresses of pods from the VPC of the cluster's subnets. Where that VPC is not in the input, or not all of its ranges are
 * known, they are taken to be private ones; IPv6 may be any, since AWS gives public addresses of it to a VPC. Undefined without an EKS cluster
 * among the resources.
 */
export function podRanges(resources: readonly InfrastructureResource[]): PodRanges | undefined {
  const index = new ResourceIndex(resources);
  if (index.ofType(["aws_eks_cluster"]).length === 0) return undefined;
  const { podFamilies } = cniNetworking(index);
  const vpcs = clusterVpcs(index);
  const found = IpSet.unionOf(podFamilies.map((family) => rangesIn(vpcs, family)));
  // A VPC without a block of the cluster's family gets one elsewhere.
  const areKnown = !found.isEmpty && !podFamilies.some((family) => isHidden(vpcs, family));
  return { cidrs: cidrsOf(found.isEmpty ? IpSet.unionOf(podFamilies.map(assumedRanges)) : found), areKnown };
}

/** What the VPCs have of a family, with what is assumed where one of them, or one of its ranges, is not known. */
function rangesIn(vpcs: readonly (Vpc | undefined)[], family: Family): IpSet {
  const known = IpSet.unionOf(vpcs.map((vpc) => vpc?.addresses.ofFamily(family) ?? IpSet.none));
  return isHidden(vpcs, family) ? known.union(assumedRanges(family)) : known;
}

const isHidden = (vpcs: readonly (Vpc | undefined)[], family: Family): boolean =>
  vpcs.some((vpc) => vpc === undefined || vpc.unknownRanges[family] !== undefined);

const assumedRanges = (family: Family): IpSet =>
  family === "IPv4" ? IpSet.unionOf(privateRanges.map((cidr) => IpSet.cidr(cidr))) : IpSet.all.ofFamily(family);
