import { type Evaluation, evaluate } from "../evaluation";
import { Interpretation } from "../interpretation";
import type { Cluster } from "../model";
import { PodIndex } from "../matching/pod-index";
import type { Profile } from "../profile";

/** The part of a cluster that decides about its traffic. */
export type PolicySet = Pick<Cluster, "policies" | "clusterPolicies">;

/**
 * Evaluates the same pods under several sets of policies, over one universe: a class of ends is alike to all of the sets, so that answers
 * can be compared class by class, and connections by their number.
 */
export function evaluateTogether(cluster: Cluster, sets: readonly PolicySet[], profile: Profile = {}): readonly Evaluation[] {
  const all = {
    ...cluster,
    policies: sets.flatMap(({ policies }) => policies),
    clusterPolicies: sets.flatMap(({ clusterPolicies }) => clusterPolicies),
  };
  const { universe, table, interpretations } = evaluate(all, profile);
  const pods = new PodIndex(cluster, universe);
  return sets.map(({ policies, clusterPolicies }) => {
    const own = { ...cluster, policies, clusterPolicies };
    return {
      cluster: own,
      universe,
      table,
      profile,
      interpretations: interpretations.map(({ reading }) => Interpretation.of(reading, own, universe, table, pods)),
    };
  });
}
