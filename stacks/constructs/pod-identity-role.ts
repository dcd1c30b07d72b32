import type { Construct } from "constructs";
import { type ServiceAccount, ServiceAccountRole } from "./service-account-role";

/** Properties of `PodIdentityRole`. */
export interface PodIdentityRoleProps {
  readonly name: string;
  readonly serviceAccount: ServiceAccount;
  readonly clusterArn: string;
  readonly policyArn: string;
}

/**
 * A role that pods of one service account of one cluster take, through the EKS Pod Identity agent on their node. It has the parts of
 * `IrsaRole`, so that changing from one to the other changes the role in place.
 */
export class PodIdentityRole extends ServiceAccountRole {
  constructor(scope: Construct, id: string, props: PodIdentityRoleProps) {
    super(scope, id, { ...props, trustPolicy: trustPolicy(props) });
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
