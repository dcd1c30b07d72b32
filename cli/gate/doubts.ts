import type { Analysis } from "../analysis";
import { unplacedPods } from "../unplaced-pods";

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
  const unplaced = unplacedPods(cluster);
  return unplaced === undefined ? [] : [`${unplaced.fact}, and blocks of addresses in policies may hold them`];
}
