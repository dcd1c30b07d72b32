import { DataAwsEksAddonVersion } from "@cdktf/provider-aws/lib/data-aws-eks-addon-version";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { placed } from "./placed";

/** Properties of `ManagedAddon`. */
export interface ManagedAddonProps {
  readonly clusterName: string;
  readonly addonName: string;
  readonly kubernetesVersion: string;
  /** @default the most recent for the Kubernetes version, looked up at each plan */
  readonly version?: string;
  /** The JSON text the add-on's schema asks for. */
  readonly configurationValues?: string;
  readonly serviceAccountRoleArn?: string;
  /** A role that pods of a service account of the add-on get from the Pod Identity agent. */
  readonly podIdentity?: { readonly roleArn: string; readonly serviceAccount: string };
  /** Leave what runs in the cluster when the add-on is destroyed. @default false */
  readonly preserve?: boolean;
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** An add-on that EKS keeps running. Where it meets earlier settings of the same objects, its own win. */
export class ManagedAddon extends Construct {
  readonly addon: EksAddon;

  constructor(scope: Construct, id: string, props: ManagedAddonProps) {
    super(scope, id);
    placed(this);
    const { clusterName, addonName, configurationValues, serviceAccountRoleArn, podIdentity, preserve = false, dependsOn = [] } = props;
    this.addon = new EksAddon(this, "addon", {
      clusterName,
      addonName,
      addonVersion: props.version ?? this.mostRecent(props),
      ...(configurationValues === undefined ? {} : { configurationValues }),
      ...(serviceAccountRoleArn === undefined ? {} : { serviceAccountRoleArn }),
      ...(podIdentity === undefined ? {} : { podIdentityAssociation: [podIdentity] }),
      preserve,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      // A new cluster's add-on service can lag behind by minutes.
      timeouts: { create: "25m", update: "25m", delete: "10m" },
      ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }),
    });
  }

  private mostRecent({ addonName, kubernetesVersion }: ManagedAddonProps): string {
    return new DataAwsEksAddonVersion(this, "most-recent", { addonName, kubernetesVersion, mostRecent: true }).version;
  }
}
