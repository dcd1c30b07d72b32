import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { TerraformStack } from "cdktf";
import { qualifyProvider } from "./provider-source";

/** Properties of `AwsAccount`. */
export interface AwsAccountProps {
  readonly region: string;
  /** On every resource that can be tagged. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The AWS provider of a stack, and the names of AWS's own policies. */
export class AwsAccount extends Construct {
  private partition: string | undefined;

  constructor(scope: TerraformStack, id: string, { region, tags }: AwsAccountProps) {
    super(scope, id);
    new AwsProvider(this, "provider", { region, defaultTags: [{ tags: { ...tags } }] });
    qualifyProvider(scope, "aws");
  }

  /** The ARN of a policy AWS maintains, in whichever partition this is (commercial, China, GovCloud). */
  managedPolicyArn(name: string): string {
    return `arn:${this.partitionName()}:iam::aws:policy/${name}`;
  }

  /** The ARN of an access policy of EKS, as access entries take it. */
  clusterAccessPolicyArn(name: string): string {
    return `arn:${this.partitionName()}:eks::aws:cluster-access-policy/${name}`;
  }

  /** Looked up once, and only in a stack that asks. */
  private partitionName(): string {
    return (this.partition ??= new DataAwsPartition(this, "partition").partition);
  }
}
