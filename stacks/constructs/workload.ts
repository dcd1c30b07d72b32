import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Deployment } from "../../policies";
import { known, knownLabels } from "./known-value";
import { placed } from "./placed";
import { plainPodSpec, restrictedPodSpec } from "./pod-spec";

/** Properties of `Workload`. */
export interface WorkloadProps {
  readonly deployment: Deployment;
  /** Run with as few rights as nginx can do with. */
  readonly restricted: boolean;
  /** The NetworkPolicies that protect it among them: pods must not run before their policies exist, nor after. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Pods under a Deployment: the VPC CNI applies policies to pods that have an owner, not to bare ones. */
export class Workload extends DeploymentV1 {
  constructor(scope: Construct, id: string, { deployment, restricted, dependsOn }: WorkloadProps) {
    const { workload } = deployment;
    const labels = knownLabels(workload.labels);
    super(scope, id, {
      metadata: { name: known(workload.name), namespace: known(workload.namespace), labels },
      spec: {
        ...(workload.replicas === undefined ? {} : { replicas: String(known(workload.replicas)) }),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: restricted ? restrictedPodSpec(deployment) : plainPodSpec(deployment) },
      },
      dependsOn: [...dependsOn],
    });
    placed(this, workload.location?.created);
  }
}
