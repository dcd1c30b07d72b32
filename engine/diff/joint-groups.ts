import type { Evaluation } from "../evaluation";
import type { Workload } from "../model";

/** A workload in two clusters; absent where a cluster does not have it. */
export interface BothWorkloads {
  readonly before: Workload | undefined;
  readonly after: Workload | undefined;
}

/** Workloads that are in one pod group before, and in one after: nothing tells them apart in either cluster. */
export interface JointGroup {
  /** Number of the pod group in the cluster before; absent where the workloads are new. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Places of the workloads, rising. */
  readonly places: number[];
}

/** The workloads of two clusters, by their places in one list, sorted by the groups they are in before and after. */
export class JointGroups {
  readonly all: JointGroup[] = [];
  /** Places of workloads that have pods in several groups, before or after. */
  readonly apart: number[] = [];
  private readonly ofPlace: (JointGroup | undefined)[] = [];
  private readonly ofBefore: JointGroup[][] = [];
  private readonly ofAfter: JointGroup[][] = [];

  constructor(before: Evaluation, after: Evaluation, workloads: readonly BothWorkloads[]) {
    const byGroups = new Map<string, JointGroup>();
    for (const [place, both] of workloads.entries()) {
      const old = groupsOf(before, both.before);
      const fresh = groupsOf(after, both.after);
      if (old.length > 1 || fresh.length > 1) {
        this.apart.push(place);
        continue;
      }
      const key = `${String(old[0])}/${String(fresh[0])}`;
      const group = byGroups.get(key) ?? this.add({ before: old[0], after: fresh[0], places: [] });
      byGroups.set(key, group);
      group.places.push(place);
      this.ofPlace[place] = group;
    }
  }

  /** Undefined: the workload has pods in several groups. */
  at(place: number): JointGroup | undefined {
    return this.ofPlace[place];
  }

  within(side: "before" | "after", group: number): readonly JointGroup[] {
    return (side === "before" ? this.ofBefore : this.ofAfter)[group] ?? [];
  }

  private add(group: JointGroup): JointGroup {
    this.all.push(group);
    if (group.before !== undefined) (this.ofBefore[group.before] ??= []).push(group);
    if (group.after !== undefined) (this.ofAfter[group.after] ??= []).push(group);
    return group;
  }
}

/** The numbers of the pod groups a workload is in; none for one that is absent. */
export const groupsOf = ({ universe }: Evaluation, workload: Workload | undefined): readonly number[] =>
  workload === undefined ? [] : universe.groups.ofWorkload(workload).map(({ index }) => index);
