import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { Construct } from "constructs";
import type { Settings } from "../settings";
import { AttachedPolicy } from "./attached-policy";
import type { AwsAccount } from "./aws-account";
import { EncryptionKey } from "./encryption-key";
import { placed } from "./placed";
import { ServiceRole } from "./service-role";

/** Properties of `VpcFlowLog`. */
export interface VpcFlowLogProps {
  readonly settings: Settings;
  readonly account: AwsAccount;
  readonly vpcId: string;
}

const aggregationSeconds = 60;

/** Every connection of the VPC, accepted or rejected, in a log group of its own. */
export class VpcFlowLog extends Construct {
  constructor(scope: Construct, id: string, { settings, account, vpcId }: VpcFlowLogProps) {
    super(scope, id);
    placed(this);
    const { name, protection } = settings;
    const groupName = `/aws/vpc/${name}/flow-logs`;
    const key = protection.customerKeys ? this.key(account, name, groupName) : undefined;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: groupName,
      retentionInDays: protection.logRetentionDays,
      ...(key === undefined ? {} : { kmsKeyId: key.arn }),
    });
    const role = new ServiceRole(this, "role", {
      name: `${name}-flow-logs`,
      service: "vpc-flow-logs.amazonaws.com",
      // Otherwise flow logs of other accounts could be sent here in our name.
      condition: {
        StringEquals: { "aws:SourceAccount": account.id() },
        ArnLike: { "aws:SourceArn": account.arn("ec2", "vpc-flow-log/*") },
      },
      policies: {},
    });
    const group = account.arn("logs", `log-group:${groupName}`);
    const actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"];
    const allowances = [{ actions, resources: [group, `${group}:*`] }];
    const { attachment } = new AttachedPolicy(this, "write", { name: `${name}-flow-logs`, roleName: role.name, allowances });
    new FlowLog(this, "flow-log", {
      vpcId,
      trafficType: "ALL",
      maxAggregationInterval: aggregationSeconds,
      logDestination: logs.arn,
      iamRoleArn: role.arn,
      tags: { Name: name },
      dependsOn: [attachment],
    });
  }

  private key(account: AwsAccount, name: string, groupName: string): EncryptionKey {
    const description = `Flow logs of the VPC of cluster ${name}`;
    return new EncryptionKey(this, "encryption", { account, alias: `${name}-flow-logs`, description, logGroupNames: [groupName] });
  }
}
