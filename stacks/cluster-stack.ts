import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AwsAccount } from "./constructs/aws-account";
import { ClusterAdmin } from "./constructs/cluster-admin";
import { EksCluster } from "./constructs/eks-cluster";
import { ManagedAddon } from "./constructs/managed-addon";
import { NodeGroup } from "./constructs/node-group";
import { keepState } from "./constructs/state-backend";
import { VpcCniAddon } from "./constructs/vpc-cni-addon";
import type { NetworkStack } from "./network-stack";
import type { Settings } from "./settings";

/** Properties of `ClusterStack`. */
export interface ClusterStackProps {
  readonly settings: Settings;
  readonly network: NetworkStack;
}

/**
 * An EKS cluster whose CNI enforces NetworkPolicies. Order matters both ways: control plane, identity provider, the CNI's role, the CNI,
 * nodes, cluster DNS; destroy goes back the same way.
 */
export class ClusterStack extends TerraformStack {
  readonly cluster: EksCluster;

  constructor(scope: Construct, id: string, { settings, network }: ClusterStackProps) {
    super(scope, id);
    keepState(this, settings.backend);
    // Whole stacks, not only what is referenced: subnets are of use to nodes once their routes exist.
    this.addDependency(network);
    const account = new AwsAccount(this, "aws", settings);
    const subnetIds = network.privateSubnetIds;
    this.cluster = new EksCluster(this, "eks", { settings, account, subnetIds });
    const { name: clusterName } = this.cluster;
    const { adminPrincipalArn, kubernetesVersion } = settings;
    new ClusterAdmin(this, "admin", {
      clusterName,
      account,
      ...(adminPrincipalArn === undefined ? {} : { principalArn: adminPrincipalArn }),
    });
    const vpcCni = this.vpcCni(settings, account);
    const { addon: kubeProxy } = new ManagedAddon(this, "kube-proxy", { clusterName, addonName: "kube-proxy", kubernetesVersion });
    const { nodes } = new NodeGroup(this, "node-group", { clusterName, settings, account, subnetIds, dependsOn: [vpcCni, kubeProxy] });
    // A Deployment: before there are nodes it can only wait until it times out.
    new ManagedAddon(this, "coredns", { clusterName, addonName: "coredns", kubernetesVersion, dependsOn: [nodes] });
    const command = `aws eks update-kubeconfig --name ${clusterName} --region ${settings.region}`;
    new TerraformOutput(this, "configure_kubectl", { value: command, description: "Points kubectl at the cluster" });
  }

  private vpcCni({ name, kubernetesVersion, vpcCniVersion }: Settings, account: AwsAccount): VpcCniAddon["addon"] {
    const { addon } = new VpcCniAddon(this, "vpc-cni", {
      cluster: this.cluster,
      account,
      kubernetesVersion,
      ...(vpcCniVersion === undefined ? {} : { version: vpcCniVersion }),
      config: { enableNetworkPolicy: true },
      roleName: `${name}-vpc-cni`,
    });
    new TerraformOutput(this, "vpc_cni_version", {
      value: addon.addonVersion,
      description: "Version of the add-on that enforces policies",
    });
    return addon;
  }
}
