import { type InfrastructureResource, isUnknown } from "../model";
import { argument, blockIn } from "./arguments";
import { subnetsIn } from "./pod-places";
import type { ResourceIndex } from "./resource-index";
import { type Subnet, subnets, type Vpc, vpcsIn } from "./subnets";

/**
 * The VPC that each EKS cluster of the input is in: the one of its subnets, which all have to be in one. Undefined for a cluster whose subnets
 * cannot be followed to a VPC of the input; that there is only one VPC in the input says nothing.
 */
export function clusterVpcs(index: ResourceIndex): readonly (Vpc | undefined)[] {
  const all: Network = { index, subnets: subnets(index), vpcs: vpcsIn(index) };
  return index.ofType(["aws_eks_cluster"]).map((cluster) => vpcOfCluster(cluster, all));
}

interface Network {
  readonly index: ResourceIndex;
  readonly subnets: ReadonlyMap<InfrastructureResource, Subnet>;
  readonly vpcs: ReadonlyMap<InfrastructureResource, Vpc>;
}

function vpcOfCluster(cluster: InfrastructureResource, network: Network): Vpc | undefined {
  const block = blockIn(cluster.values, "vpc_config");
  if (block === undefined || isUnknown(block)) return vpcOf(referredSubnets(cluster, network));
  const named = network.index.named(argument(block, "vpc_id"), cluster, ["aws_vpc"]);
  if (named !== undefined && !isUnknown(named)) return network.vpcs.get(named.resource);
  const { subnets: listed } = subnetsIn(block, "subnet_ids", cluster, network);
  return vpcOf(listed) ?? vpcOf(referredSubnets(cluster, network));
}

/** The subnets that a cluster refers to in whatever expression: nothing but `subnet_ids` of a cluster takes any. */
function referredSubnets({ references, stack }: InfrastructureResource, network: Network): readonly Subnet[] {
  const blocks = new Set(references.map(withoutKeys));
  return [...network.subnets].flatMap(([resource, subnet]) =>
    resource.stack === stack && blocks.has(withoutKeys(resource.address)) ? [subnet] : [],
  );
}

const withoutKeys = (address: string): string => address.replaceAll(/\[[^\]]*\]/g, "");

/** The VPC of subnets; none where two of them are in different ones, as those of a cluster never are. */
function vpcOf(listed: readonly Subnet[]): Vpc | undefined {
  const [vpc, ...others] = listed.flatMap((subnet) => (isUnknown(subnet.vpc) ? [] : [subnet.vpc]));
  return others.every((each) => each === vpc) ? vpc : undefined;
}
