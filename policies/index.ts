import { emptyCluster, type Cluster, type NetworkPolicy } from "../engine/model";
import { defaultDenyIngress } from "./baseline";
import { bothWays } from "./both-ways";
import { allowNginxFront } from "./nginx";
import type { Step } from "./step";
import { deployments, namespaces, services } from "./workloads";

export { deployments, experimentImage, type Deployment, type WritableFolder } from "./workloads";
export { clusterDns, type DnsNeeds } from "./cluster-dns";
export { callerOf, type Place } from "./place";
export { steps, stepTitles, type Step } from "./step";
export { expectationsAt } from "./expectations";

/** The NetworkPolicies that exist at each step. */
const policiesAt: Readonly<Record<Step, readonly NetworkPolicy[]>> = {
  1: [],
  2: [defaultDenyIngress],
  3: [defaultDenyIngress, allowNginxFront],
};

/** What is wanted beyond the step itself. */
export interface Extras {
  /** Every pod isolated in both directions, without a change to what the experiment sees: from step 3 on. @default false */
  readonly isolateBothWays?: boolean;
}

/** The cluster the experiment wants at a step: what the policies stack deploys. */
export const desired = (step: Step, { isolateBothWays = false }: Extras = {}): Cluster => ({
  ...emptyCluster,
  namespaces,
  workloads: deployments.map(({ workload }) => workload),
  services,
  policies: [...policiesAt[step], ...(isolateBothWays ? bothWays : [])],
});
