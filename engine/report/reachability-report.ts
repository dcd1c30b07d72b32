import type { PolicyRef } from "../decision";
import type { ConnectionMatrix } from "./connection-list";
import type { ExpectationReport } from "./parts";

/** What one cluster lets flow, and whether that is what is wanted. */
export interface ReachabilityReport {
  readonly title: string;
  readonly policies: readonly PolicyRef[];
  readonly matrix: ConnectionMatrix;
  readonly expectations: readonly ExpectationReport[];
}

/** The answer over several clusters: failed wins over undecided, undecided over passed. */
export function outcomeOf(reports: readonly ReachabilityReport[]): ExpectationReport["result"] {
  const results = reports.flatMap(({ expectations }) => expectations.map(({ result }) => result));
  return results.includes("failed") ? "failed" : results.includes("undecided") ? "undecided" : "passed";
}
