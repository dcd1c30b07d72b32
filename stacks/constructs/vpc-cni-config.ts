import type { EnforcingMode, IpFamily } from "../setting-table";

/** What we configure of the VPC CNI add-on. */
export interface VpcCniConfig {
  /** Run the policy agent on each node, and so enforce NetworkPolicies. */
  readonly enableNetworkPolicy: boolean;
  /** @default standard, which is the add-on's own default and left out */
  readonly enforcingMode?: EnforcingMode;
  /** Write what policies allow and deny to the cluster's log group. @default false */
  readonly policyEventLogs?: boolean;
  /** @default ipv4 */
  readonly ipFamily?: IpFamily;
}

/** The add-on's configuration as its schema wants it: switches are the texts "true" and "false", a JSON boolean is refused. */
export function vpcCniConfiguration(config: VpcCniConfig): string {
  const { enableNetworkPolicy, enforcingMode = "standard", policyEventLogs = false, ipFamily = "ipv4" } = config;
  const env = {
    ...(enforcingMode === "standard" ? {} : { NETWORK_POLICY_ENFORCING_MODE: enforcingMode }),
    // Pods of an IPv6 cluster otherwise have a second way out, by IPv4 through the node, that no policy sees.
    ...(ipFamily === "ipv4" ? {} : { ENABLE_V4_EGRESS: "false" }),
  };
  return JSON.stringify({
    enableNetworkPolicy: String(enableNetworkPolicy),
    ...(policyEventLogs ? { nodeAgent: { enablePolicyEventLogs: "true", enableCloudWatchLogs: "true" } } : {}),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  });
}
