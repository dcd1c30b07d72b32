import { unplacedWorkloads } from "../../engine/unplaced-pods";
import type { Analysis } from "../analysis";

type Doubtful = Pick<Analysis, "concerns" | "evaluation" | "report">;

/**
 * Why everything that is reported may be otherwise, one sentence each: policies that nobody here can read, a cluster that may not enforce any,
 * and pods that are taken to be outside of every block of addresses.
 */
export const doubtsOf = (analysis: Doubtful): readonly string[] => [
  ...analysis.concerns.flatMap(({ concern, message }) => (concern?.about === "foreign-policy" ? [message] : [])),
  ...enforcementDoubts(analysis),
  ...placeDoubts(analysis),
];

function enforcementDoubts({ report: { enforcement } }: Doubtful): readonly string[] {
  if (enforcement?.state !== "undecided") return [];
  const [ground] = enforcement.grounds;
  return [`whether policies are enforced is undecided${ground === undefined ? "" : `: ${ground.message}`}`];
}

function placeDoubts({ evaluation: { cluster } }: Doubtful): readonly string[] {
  const unplaced = unplacedWorkloads(cluster).length;
  return unplaced === 0
    ? []
    : [`policies name blocks of addresses, and the pods of ${String(unplaced)} ${unplaced === 1 ? "workload" : "workloads"} may be inside`];
}
