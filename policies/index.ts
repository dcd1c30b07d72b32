import { emptyCluster, type Cluster, type NetworkPolicy } from "../engine/model";
import { defaultDenyIngress } from "./baseline";
import { allowNginxFront } from "./nginx";
import type { Step } from "./step";
import { deployments, namespaces, services } from "./workloads";

export { deployments, type Deployment } from "./workloads";
export { strangers } from "./strangers";
export { steps, stepTitles, type Step } from "./step";
export { expectations, type Expectation, type ExpectedEnd } from "./expectations";

/** The NetworkPolicies that exist at each step. */
const policiesAt: Readonly<Record<Step, readonly NetworkPolicy[]>> = {
  1: [],
  2: [defaultDenyIngress],
  3: [defaultDenyIngress, allowNginxFront],
};

/** The cluster the experiment wants at a step: what the policies stack deploys. */
export const desired = (step: Step): Cluster => ({
  ...emptyCluster,
  namespaces,
  workloads: deployments.map(({ workload }) => workload),
  services,
  policies: policiesAt[step],
});
