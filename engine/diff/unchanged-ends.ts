import type { Evaluation } from "../evaluation";
import type { Interpretation } from "../interpretation";
import type { PodGroup } from "../matching/pod-groups";
import { type Direction, isAlike, type Workload } from "../model";
import type { Row } from "../rows/rows";
import { type BothWorkloads, groupsOf } from "./joint-groups";

/** One reading of a cluster before and after a change. */
interface BothInterpretations {
  readonly before: Interpretation;
  readonly after: Interpretation;
}

/**
 * Ends that a change leaves alone. Between two of them everything is as before, so that nothing has to be compared: the sender sends as
 * before to all ends that stayed what they are, and the receiver lets in as before from them.
 */
export class UnchangedEnds {
  private readonly found: Readonly<Record<Direction, (boolean | undefined)[]>> = { ingress: [], egress: [] };
  private readonly samePods = new Map<Workload, boolean>();

  private constructor(
    private readonly before: Evaluation,
    private readonly after: Evaluation,
    private readonly interpretations: readonly BothInterpretations[],
    /** Numbers of pod groups that stand for other pods than before, or whose namespace is described otherwise. */
    private readonly changed: ReadonlySet<number>,
  ) {}

  /** Undefined: neither evaluation was made of the other, so that nothing is known to be the same. */
  static of(before: Evaluation, after: Evaluation): UnchangedEnds | undefined {
    const both = before.interpretations.flatMap((each, place): readonly BothInterpretations[] => {
      const other = after.interpretations[place];
      return other === undefined ? [] : [{ before: each, after: other }];
    });
    const changed = both.map((each) => each.after.changedSince(each.before));
    const isCarried = changed.every((places) => places !== undefined) && both.length === after.interpretations.length;
    return isCarried && both.length === before.interpretations.length
      ? new UnchangedEnds(before, after, both, new Set(changed.flat()))
      : undefined;
  }

  /** Whether a pod group is one in both clusters, and stands for the same pods. */
  isSame(before: number | undefined, after: number | undefined): boolean {
    return before !== undefined && before === after && !this.changed.has(before);
  }

  /** Whether a workload sends, or lets in, as before. One that became another in any way does not. */
  isUnchanged(workload: BothWorkloads, direction: Direction): boolean {
    const { before } = workload;
    return (
      before !== undefined &&
      this.hasSamePods(workload) &&
      this.before.universe.groups.ofWorkload(before).every(({ index }) => this.isGroupUnchanged(index, direction))
    );
  }

  private hasSamePods({ before, after }: BothWorkloads): boolean {
    if (before === undefined || after === undefined) return false;
    const known = this.samePods.get(before);
    if (known !== undefined) return known;
    const [old, fresh] = [groupsOf(this.before, before), groupsOf(this.after, after)];
    const isSame = isAlike(before, after) && old.length === fresh.length && old.every((group, at) => group === fresh[at]);
    this.samePods.set(before, isSame);
    return isSame;
  }

  /** The same for all pods of a group. */
  isGroupUnchanged(group: number, direction: Direction): boolean {
    return (this.found[direction][group] ??= !this.changed.has(group) && this.hasSameRows(group, direction));
  }

  /**
   * A row of the cluster after, good for one other group of pods. Where it says of that group what the row before said, it is the row before:
   * that is needed in any case.
   */
  row(after: Interpretation, group: PodGroup, direction: Direction, other: PodGroup): Row {
    const isAsBefore = !this.changed.has(other.index) && this.isGroupUnchanged(group.index, direction);
    const before = isAsBefore ? this.interpretations.find((each) => each.after === after)?.before : undefined;
    return before === undefined
      ? after.row(group, direction)
      : before.row(this.before.universe.groups.all[group.index] as PodGroup, direction);
  }

  private hasSameRows(group: number, direction: Direction): boolean {
    const [old, fresh] = [this.before, this.after].map(({ universe }) => universe.groups.all[group]) as [PodGroup, PodGroup];
    return this.interpretations.every(
      ({ before, after }) =>
        after.isAppliedAs(before, old, fresh, direction) || isSameRow(before.row(old, direction), after.row(fresh, direction)),
    );
  }
}

const isSameRow = (one: Row, other: Row): boolean => one.certain.equals(other.certain) && one.possible.equals(other.possible);
