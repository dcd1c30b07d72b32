/** What is said of pods that may be inside blocks of addresses, in the words that all reports use (`engine/unplaced-pods.ts`). */
import { unplacedWorkloads } from "../engine/unplaced-pods";
import type { Cluster } from "../engine/model";

/** `the addresses of 3 workloads' pods are not known`, with what to add; undefined where nothing hangs on such addresses. */
export function unplacedPods(cluster: Cluster): { readonly fact: string; readonly wayOut: string } | undefined {
  const count = unplacedWorkloads(cluster).length;
  if (count === 0) return undefined;
  const whose = count === 1 ? "1 workload's pods" : `${String(count)} workloads' pods`;
  return {
    fact: `the addresses of ${whose} are not known`,
    wayOut: "give `context.podCidrs` in netpol.config.yaml, or the stack that holds the VPC",
  };
}
