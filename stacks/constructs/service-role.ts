import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";

/** Properties of `ServiceRole`. */
export interface ServiceRoleProps {
  readonly name: string;
  /** Who takes the role, such as `eks.amazonaws.com`. */
  readonly service: string;
  /** @default only sts:AssumeRole */
  readonly actions?: readonly string[];
  /** Attached policies by a stable word each: the word is part of the state address. */
  readonly policies: Readonly<Record<string, string>>;
}

/** A role an AWS service takes, with policies attached. */
export class ServiceRole extends Construct {
  readonly arn: string;
  /** Depend on these: the role can do nothing before they exist. */
  readonly attachments: readonly IamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, { name, service, actions = ["sts:AssumeRole"], policies }: ServiceRoleProps) {
    super(scope, id);
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: actions };
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    this.arn = role.arn;
    this.attachments = Object.entries(policies).map(
      ([word, policyArn]) => new IamRolePolicyAttachment(this, word, { role: role.name, policyArn }),
    );
  }
}
