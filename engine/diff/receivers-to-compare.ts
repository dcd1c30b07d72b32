import { ChangedReceivers } from "./changed-receivers";
import type { Evaluation } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import { type BothWorkloads, groupsOf, type JointGroup, type JointGroups } from "./joint-groups";
import type { UnchangedEnds } from "./unchanged-ends";

/** So many receivers, or senders, are looked at one by one; for more, rows are compared as a whole. */
const mostLookedUp = 128;

/** Finds the receivers to which a sender may send something else than before. */
export class ReceiversToCompare {
  private readonly receivers: ChangedReceivers;
  private readonly changedSenders: number;

  constructor(
    private readonly before: Evaluation,
    private readonly after: Evaluation,
    private readonly groups: JointGroups,
    private readonly ends: UnchangedEnds,
  ) {
    this.receivers = new ChangedReceivers(before, after, ends, groups.all);
    const isChanged = ({ before: old, after: fresh }: JointGroup): boolean =>
      !ends.isSame(old, fresh) || !ends.isGroupUnchanged(old as number, "egress");
    this.changedSenders = groups.all.filter(isChanged).length + groups.apart.length;
  }

  /** Those in groups with others that nothing tells apart. Undefined: so many that rows are to be compared as a whole. */
  for(sender: BothWorkloads): readonly JointGroup[] | undefined {
    const [old, fresh] = [groupsOf(this.before, sender.before), groupsOf(this.after, sender.after)];
    const isSame = old.length > 0 && old.length === fresh.length && old.every((group, at) => this.ends.isSame(group, fresh[at]));
    if (!isSame || !old.every((group) => this.ends.isGroupUnchanged(group, "egress"))) return this.ofChanged(old, fresh);
    if (this.receivers.forAll.length > mostLookedUp) return undefined;
    const [first, ...others] = old.map((group) => this.receivers.for(group));
    return others.length === 0 ? first : [...new Set([first ?? [], ...others].flat())];
  }

  /** All to whom any of the pods may send something, before or after. */
  private ofChanged(old: readonly number[], fresh: readonly number[]): readonly JointGroup[] | undefined {
    if (this.changedSenders > mostLookedUp) return undefined;
    const [before, after] = [sentTo(this.before, old), sentTo(this.after, fresh)];
    if (before === undefined || after === undefined) return this.groups.all;
    const listed = [
      ...[...before].flatMap((group) => this.groups.within("before", group)),
      ...[...after].flatMap((group) => this.groups.within("after", group)),
    ];
    return [...new Set(listed)];
  }
}

/** The ends that the rows of pod groups list. Undefined: they send to others as well. */
function sentTo({ universe, interpretations, table }: Evaluation, senders: readonly number[]): ReadonlySet<number> | undefined {
  const rows = senders.flatMap((sender) =>
    interpretations.map((each) => each.row(universe.groups.all[sender] as PodGroup, "egress").possible),
  );
  return rows.every(({ rest }) => rest === table.none) ? new Set(rows.flatMap(({ members }) => [...members])) : undefined;
}
