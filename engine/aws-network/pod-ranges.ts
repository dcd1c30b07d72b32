import type { InfrastructureResource } from "../model";
import { cidrsOf } from "../report/cidrs";
import { type Family, IpSet } from "../sets/ip-set";
import { cniNetworking } from "./cni-networking";
import { ResourceIndex } from "./resource-index";
import { type Vpc, vpcsIn } from "./subnets";

/**
 * The blocks pods get their addresses from: the VPC CNI takes them from the VPC. Where the ranges of a VPC are not known, pods may be anywhere
 * in the cluster's address family. Undefined without an EKS cluster among the resources.
 */
export function podRanges(resources: readonly InfrastructureResource[]): readonly string[] | undefined {
  const index = new ResourceIndex(resources);
  if (index.ofType(["aws_eks_cluster"]).length === 0) return undefined;
  const { podFamilies } = cniNetworking(index);
  const vpcs = [...vpcsIn(index).values()];
  const known = IpSet.unionOf(podFamilies.map((family) => rangesIn(vpcs, family)));
  return cidrsOf(known.isEmpty ? everyAddress(podFamilies) : known);
}

/** What the VPCs have of a family; everything where one of their ranges is not known, or none of them is in the input. */
function rangesIn(vpcs: readonly Vpc[], family: Family): IpSet {
  const isHidden = vpcs.length === 0 || vpcs.some(({ unknownRanges }) => unknownRanges[family] !== undefined);
  return isHidden ? everyAddress([family]) : IpSet.unionOf(vpcs.map(({ addresses }) => addresses.ofFamily(family)));
}

const everyAddress = (families: readonly Family[]): IpSet => IpSet.unionOf(families.map((family) => IpSet.all.ofFamily(family)));
