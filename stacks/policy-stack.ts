import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { deployments, desired, experimentImage } from "../policies";
import type { ClusterStack } from "./cluster-stack";
import { AwsAccount } from "./constructs/aws-account";
import { ClusterDns } from "./constructs/cluster-dns";
import { IsolatedNamespace } from "./constructs/isolated-namespace";
import { known } from "./constructs/known-value";
import { KubernetesAccess } from "./constructs/kubernetes-access";
import { NetworkPolicy } from "./constructs/network-policy";
import { recordPlaces } from "./constructs/placed";
import { keepState } from "./constructs/state-backend";
import type { Settings } from "./settings";
import { writeWaivers } from "./waivers";

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
    recordPlaces(this);
    writeWaivers(this, "policies", settings);
    // The whole stack: without nodes and DNS, workloads would wait in vain.
    this.addDependency(cluster);
    new KubernetesAccess(this, "kubernetes", { cluster: cluster.cluster, clusterName: settings.name, region: settings.region });
    if (settings.cni.enforcingMode === "strict") {
      new AwsAccount(this, "aws", settings);
      new ClusterDns(this, "cluster-dns", settings);
    }
    const { image, restricted, isolateBothWays } = settings.pods;
    const content = desired(settings.step, { isolateBothWays });
    const withImage = deployments.map((each) => (each.image === experimentImage ? { ...each, image } : each));
    // A scope of their own: one may be called like something else in the stack, as `backend` is here.
    const namespaces = new Construct(this, "namespaces");
    for (const namespace of content.namespaces) {
      new IsolatedNamespace(namespaces, known(namespace.name), { namespace, content, deployments: withImage, restricted });
    }
  }

  /** A policy of the stack, to say something about it: `suppress`, for one. Throws for a policy the settings do not deploy. */
  networkPolicy(namespace: string, name: string): NetworkPolicy {
    const found = this.node.tryFindChild("namespaces")?.node.tryFindChild(namespace)?.node.tryFindChild(name);
    if (found instanceof NetworkPolicy) return found;
    throw new Error(`no policy \`${namespace}/${name}\` is deployed with these settings: see policies/ for those there are`);
  }
}
