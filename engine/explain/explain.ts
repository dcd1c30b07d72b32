import type { Verdict } from "../decision";
import { type Denial, denials } from "./denial";
import type { Evaluation } from "../evaluation";
import type { Flow, Unknown } from "../model";
import { repair, type Repair, type RepairLimits } from "./repair";
import { verdict } from "../verdict";

/** Why a flow is allowed or not, and what would turn the answer. Which field is there follows from the outcome. */
export interface Explanation {
  readonly flow: Flow;
  /** For both directions: every policy that isolates, every rule that allows or denies, in the order they are read. */
  readonly verdict: Verdict;
  /** Of a denied flow: the smallest change that allows it. Absent when no rule can be written that certainly names both ends. */
  readonly repair?: Repair;
  /** Of an allowed flow: what would have to go, for each end that can close it. Empty otherwise, and for traffic no policy touches. */
  readonly denials: readonly Denial[];
  /** Of an undecided flow: what would have to be known. Empty otherwise. */
  readonly unknowns: readonly Unknown[];
}

/**
 * Explains one flow, with proofs by the engine for every change it proposes.
 *
 * Every change is tried on the few objects that concern the ends it reaches (see `reducedCluster`), so that the size of the cluster does not
 * matter once it has been evaluated. What a change opens beside the flow is counted among as many pairs of ends as `limits` say, and said to
 * be incomplete where there are more. A workload that is not part of the cluster, or an address that is none, is a ModelError.
 */
export function explain(evaluation: Evaluation, flow: Flow, limits: RepairLimits = {}): Explanation {
  const answer = verdict(evaluation, flow);
  const found = answer.outcome === "denied" ? repair(evaluation, flow, answer, limits) : undefined;
  return {
    flow,
    verdict: answer,
    ...(found === undefined ? {} : { repair: found }),
    denials: answer.outcome === "allowed" ? denials(evaluation, flow) : [],
    unknowns: answer.outcome === "undecided" ? unknownsOf(answer) : [],
  };
}

function unknownsOf({ egress, ingress }: Verdict): readonly Unknown[] {
  const open = [egress, ingress].filter(({ outcome }) => outcome === "undecided");
  return [...new Map(open.flatMap(({ unknowns }) => unknowns).map((each) => [each.because, each])).values()];
}
