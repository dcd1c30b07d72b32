import type { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { Construct } from "constructs";
import type { AwsAccount } from "./aws-account";
import type { EksCluster } from "./eks-cluster";
import { IrsaRole } from "./irsa-role";
import { ManagedAddon } from "./managed-addon";
import { vpcCniConfiguration, type VpcCniConfig } from "./vpc-cni-config";

/** Properties of `VpcCniAddon`. */
export interface VpcCniAddonProps {
  readonly cluster: EksCluster;
  readonly account: AwsAccount;
  readonly kubernetesVersion: string;
  /** @default the most recent */
  readonly version?: string;
  readonly config: VpcCniConfig;
  readonly roleName: string;
}

/**
 * The plugin that gives pods their addresses and enforces NetworkPolicies, with a role of its own, so nodes need none of its permissions.
 *
 * Nodes must depend on `addon`: they become ready only with a CNI, and it must outlive them, or the addresses it handed out are left behind.
 */
export class VpcCniAddon extends Construct {
  readonly addon: EksAddon;

  constructor(scope: Construct, id: string, { cluster, account, kubernetesVersion, version, config, roleName }: VpcCniAddonProps) {
    super(scope, id);
    const role = new IrsaRole(this, "role", {
      name: roleName,
      serviceAccount: { namespace: "kube-system", name: "aws-node" },
      issuer: cluster.issuer,
      providerArn: cluster.identityProviderArn,
      policyArn: account.managedPolicyArn("AmazonEKS_CNI_Policy"),
    });
    this.addon = new ManagedAddon(this, "vpc-cni", {
      clusterName: cluster.name,
      addonName: "vpc-cni",
      kubernetesVersion,
      ...(version === undefined ? {} : { version }),
      configurationValues: vpcCniConfiguration(config),
      serviceAccountRoleArn: role.arn,
      preserve: true,
      dependsOn: [role.attachment],
    }).addon;
  }
}
