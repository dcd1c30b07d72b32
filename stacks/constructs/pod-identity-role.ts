import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { placed } from "./placed";
import type { ServiceAccount } from "./service-account";

/** Properties of `PodIdentityRole`. */
export interface PodIdentityRoleProps {
  readonly name: string;
  readonly serviceAccount: ServiceAccount;
  readonly clusterArn: string;
  readonly policyArn: string;
}

/**
 * A role that pods of one service account of one cluster take, through the EKS Pod Identity agent on their node. Its parts are called as
 * those of `IrsaRole`, so that changing from one to the other changes the role in place.
 */
export class PodIdentityRole extends Construct {
  readonly arn: string;
  readonly name: string;
  /** Depend on this: the role can do nothing before it exists. */
  readonly attachment: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, props: PodIdentityRoleProps) {
    super(scope, id);
    placed(this);
    const role = new IamRole(this, "role", { name: props.name, assumeRolePolicy: trustPolicy(props) });
    this.arn = role.arn;
    this.name = role.name;
    this.attachment = new IamRolePolicyAttachment(this, "policy", { role: role.name, policyArn: props.policyArn });
  }
}

/** EKS says in session tags whom it asks for; without the conditions, an association with any service account would be enough. */
function trustPolicy({ serviceAccount: { namespace, name }, clusterArn }: PodIdentityRoleProps): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": name,
        "aws:RequestTag/eks-cluster-arn": clusterArn,
      },
    },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
