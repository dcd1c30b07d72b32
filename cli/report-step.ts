import { checkExpectations, evaluate, networkPolicyRef } from "../engine";
import type { Cluster } from "../engine/model";
import { connectionMatrix, type ReachabilityReport } from "../engine/report";
import { expectationsAt, type Step, stepTitles } from "../policies";

/** Evaluates a cluster and holds against it what must and must not flow at one step of the experiment. */
export function reportStep(cluster: Cluster, step: Step): ReachabilityReport {
  const evaluation = evaluate(cluster);
  return {
    title: `Step ${String(step)}: ${stepTitles[step]}`,
    policies: cluster.policies.map(networkPolicyRef),
    matrix: connectionMatrix(evaluation, "workload"),
    expectations: checkExpectations({ evaluation }, expectationsAt(step)),
  };
}
