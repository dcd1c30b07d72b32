import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { placed } from "./placed";
import type { ServiceAccount } from "./service-account";

/** Properties of `IrsaRole`. */
export interface IrsaRoleProps {
  readonly name: string;
  readonly serviceAccount: ServiceAccount;
  /** The cluster's OIDC issuer, a URL. */
  readonly issuer: string;
  /** The ARN of the identity provider made for that issuer. */
  readonly providerArn: string;
  readonly policyArn: string;
}

/** A role that pods of one service account take, and nobody else. */
export class IrsaRole extends Construct {
  readonly arn: string;
  readonly name: string;
  /** Depend on this: the role can do nothing before it exists. */
  readonly attachment: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, props: IrsaRoleProps) {
    super(scope, id);
    placed(this);
    const role = new IamRole(this, "role", { name: props.name, assumeRolePolicy: trustPolicy(props) });
    this.arn = role.arn;
    this.name = role.name;
    this.attachment = new IamRolePolicyAttachment(this, "policy", { role: role.name, policyArn: props.policyArn });
  }
}

/**
 * Both conditions are needed: `sub` names the service account, `aud` the use of the token. The keys start with the issuer without its
 * scheme, known only after apply. Fn.jsonencode turns such a key into invalid HCL without a word; JSON.stringify keeps it.
 */
function trustPolicy({ issuer, providerArn, serviceAccount: { namespace, name } }: IrsaRoleProps): string {
  const host: string = Fn.replace(issuer, "https://", "");
  const conditions = { [`${host}:sub`]: `system:serviceaccount:${namespace}:${name}`, [`${host}:aud`]: "sts.amazonaws.com" };
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: conditions },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
