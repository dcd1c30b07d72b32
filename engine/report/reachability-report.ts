import type { PolicyRef, Verdict } from "../decision";
import type { Protocol } from "../model";
import type { Connections } from "../reachability";

/** One pair of ends and what may flow from one to the other. */
export interface Reach {
  readonly from: string;
  readonly to: string;
  readonly connections: Connections;
}

/** An expectation, how it came out, and the verdict that shows it. */
export interface CheckedFlow {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol | "every";
  readonly port: number | "every";
  readonly expect: "allowed" | "denied";
  readonly because: string;
  /** What a person sees who tries it. */
  readonly observed?: string;
  readonly result: "passed" | "failed" | "undecided";
  /** The flow the verdict is about: a counter-example where there is one. */
  readonly witness: { readonly protocol: Protocol; readonly port: number };
  readonly verdict: Verdict;
}

/** What one cluster lets flow, and whether that is what is wanted. */
export interface ReachabilityReport {
  readonly title: string;
  readonly policies: readonly PolicyRef[];
  readonly reach: readonly Reach[];
  readonly checks: readonly CheckedFlow[];
}

/** The gate's answer to several reports: failed wins over undecided, undecided over passed. */
export function gateResult(reports: readonly ReachabilityReport[]): CheckedFlow["result"] {
  const results = reports.flatMap(({ checks }) => checks.map(({ result }) => result));
  return results.includes("failed") ? "failed" : results.includes("undecided") ? "undecided" : "passed";
}
