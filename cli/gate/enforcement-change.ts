import type { Enforcement, ReportNote } from "../../engine/report";
import type { Analysis } from "../analysis";
import type { GatePolicy } from "./gate";

/** How the enforcement of policies differs from before: pairs say what policies mean, and nothing of what becomes of it. */
export type EnforcementChange = "less" | "more";

/** How much is enforced. What is not known, or not shown, is not compared. */
const ranks: Readonly<Partial<Record<Enforcement["state"], number>>> = { none: 0, partly: 1, enforced: 2 };

/** Whether policies are enforced for fewer workloads than before, or for more; `undefined` where that is as before, or not known. */
export function enforcementChange({ before, report }: Pick<Analysis, "before" | "report">): EnforcementChange | undefined {
  const [was, is] = [before?.enforcement.enforcement.state, report.enforcement?.state].map((state) =>
    state === undefined ? undefined : ranks[state],
  );
  if (was === undefined || is === undefined || was === is) return undefined;
  return is < was ? "less" : "more";
}

/** What reports say of it beside the pairs. */
export const enforcementNotes = (change: EnforcementChange | undefined): readonly ReportNote[] =>
  change === undefined
    ? []
    : [{ severity: change === "less" ? "warning" : "note", message: `${sentences[change]}; no pair shows it`, location: {} }];

const sentences: Readonly<Record<EnforcementChange, string>> = {
  less: "policies that were enforced before are not enforced any more",
  more: "policies that were not enforced before are enforced from now on",
};

/** What a gate that looks at changes has against it: without enforcement more flows, with it less. */
export function enforcementGrounds(change: EnforcementChange | undefined, { failOnChange }: GatePolicy): readonly string[] {
  const concerned: Readonly<Record<EnforcementChange, readonly GatePolicy["failOnChange"][]>> = {
    less: ["added", "any", "exposure"],
    more: ["removed", "any"],
  };
  return change !== undefined && concerned[change].includes(failOnChange)
    ? [`${sentences[change]} (--fail-on-change ${failOnChange})`]
    : [];
}
