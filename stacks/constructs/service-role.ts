import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { placed } from "./placed";

/** Properties of `ServiceRole`. */
export interface ServiceRoleProps {
  readonly name: string;
  /** Who takes the role, such as `eks.amazonaws.com`. */
  readonly service: string;
  /** @default only sts:AssumeRole */
  readonly actions?: readonly string[];
  /** When the service may take it. @default always */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Attached policies by a stable word each: the word is part of the state address. */
  readonly policies: Readonly<Record<string, string>>;
}

/** A role an AWS service takes, with policies attached. */
export class ServiceRole extends Construct {
  readonly arn: string;
  readonly name: string;
  /** Depend on these: the role can do nothing before they exist. */
  readonly attachments: readonly IamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, { name, service, actions = ["sts:AssumeRole"], condition, policies }: ServiceRoleProps) {
    super(scope, id);
    placed(this);
    const conditions = condition === undefined ? {} : { Condition: condition };
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: actions, ...conditions };
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    this.arn = role.arn;
    this.name = role.name;
    this.attachments = Object.entries(policies).map(
      ([word, policyArn]) => new IamRolePolicyAttachment(this, word, { role: role.name, policyArn }),
    );
  }
}
