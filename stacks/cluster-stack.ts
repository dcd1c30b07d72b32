import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AwsAccount } from "./constructs/aws-account";
import { ClusterAdmin } from "./constructs/cluster-admin";
import { EksCluster } from "./constructs/eks-cluster";
import { ManagedAddon } from "./constructs/managed-addon";
import { NodeGroup } from "./constructs/node-group";
import { recordPlaces } from "./constructs/placed";
import { keepState } from "./constructs/state-backend";
import { VpcCniAddon } from "./constructs/vpc-cni-addon";
import type { NetworkStack } from "./network-stack";
import type { Settings } from "./settings";
import { writeWaivers } from "./waivers";

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
    recordPlaces(this);
    writeWaivers(this, "cluster", settings);
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
    const agents = this.podIdentityAgent(settings);
    const vpcCni = this.vpcCni(settings, account, agents);
    const { addon: kubeProxy } = new ManagedAddon(this, "kube-proxy", { clusterName, addonName: "kube-proxy", kubernetesVersion });
    const { nodes } = new NodeGroup(this, "node-group", {
      clusterName,
      settings,
      account,
      subnetIds,
      dependsOn: [vpcCni, kubeProxy, ...agents],
    });
    if (settings.cni.enforcingMode === "standard") {
      // A Deployment: before there are nodes it can only wait until it times out. In strict mode it waits for its policy too.
      new ManagedAddon(this, "coredns", { clusterName, addonName: "coredns", kubernetesVersion, dependsOn: [nodes] });
    }
    const command = `aws eks update-kubeconfig --name ${clusterName} --region ${settings.region}`;
    new TerraformOutput(this, "configure_kubectl", { value: command, description: "Points kubectl at the cluster" });
  }

  /** The agent that hands out roles on nodes, where the CNI gets its role from it: a DaemonSet on the host network, which needs no CNI. */
  private podIdentityAgent({ cni, kubernetesVersion }: Settings): readonly ManagedAddon["addon"][] {
    if (cni.identity === "irsa") return [];
    const { name: clusterName } = this.cluster;
    const props = { clusterName, addonName: "eks-pod-identity-agent", kubernetesVersion };
    return [new ManagedAddon(this, "pod-identity-agent", props).addon];
  }

  private vpcCni(settings: Settings, account: AwsAccount, dependsOn: readonly ManagedAddon["addon"][]): VpcCniAddon["addon"] {
    const { name, kubernetesVersion, vpcCniVersion, cni, ipFamily } = settings;
    const { enforcingMode, policyEventLogs, identity } = cni;
    const { addon } = new VpcCniAddon(this, "vpc-cni", {
      cluster: this.cluster,
      account,
      kubernetesVersion,
      ...(vpcCniVersion === undefined ? {} : { version: vpcCniVersion }),
      config: { enableNetworkPolicy: true, enforcingMode, policyEventLogs, ipFamily },
      roleName: `${name}-vpc-cni`,
      identity,
      dependsOn,
    });
    new TerraformOutput(this, "vpc_cni_version", {
      value: addon.addonVersion,
      description: "Version of the add-on that enforces policies",
    });
    return addon;
  }
}
