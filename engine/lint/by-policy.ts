import type { PolicyRef, RuleRef, Verdict } from "../decision";
import type { Direction } from "../model";
import type { Workload } from "../model";
import { type FlowWitness } from "./witness";
import { refObject } from "./words";

/** Findings about workloads, gathered at the policy that decides about all of them: one report instead of one for each pod. */
export class ByPolicy {
  private readonly entries = new Map<string, PolicyEntry>();

  /** The first witness of a policy is kept. */
  add(policy: PolicyRef, workloads: readonly Workload[], witness: FlowWitness, because: readonly (PolicyRef | RuleRef)[]): void {
    const key = JSON.stringify(refObject(policy));
    const known = this.entries.get(key);
    if (known === undefined) this.entries.set(key, { policy, workloads: [...workloads], witness, because });
    else known.workloads.push(...workloads);
  }

  all(): readonly PolicyEntry[] {
    return [...this.entries.values()];
  }
}

/** What is to be said about one policy. */
export interface PolicyEntry {
  readonly policy: PolicyRef;
  readonly workloads: Workload[];
  readonly witness: FlowWitness;
  readonly because: readonly (PolicyRef | RuleRef)[];
}

/** The rules that let a flow through on one side, by policy. */
export function allowingRules(verdict: Verdict, direction: Direction): readonly RuleRef[] {
  const { allowedBy, clusterRules, decidedBy } = verdict[direction];
  if (decidedBy === "Admin" || decidedBy === "Baseline") return clusterRules.slice(-1);
  return allowedBy;
}
