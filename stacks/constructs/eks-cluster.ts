import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EksCluster as EksClusterResource, type EksClusterConfig } from "@cdktf/provider-aws/lib/eks-cluster";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { supportWarning, upgradeSupportType } from "../kubernetes-support";
import { serviceCidr } from "../service-range";
import type { Settings } from "../settings";
import { AttachedPolicy } from "./attached-policy";
import type { AwsAccount } from "./aws-account";
import { EncryptionKey } from "./encryption-key";
import { OfferedVersion } from "./offered-version";
import { ServiceRole } from "./service-role";
import { placed } from "./placed";

/** Properties of `EksCluster`. */
export interface EksClusterProps {
  readonly settings: Settings;
  readonly account: AwsAccount;
  readonly subnetIds: readonly string[];
}

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
/** What the control plane does with the key that encrypts Kubernetes secrets. */
const keyActions = ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"];

/**
 * The control plane: its log group, its role, and the identity provider for service accounts. EKS installs no add-on by itself and makes
 * nobody administrator; it does make the security group that nodes and control plane share, which is the only one there is.
 */
export class EksCluster extends Construct {
  readonly name: string;
  /** The name before it is a reference: the same text, for names that are made from it. */
  readonly nameAsWritten: string;
  readonly arn: string;
  readonly endpoint: string;
  /** Base64 of the certificate the API server's own is checked against. */
  readonly certificateAuthority: string;
  readonly issuer: string;
  readonly identityProviderArn: string;

  constructor(scope: Construct, id: string, props: EksClusterProps) {
    super(scope, id);
    placed(this);
    const cluster = this.cluster(props);
    this.name = cluster.name;
    this.nameAsWritten = props.settings.name;
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.get(0).data;
    this.issuer = cluster.identity.get(0).oidc.get(0).issuer;
    // No thumbprint: AWS checks the issuer's certificate by its own list of authorities.
    const provider = new IamOpenidConnectProvider(this, "identity-provider", { url: this.issuer, clientIdList: ["sts.amazonaws.com"] });
    this.identityProviderArn = provider.arn;
    this.warnAbout(props.settings);
  }

  private cluster({ settings, account, subnetIds }: EksClusterProps): EksClusterResource {
    const { name, kubernetesVersion, protection, today } = settings;
    const role = new ServiceRole(this, "role", {
      name: `${name}-cluster`,
      service: "eks.amazonaws.com",
      actions: ["sts:AssumeRole", "sts:TagSession"],
      policies: { "cluster-policy": account.managedPolicyArn("AmazonEKSClusterPolicy") },
    });
    // Made first: a cluster that finds no group makes one itself, which keeps logs for ever and survives destroy.
    const groupName = `/aws/eks/${name}/cluster`;
    const key = protection.customerKeys ? this.key(name, account, groupName) : undefined;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: groupName,
      retentionInDays: protection.logRetentionDays,
      ...(key === undefined ? {} : { kmsKeyId: key.arn }),
    });
    const keyUse = key === undefined ? [] : [this.keyUse(name, role, key)];
    return new EksClusterResource(this, "cluster", {
      name,
      version: kubernetesVersion,
      roleArn: role.arn,
      vpcConfig: vpcConfig(settings.endpoint, subnetIds),
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: logTypes,
      upgradePolicy: { supportType: upgradeSupportType(kubernetesVersion, today) },
      ...networkConfig(settings),
      ...(key === undefined ? {} : { encryptionConfig: { resources: ["secrets"], provider: { keyArn: key.arn } } }),
      ...(protection.deletionProtection ? { deletionProtection: true } : {}),
      dependsOn: [...role.attachments, ...keyUse, logs],
      ...this.versionCheck(settings),
    });
  }

  private key(name: string, account: AwsAccount, groupName: string): EncryptionKey {
    const description = `Secrets and logs of cluster ${name}`;
    return new EncryptionKey(this, "encryption", { account, alias: `${name}-cluster`, description, logGroupNames: [groupName] });
  }

  private keyUse(name: string, role: ServiceRole, key: EncryptionKey): AttachedPolicy["attachment"] {
    const allowances = [{ actions: keyActions, resources: [key.arn] }];
    return new AttachedPolicy(this, "key-use", { name: `${name}-cluster-key`, roleName: role.name, allowances }).attachment;
  }

  private versionCheck({ allowUnsupportedVersion, kubernetesVersion }: Settings): { lifecycle?: OfferedVersion["required"] } {
    return allowUnsupportedVersion ? {} : { lifecycle: new OfferedVersion(this, "offered", { kubernetesVersion }).required };
  }

  private warnAbout({ kubernetesVersion, today, endpoint: { publicAccessCidrs } }: Settings): void {
    const warning = supportWarning(kubernetesVersion, today);
    if (warning !== undefined) Annotations.of(this).addWarning(warning);
    if (publicAccessCidrs.some((cidr) => cidr.endsWith("/0"))) {
      Annotations.of(this).addWarning(
        "the Kubernetes API is open to the whole internet: narrow `publicAccessCidrs` to the addresses that need it",
      );
    }
  }
}

/** Left to EKS, but where a policy has to name the API server's Service address: then it is what EKS would choose, written down. */
const networkConfig = ({ ipFamily, cni, vpcCidr }: Settings): Pick<EksClusterConfig, "kubernetesNetworkConfig"> => {
  if (ipFamily === "ipv6") return { kubernetesNetworkConfig: { ipFamily } };
  return cni.enforcingMode === "strict" ? { kubernetesNetworkConfig: { serviceIpv4Cidr: serviceCidr(vpcCidr) } } : {};
};

const vpcConfig = ({ privateAccess, publicAccess, publicAccessCidrs }: Settings["endpoint"], subnetIds: readonly string[]) => ({
  subnetIds: [...subnetIds],
  endpointPrivateAccess: privateAccess,
  endpointPublicAccess: publicAccess,
  ...(publicAccess ? { publicAccessCidrs: [...publicAccessCidrs] } : {}),
});
