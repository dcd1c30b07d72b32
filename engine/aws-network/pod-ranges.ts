import type { InfrastructureResource } from "../model";
import { cidrsOf } from "../report/cidrs";
import { type Family, IpSet } from "../sets/ip-set";
import { clusterVpcs } from "./cluster-vpcs";
import { cniNetworking } from "./cni-networking";
import { ResourceIndex } from "./resource-index";
import type { Vpc } from "./subnets";

/**
 * The blocks pods get their addresses from: the VPC CNI takes them from the VPC of the cluster's subnets. Where that VPC is not in the input, or
 * its ranges are not known, pods may be anywhere in the cluster's address family. Undefined without an EKS cluster among the resources.
 */
export function podRanges(resources: readonly InfrastructureResource[]): readonly string[] | undefined {
  const index = new ResourceIndex(resources);
  if (index.ofType(["aws_eks_cluster"]).length === 0) return undefined;
  const { podFamilies } = cniNetworking(index);
  const vpcs = clusterVpcs(index);
  const known = IpSet.unionOf(podFamilies.map((family) => rangesIn(vpcs, family)));
  return cidrsOf(known.isEmpty ? everyAddress(podFamilies) : known);
}

/** What the VPCs have of a family; everything where one of them, or one of its ranges, is not known. */
function rangesIn(vpcs: readonly (Vpc | undefined)[], family: Family): IpSet {
  const isHidden = vpcs.some((vpc) => vpc === undefined || vpc.unknownRanges[family] !== undefined);
  return isHidden ? everyAddress([family]) : IpSet.unionOf(vpcs.map((vpc) => vpc?.addresses.ofFamily(family) ?? IpSet.none));
}

const everyAddress = (families: readonly Family[]): IpSet => IpSet.unionOf(families.map((family) => IpSet.all.ofFamily(family)));
