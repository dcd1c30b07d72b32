import type { SubnetConfig } from "@cdktf/provider-aws/lib/subnet";

/** What public and private subnets have in common. `zones` and `cidrs` go together, one per subnet. */
export interface SubnetsProps {
  readonly vpcId: string;
  readonly zones: readonly string[];
  readonly cidrs: readonly string[];
  /** The /64 of each subnet, where it has one; every address in it is then handed out on creation. */
  readonly ipv6Cidrs?: readonly string[];
  /** Subnets are tagged as shared with this cluster, so that load balancers find them. */
  readonly clusterName: string;
}

/** The arguments of a subnet that has IPv6 addresses; none where it has not. */
export const ipv6Of = (
  { ipv6Cidrs }: Pick<SubnetsProps, "ipv6Cidrs">,
  index: number,
): Pick<SubnetConfig, "ipv6CidrBlock" | "assignIpv6AddressOnCreation"> =>
  ipv6Cidrs === undefined ? {} : { ipv6CidrBlock: ipv6Cidrs[index] as string, assignIpv6AddressOnCreation: true };
