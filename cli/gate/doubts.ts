import type { Analysis } from "../analysis";

/** Why everything that is reported may be otherwise, one sentence each: policies that nobody here can read, and a cluster that may not enforce any. */
export function doubtsOf({ concerns, report: { enforcement } }: Pick<Analysis, "concerns" | "report">): readonly string[] {
  const foreign = concerns.flatMap(({ concern, message }) => (concern?.about === "foreign-policy" ? [message] : []));
  if (enforcement?.state !== "undecided") return foreign;
  const [ground] = enforcement.grounds;
  return [...foreign, `whether policies are enforced is undecided${ground === undefined ? "" : `: ${ground.message}`}`];
}
