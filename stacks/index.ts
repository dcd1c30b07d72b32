import type { App } from "cdktf";
import { ClusterStack } from "./cluster-stack";
import { NetworkStack } from "./network-stack";
import { PolicyStack } from "./policy-stack";
import type { Settings } from "./settings";

export { loadSettings, type Settings, type SettingSources } from "./settings";
export { SettingsError } from "./settings-error";
export { placed, recordPlaces } from "./constructs/placed";
export { suppress, SuppressionError, type Suppression } from "./constructs/suppress";

/** The stacks of one deployment. */
export interface Stacks {
  readonly network: NetworkStack;
  readonly cluster: ClusterStack;
  readonly policies: PolicyStack;
}

/** Declares the three stacks, each of which needs the one before. Their ids are state addresses. */
export function declareStacks(app: App, settings: Settings): Stacks {
  const network = new NetworkStack(app, "network", settings);
  const cluster = new ClusterStack(app, "cluster", { settings, network });
  const policies = new PolicyStack(app, "policies", { settings, cluster });
  return { network, cluster, policies };
}
