import type { Cluster } from "../engine/model";
import { withPodRanges } from "../engine/pod-placement";
import { joinInputs, type Problem, readInputs, toCluster } from "../inputs";
import { Failure, problemLine } from "./failure";
import { readCdktfOut } from "./sources";

/** A cluster read from files, and what is worth saying about them. */
export interface LoadedCluster {
  readonly cluster: Cluster;
  /** Warnings and notes; errors are thrown as one Failure. */
  readonly problems: readonly Problem[];
}

/** Reads the cluster that the synthesized stacks of a `cdktf.out` folder describe. */
export function loadCdktfOut(folder: string): LoadedCluster {
  const read = readInputs(readCdktfOut(folder));
  const joined = joinInputs(read.value);
  const { objects, resources } = joined.value.after;
  const cluster = toCluster(objects);
  const problems = [...read.problems, ...joined.problems, ...cluster.problems];
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Failure(errors.map(problemLine).join("\n"));
  return { cluster: withPodRanges(cluster.value, { resources }), problems };
}
