import { vpcCni, type VpcCniEvaluation } from "../../engine";
import { type ClusterEnforcement, enforcementOf } from "../../engine/enforcement/enforcement";
import type { Analysis } from "../analysis";
import type { LoadedConfig } from "../config/load-config";
import { lintContext } from "../gate/findings";

/** How the cluster enforces its policies, and the evaluator for that. */
export interface EnforcedCluster extends ClusterEnforcement {
  readonly cni: VpcCniEvaluation;
}

/** Reads from the infrastructure of the input how policies are enforced. */
export function enforcedCluster(analysis: Analysis, loaded: LoadedConfig): EnforcedCluster {
  const found = enforcementOf(lintContext(analysis, loaded));
  return { ...found, cni: vpcCni(analysis.evaluation.cluster, found.settings) };
}
