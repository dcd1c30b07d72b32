import type { Cluster } from "../engine/model";
import { toCluster } from "../inputs/kubernetes";
import type { Problem } from "../inputs/objects";
import { readSynth } from "../inputs/synth";
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
  const synth = readSynth(readCdktfOut(folder));
  const cluster = toCluster(synth.value.objects);
  const problems = [...synth.problems, ...cluster.problems];
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Failure(errors.map(problemLine).join("\n"));
  return { cluster: cluster.value, problems };
}
