import { DeploymentV1, type DeploymentV1SpecTemplateSpec } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Deployment } from "../../policies";
import { known, knownLabels } from "./known-value";

/** Properties of `Workload`. */
export interface WorkloadProps {
  readonly deployment: Deployment;
  /** The NetworkPolicies that protect it among them: pods must not run before their policies exist, nor after. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Pods under a Deployment: the VPC CNI applies policies to pods that have an owner, not to bare ones. */
export class Workload extends DeploymentV1 {
  constructor(scope: Construct, id: string, { deployment, dependsOn }: WorkloadProps) {
    const { workload } = deployment;
    const labels = knownLabels(workload.labels);
    super(scope, id, {
      metadata: { name: known(workload.name), namespace: known(workload.namespace), labels },
      spec: {
        ...(workload.replicas === undefined ? {} : { replicas: String(known(workload.replicas)) }),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(deployment) },
      },
      dependsOn: [...dependsOn],
    });
  }
}

/** As unprivileged as an image that starts as root allows; probes come from the pod's own node, which policies never stop. */
function podSpec({ workload, image }: Deployment): DeploymentV1SpecTemplateSpec {
  const ports = workload.ports.map(({ name, port, protocol }) => ({
    containerPort: known(port),
    protocol,
    ...(name === undefined ? {} : { name }),
  }));
  const [first] = ports;
  const probe = first === undefined ? undefined : { tcpSocket: [{ port: String(first.containerPort) }] };
  return {
    automountServiceAccountToken: false,
    hostNetwork: known(workload.hostNetwork),
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
    container: [
      {
        name: known(workload.name),
        image,
        port: ports,
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["NET_RAW"] } },
        ...(probe === undefined ? {} : { readinessProbe: probe, livenessProbe: probe }),
      },
    ],
  };
}
