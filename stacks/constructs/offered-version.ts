import { DataAwsEksClusterVersions } from "@cdktf/provider-aws/lib/data-aws-eks-cluster-versions";
import type { TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { notOffered } from "../kubernetes-support";
import { placed } from "./placed";

/**
 * Asks EKS, while planning, which versions it offers. A cluster of another version would pass the plan and fail twenty minutes into apply.
 */
export class OfferedVersion extends Construct {
  /** Fails the plan of what carries it unless EKS offers the version. */
  readonly required: TerraformResourceLifecycle;

  constructor(scope: Construct, id: string, { kubernetesVersion }: { readonly kubernetesVersion: string }) {
    super(scope, id);
    placed(this);
    const { fqn } = new DataAwsEksClusterVersions(this, "versions", {});
    const offered = `[for v in ${fqn}.cluster_versions : v.cluster_version if v.version_status != "UNSUPPORTED"]`;
    const condition = `\${contains(${offered}, "${kubernetesVersion}")}`;
    this.required = { precondition: [{ condition, errorMessage: notOffered(kubernetesVersion) }] };
  }
}
