import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { TerraformStack } from "cdktf";
import { qualifyProvider } from "./provider-source";
import { placed } from "./placed";

/** Properties of `AwsAccount`. */
export interface AwsAccountProps {
  readonly region: string;
  /** On every resource that can be tagged. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The AWS provider of a stack, and the names of AWS's own policies. */
export class AwsAccount extends Construct {
  private readonly region: string;
  private lookedUpPartition: DataAwsPartition | undefined;
  private lookedUpId: string | undefined;

  constructor(scope: TerraformStack, id: string, { region, tags }: AwsAccountProps) {
    super(scope, id);
    placed(this);
    this.region = region;
    new AwsProvider(this, "provider", { region, defaultTags: [{ tags: { ...tags } }] });
    qualifyProvider(scope, "aws");
  }

  /** The ARN of a policy AWS maintains, in whichever partition this is (commercial, China, GovCloud). */
  managedPolicyArn(name: string): string {
    return `arn:${this.partition().partition}:iam::aws:policy/${name}`;
  }

  /** The ARN of an access policy of EKS, as access entries take it. */
  clusterAccessPolicyArn(name: string): string {
    return `arn:${this.partition().partition}:eks::aws:cluster-access-policy/${name}`;
  }

  /** The number of the account. */
  id(): string {
    return (this.lookedUpId ??= new DataAwsCallerIdentity(this, "identity").accountId);
  }

  /** The ARN of something in this account, and in this region unless told. IAM has no regions: "". */
  arn(service: string, resource: string, region: string = this.region): string {
    return `arn:${this.partition().partition}:${service}:${region}:${this.id()}:${resource}`;
  }

  /** How policies name a service that is another one in each region. */
  regionalService(service: string): string {
    return `${service}.${this.region}.${this.partition().dnsSuffix}`;
  }

  /** Looked up once, and only in a stack that asks. */
  private partition(): DataAwsPartition {
    return (this.lookedUpPartition ??= new DataAwsPartition(this, "partition"));
  }
}
