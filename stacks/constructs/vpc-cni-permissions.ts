import type { Allowance } from "./attached-policy";
import type { AwsAccount } from "./aws-account";

/** Describing EC2 can be allowed for everything or not at all. */
const descriptions: Allowance = {
  actions: ["ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeNetworkInterfaces", "ec2:DescribeInstanceTypes"],
  resources: ["*"],
};

/** What the CNI needs in an IPv6 cluster, for which AWS maintains no policy: IPv6 prefixes for the network interfaces of nodes. */
export const ipv6Allowances = (account: AwsAccount): readonly Allowance[] => [
  descriptions,
  { actions: ["ec2:AssignIpv6Addresses", "ec2:CreateTags"], resources: [account.arn("ec2", "network-interface/*")] },
];

/** What the policy agent needs to write policy event logs, which go to the log group of the control plane. */
export const eventLogAllowances = (account: AwsAccount, clusterName: string): readonly Allowance[] => {
  const group = account.arn("logs", `log-group:/aws/eks/${clusterName}/cluster`);
  return [
    { actions: ["logs:DescribeLogGroups"], resources: [account.arn("logs", "log-group:*")] },
    { actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], resources: [group, `${group}:*`] },
  ];
};
