import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { deployments, desired } from "../policies";
import type { ClusterStack } from "./cluster-stack";
import { IsolatedNamespace } from "./constructs/isolated-namespace";
import { known } from "./constructs/known-value";
import { KubernetesAccess } from "./constructs/kubernetes-access";
import { keepState } from "./constructs/state-backend";
import type { Settings } from "./settings";

/** Properties of `PolicyStack`. */
export interface PolicyStackProps {
  readonly settings: Settings;
  readonly cluster: ClusterStack;
}

/** What goes into the cluster: namespaces, NetworkPolicies and workloads, all of it taken from policies/ at the step of the settings. */
export class PolicyStack extends TerraformStack {
  constructor(scope: Construct, id: string, { settings, cluster }: PolicyStackProps) {
    super(scope, id);
    keepState(this, settings.backend);
    // The whole stack: without nodes and DNS, workloads would wait in vain.
    this.addDependency(cluster);
    new KubernetesAccess(this, "kubernetes", { cluster: cluster.cluster, clusterName: settings.name, region: settings.region });
    const content = desired(settings.step);
    // A scope of their own: one may be called like something else in the stack, as `backend` is here.
    const namespaces = new Construct(this, "namespaces");
    for (const namespace of content.namespaces) {
      new IsolatedNamespace(namespaces, known(namespace.name), { namespace, content, deployments });
    }
  }
}
