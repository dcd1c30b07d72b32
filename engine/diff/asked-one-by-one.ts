import type { BothWorkloads } from "./joint-groups";
import type { UnchangedEnds } from "./unchanged-ends";

/** A sender on its node's network may be any receiver's own node, so that it has no row. */
export const isAskedPodByPod = ({ before, after }: BothWorkloads): boolean =>
  [before, after].some((workload) => workload !== undefined && workload.hostNetwork !== false);

/**
 * The receivers that no row tells about, as seen from a sender: itself, those with pods in several groups, and for a sender without a row all
 * there are. Of these, a sender that did not change asks those only that did.
 */
export class AskedOneByOne {
  private readonly changed: readonly number[];
  private readonly changedApart: readonly number[];

  constructor(
    private readonly workloads: readonly BothWorkloads[],
    private readonly apart: readonly number[],
    /** Absent: any end may have changed. */
    private readonly ends: UnchangedEnds | undefined,
  ) {
    const isChanged = workloads.map((both) => ends?.isUnchanged(both, "ingress") !== true);
    this.changed = [...workloads.keys()].filter((place) => isChanged[place]);
    this.changedApart = apart.filter((place) => isChanged[place]);
  }

  /** Places of receivers, each once. */
  by(sender: number): readonly number[] {
    const both = this.workloads[sender] as BothWorkloads;
    const { ends } = this;
    const isChanged = ends?.isUnchanged(both, "egress") !== true;
    if (isAskedPodByPod(both)) return isChanged ? [...this.workloads.keys()] : this.changed;
    if (isChanged) return [...new Set([...this.apart, sender])];
    return ends.isUnchanged(both, "ingress") ? this.changedApart : [...new Set([...this.changedApart, sender])];
  }
}
