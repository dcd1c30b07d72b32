import type { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { CniIdentity } from "../setting-table";
import { AttachedPolicy, policyDocument } from "./attached-policy";
import type { AwsAccount } from "./aws-account";
import type { EksCluster } from "./eks-cluster";
import { IrsaRole } from "./irsa-role";
import { ManagedAddon } from "./managed-addon";
import { placed } from "./placed";
import { PodIdentityRole } from "./pod-identity-role";
import { vpcCniConfiguration, type VpcCniConfig } from "./vpc-cni-config";
import { eventLogAllowances, ipv6Allowances } from "./vpc-cni-permissions";

/** Properties of `VpcCniAddon`. */
export interface VpcCniAddonProps {
  readonly cluster: EksCluster;
  readonly account: AwsAccount;
  readonly kubernetesVersion: string;
  /** @default the most recent */
  readonly version?: string;
  readonly config: VpcCniConfig;
  readonly roleName: string;
  /** @default irsa */
  readonly identity?: CniIdentity;
  /** What must be there before, such as the Pod Identity agent. @default nothing but its role */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const serviceAccount = { namespace: "kube-system", name: "aws-node" };

/**
 * The plugin that gives pods their addresses and enforces NetworkPolicies, with a role of its own, so nodes need none of its permissions.
 *
 * Nodes must depend on `addon`: they become ready only with a CNI, and it must outlive them, or the addresses it handed out are left behind.
 */
export class VpcCniAddon extends Construct {
  readonly addon: EksAddon;

  constructor(scope: Construct, id: string, props: VpcCniAddonProps) {
    super(scope, id);
    placed(this);
    const { cluster, kubernetesVersion, version, config, identity = "irsa", dependsOn = [] } = props;
    const role = this.role(props);
    this.addon = new ManagedAddon(this, "vpc-cni", {
      clusterName: cluster.name,
      addonName: "vpc-cni",
      kubernetesVersion,
      ...(version === undefined ? {} : { version }),
      configurationValues: vpcCniConfiguration(config),
      ...(identity === "irsa"
        ? { serviceAccountRoleArn: role.arn }
        : { podIdentity: { roleArn: role.arn, serviceAccount: serviceAccount.name } }),
      preserve: true,
      dependsOn: [role.attachment, ...this.eventLogs(props, role.name), ...dependsOn],
    }).addon;
  }

  private role(props: VpcCniAddonProps): IrsaRole | PodIdentityRole {
    const { cluster, roleName: name, identity = "irsa" } = props;
    const shared = { name, serviceAccount, policyArn: this.policyArn(props) };
    return identity === "irsa"
      ? new IrsaRole(this, "role", { ...shared, issuer: cluster.issuer, providerArn: cluster.identityProviderArn })
      : new PodIdentityRole(this, "role", { ...shared, clusterArn: cluster.arn });
  }

  private policyArn({ account, config, roleName }: VpcCniAddonProps): string {
    if (config.ipFamily !== "ipv6") return account.managedPolicyArn("AmazonEKS_CNI_Policy");
    return new IamPolicy(this, "ipv6-policy", { name: `${roleName}-ipv6`, policy: policyDocument(ipv6Allowances(account)) }).arn;
  }

  private eventLogs({ account, cluster, config, roleName }: VpcCniAddonProps, role: string): readonly ITerraformDependable[] {
    if (config.policyEventLogs !== true) return [];
    const allowances = eventLogAllowances(account, cluster.nameAsWritten);
    return [new AttachedPolicy(this, "event-logs", { name: `${roleName}-event-logs`, roleName: role, allowances }).attachment];
  }
}
