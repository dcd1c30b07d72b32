/** What we configure of the VPC CNI add-on. */
export interface VpcCniConfig {
  /** Run the policy agent on each node, and so enforce NetworkPolicies. */
  readonly enableNetworkPolicy: boolean;
}

/** The add-on's configuration as its schema wants it: switches are the texts "true" and "false", a JSON boolean is refused. */
export const vpcCniConfiguration = ({ enableNetworkPolicy }: VpcCniConfig): string =>
  JSON.stringify({ enableNetworkPolicy: String(enableNetworkPolicy) });
