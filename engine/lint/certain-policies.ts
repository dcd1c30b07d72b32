import type { Evaluation } from "../evaluation";
import { directions, type NetworkPolicy, type Workload } from "../model";
import { policiesOf } from "../enforcement/covered-workloads";

/**
 * The NetworkPolicies that certainly select all pods of a workload. A reading in which policies reach pods is enough, since selectors match pods on
 * the network of their node as well.
 */
export function certainPoliciesOf(evaluation: Evaluation, workload: Workload): readonly NetworkPolicy[] {
  const { cluster, universe, interpretations } = evaluation;
  const possible = policiesOf(evaluation, workload);
  if (possible.length === 0) return possible;
  const byGroup = universe.groups.ofWorkload(workload).map((group) => {
    const applied = interpretations.flatMap((each) => directions.flatMap((direction) => each.appliesTo(group, direction).networkPolicies));
    return new Set(applied.flatMap(({ policy, isCertain }) => (isCertain ? [cluster.policies[policy]] : [])));
  });
  return possible.filter((policy) => byGroup.every((certain) => certain.has(policy)));
}
