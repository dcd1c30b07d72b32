import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { EksCluster } from "./eks-cluster";
import { qualifyProvider } from "./provider-source";
import { placed } from "./placed";

/** Properties of `KubernetesAccess`. */
export interface KubernetesAccessProps {
  readonly cluster: EksCluster;
  readonly clusterName: string;
  readonly region: string;
}

/**
 * The Kubernetes provider of a stack. It asks the AWS command line for a token whenever it needs one, because a token read into the
 * configuration lasts fifteen minutes. Only for a stack other than the cluster's: a provider cannot be configured by what its own apply creates.
 */
export class KubernetesAccess extends Construct {
  constructor(scope: TerraformStack, id: string, { cluster, clusterName, region }: KubernetesAccessProps) {
    super(scope, id);
    placed(this);
    new KubernetesProvider(this, "provider", {
      host: cluster.endpoint,
      clusterCaCertificate: Fn.base64decode(cluster.certificateAuthority),
      exec: [
        {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "aws",
          args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
        },
      ],
    });
    qualifyProvider(scope, "kubernetes");
  }
}
