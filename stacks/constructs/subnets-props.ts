/** What public and private subnets have in common. `zones` and `cidrs` go together, one per subnet. */
export interface SubnetsProps {
  readonly vpcId: string;
  readonly zones: readonly string[];
  readonly cidrs: readonly string[];
  /** Subnets are tagged as shared with this cluster, so that load balancers find them. */
  readonly clusterName: string;
}
