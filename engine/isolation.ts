import type { Evaluation } from "./evaluation";
import type { Direction, Workload } from "./model";
import type { Ternary } from "./selector";

/** Whether a NetworkPolicy isolates all pods of a workload in a direction, in every reading of the cluster. */
export function isolationOf({ universe, interpretations }: Evaluation, workload: Workload, direction: Direction): Ternary {
  const answers = universe.groups.ofWorkload(workload).flatMap((group) =>
    interpretations.map((interpretation): Ternary => {
      const { networkPolicies } = interpretation.appliesTo(group, direction);
      return networkPolicies.length === 0 ? "no" : networkPolicies.some(({ isCertain }) => isCertain) ? "yes" : "maybe";
    }),
  );
  return answers.every((answer) => answer === answers[0]) ? (answers[0] ?? "no") : "maybe";
}
