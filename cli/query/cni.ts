import { vpcCni, type VpcCniEvaluation } from "../../engine";
import type { ClusterEnforcement } from "../../engine/enforcement/enforcement";
import type { ClusterState } from "../analysis";

/** How the cluster enforces its policies, and the evaluator for that. */
export interface EnforcedCluster extends ClusterEnforcement {
  readonly cni: VpcCniEvaluation;
}

/** The evaluator for the settings that the infrastructure of the input shows. */
export const enforcedCluster = ({ evaluation, enforcement }: Pick<ClusterState, "evaluation" | "enforcement">): EnforcedCluster => ({
  ...enforcement,
  cni: vpcCni(evaluation, enforcement.settings),
});
