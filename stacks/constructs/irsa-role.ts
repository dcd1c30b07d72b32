import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { type ServiceAccount, ServiceAccountRole } from "./service-account-role";

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

/** A role that pods of one service account take with its token, and nobody else. */
export class IrsaRole extends ServiceAccountRole {
  constructor(scope: Construct, id: string, props: IrsaRoleProps) {
    super(scope, id, { ...props, trustPolicy: trustPolicy(props) });
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
