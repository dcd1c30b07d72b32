import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Token, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Settings } from "../settings";
import type { AwsAccount } from "./aws-account";
import { ServiceRole } from "./service-role";
import { placed } from "./placed";

/** Properties of `NodeGroup`. */
export interface NodeGroupProps {
  readonly clusterName: string;
  readonly settings: Settings;
  readonly account: AwsAccount;
  readonly subnetIds: readonly string[];
  /** What nodes cannot do without, and must be destroyed before. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Managed nodes on Amazon Linux 2023. Their role can join the cluster and pull images; addresses for pods are the VPC CNI's own business. */
export class NodeGroup extends Construct {
  readonly nodes: EksNodeGroup;

  constructor(scope: Construct, id: string, { clusterName, settings, account, subnetIds, dependsOn }: NodeGroupProps) {
    super(scope, id);
    placed(this);
    const { nodes, kubernetesVersion } = settings;
    const role = new ServiceRole(this, "role", {
      name: `${settings.name}-node`,
      service: "ec2.amazonaws.com",
      policies: {
        "worker-policy": account.managedPolicyArn("AmazonEKSWorkerNodePolicy"),
        "image-pull-policy": account.managedPolicyArn("AmazonEC2ContainerRegistryPullOnly"),
      },
    });
    const template = this.template(settings);
    this.nodes = new EksNodeGroup(this, "nodes", {
      clusterName,
      nodeGroupNamePrefix: `${settings.name}-`,
      nodeRoleArn: role.arn,
      subnetIds: [...subnetIds],
      version: kubernetesVersion,
      amiType: `AL2023_${nodes.architecture}_STANDARD`,
      instanceTypes: [...nodes.instanceTypes],
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: nodes.minSize, desiredSize: nodes.desiredSize, maxSize: nodes.maxSize },
      updateConfig: { maxUnavailablePercentage: 33 },
      // An autoscaler owns the size once nodes run; a replacement needs a free name, hence the prefix.
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ["scaling_config[0].desired_size"] },
      dependsOn: [...role.attachments, ...dependsOn],
    });
  }

  /** Disks are encrypted; instance metadata needs a session token, and answers pods on the host network only (one hop). */
  private template({ name, nodes, tags }: Settings): LaunchTemplate {
    const tagged = { ...tags, Name: `${name}-node` };
    return new LaunchTemplate(this, "template", {
      namePrefix: `${name}-node-`,
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: nodes.diskGib, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      // Default tags of the provider stop at the template; what is launched from it is tagged here.
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags: tagged })),
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
