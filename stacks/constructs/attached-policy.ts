import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { placed } from "./placed";

/** What a policy allows, and on which resources. */
export interface Allowance {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** The text of a policy that allows these things and no others. */
export const policyDocument = (allowances: readonly Allowance[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: allowances.map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources })),
  });

/** Properties of `AttachedPolicy`. */
export interface AttachedPolicyProps {
  readonly name: string;
  readonly roleName: string;
  readonly allowances: readonly Allowance[];
}

/** A policy of our own, attached to one role. */
export class AttachedPolicy extends Construct {
  /** Depend on this: the role can do nothing of it before. */
  readonly attachment: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, { name, roleName, allowances }: AttachedPolicyProps) {
    super(scope, id);
    placed(this);
    const policy = new IamPolicy(this, "policy", { name, policy: policyDocument(allowances) });
    this.attachment = new IamRolePolicyAttachment(this, "attachment", { role: roleName, policyArn: policy.arn });
  }
}
