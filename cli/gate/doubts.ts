import type { Analysis } from "../analysis";

type Doubtful = Pick<Analysis, "concerns" | "report">;

/**
 * Why everything that is reported may be otherwise, one sentence each: policies that nobody here can read, and a cluster that may not enforce any.
 */
export const doubtsOf = (analysis: Doubtful): readonly string[] => [
  ...analysis.concerns.flatMap(({ concern, message }) => (concern?.about === "foreign-policy" ? [message] : [])),
  ...enforcementDoubts(analysis),
];

function enforcementDoubts({ report: { enforcement } }: Doubtful): readonly string[] {
  if (enforcement?.state !== "undecided") return [];
  const [ground] = enforcement.grounds;
  return [`whether policies are enforced is undecided${ground === undefined ? "" : `: ${ground.message}`}`];
}
