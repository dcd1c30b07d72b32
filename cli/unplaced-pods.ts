/** What is said of pods that may be inside blocks of addresses, in the words that all reports use (`engine/pod-placement.ts`). */
import { unplacedWorkloads } from "../engine/pod-placement";
import type { Cluster } from "../engine/model";
import { listed } from "../outputs/sentences";

/** Pods of unknown address where policies name blocks of addresses. */
export interface UnplacedPods {
  /** `the addresses of 3 workloads' pods are not known`. */
  readonly fact: string;
  /** Where they are taken to be: `10.0.0.0/8 or 172.16.0.0/12`. */
  readonly ranges: string;
  /** What to add. */
  readonly wayOut: string;
}

/** Undefined where nothing hangs on such addresses. */
export function unplacedPods(cluster: Cluster): UnplacedPods | undefined {
  const count = unplacedWorkloads(cluster).length;
  if (count === 0) return undefined;
  const whose = count === 1 ? "1 workload's pods" : `${String(count)} workloads' pods`;
  return {
    fact: `the addresses of ${whose} are not known`,
    ranges: listed(cluster.podCidrs ?? [], "or"),
    wayOut: "give `context.podCidrs` in netpol.config.yaml, or the stack that holds the VPC",
  };
}
