import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { placed } from "./placed";

/** A Kubernetes service account. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** Properties of `ServiceAccountRole`. */
export interface ServiceAccountRoleProps {
  readonly name: string;
  readonly policyArn: string;
  /** Who takes the role, and under which conditions: a policy document as JSON. */
  readonly trustPolicy: string;
}

/** A role that pods of a service account take, with one policy. How they take it is up to the trust policy. */
export abstract class ServiceAccountRole extends Construct {
  readonly arn: string;
  readonly name: string;
  /** Depend on this: the role can do nothing before it exists. */
  readonly attachment: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, { name, policyArn, trustPolicy }: ServiceAccountRoleProps) {
    super(scope, id);
    placed(this);
    const role = new IamRole(this, "role", { name, assumeRolePolicy: trustPolicy });
    this.arn = role.arn;
    this.name = role.name;
    this.attachment = new IamRolePolicyAttachment(this, "policy", { role: role.name, policyArn });
  }
}
