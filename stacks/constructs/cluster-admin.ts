import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamSessionContext } from "@cdktf/provider-aws/lib/data-aws-iam-session-context";
import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { Construct } from "constructs";
import type { AwsAccount } from "./aws-account";
import { placed } from "./placed";

/** Properties of `ClusterAdmin`. */
export interface ClusterAdminProps {
  readonly clusterName: string;
  readonly account: AwsAccount;
  /** @default whoever deploys first */
  readonly principalArn?: string;
}

/** The one principal that administers the cluster, and so can apply what goes into it. */
export class ClusterAdmin extends Construct {
  constructor(scope: Construct, id: string, { clusterName, account, principalArn }: ClusterAdminProps) {
    super(scope, id);
    placed(this);
    const entry = new EksAccessEntry(this, "entry", {
      clusterName,
      principalArn: principalArn ?? this.deployer(),
      // Otherwise the next person to plan would take the entry over.
      ...(principalArn === undefined ? { lifecycle: { ignoreChanges: ["principal_arn"] } } : {}),
    });
    new EksAccessPolicyAssociation(this, "administrator", {
      clusterName,
      principalArn: entry.principalArn,
      policyArn: account.clusterAccessPolicyArn("AmazonEKSClusterAdminPolicy"),
      accessScope: { type: "cluster" },
    });
  }

  /** The role or user behind the current credentials; a session's own ARN would change with each login. */
  private deployer(): string {
    const caller = new DataAwsCallerIdentity(this, "caller");
    return new DataAwsIamSessionContext(this, "session", { arn: caller.arn }).issuerArn;
  }
}
