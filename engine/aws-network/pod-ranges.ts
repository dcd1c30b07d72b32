import type { InfrastructureResource } from "../model";
import { cidrsOf } from "../report/cidrs";
import { IpSet } from "../sets/ip-set";
import { cniNetworking } from "./cni-networking";
import { ResourceIndex } from "./resource-index";
import { vpcsIn } from "./subnets";

/**
 * The blocks pods get their addresses from: the VPC CNI takes them from the VPC. Undefined without an EKS cluster among the resources, and
 * where a range of a VPC, or the family of the cluster, is not known.
 */
export function podRanges(resources: readonly InfrastructureResource[]): readonly string[] | undefined {
  const index = new ResourceIndex(resources);
  if (index.ofType(["aws_eks_cluster"]).length === 0) return undefined;
  const { podFamilies } = cniNetworking(index);
  const vpcs = [...vpcsIn(index).values()];
  if (vpcs.some(({ unknownRanges }) => podFamilies.some((family) => unknownRanges[family] !== undefined))) return undefined;
  const ranges = cidrsOf(IpSet.unionOf(vpcs.flatMap(({ addresses }) => podFamilies.map((family) => addresses.ofFamily(family)))));
  return ranges.length === 0 ? undefined : ranges;
}
