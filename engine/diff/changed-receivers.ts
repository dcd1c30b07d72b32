import type { Evaluation } from "../evaluation";
import type { JointGroup } from "./joint-groups";
import { bounds } from "../rows/columns";
import type { Partition } from "../rows/partition";
import type { UnchangedEnds } from "./unchanged-ends";

/** What a receiver lets in, before and after, in one bound of one reading. Absent on the side where there is no such receiver. */
interface BothRows {
  readonly before: Partition | undefined;
  readonly after: Partition | undefined;
}

/** Receivers that let in something else than before, by the pod groups that may notice it: of the senders that did not change. */
export class ChangedReceivers {
  /** Receivers that any sender may find changed. */
  readonly forAll: JointGroup[] = [];
  private readonly bySender: JointGroup[][] = [];

  constructor(
    private readonly before: Evaluation,
    private readonly after: Evaluation,
    private readonly ends: UnchangedEnds,
    groups: readonly JointGroup[],
  ) {
    for (const group of groups) {
      if (!ends.isSame(group.before, group.after) || !ends.isGroupUnchanged(group.before as number, "ingress")) this.list(group);
    }
  }

  /** What may be other than before for the pods of a group that did not change. */
  for(sender: number): readonly JointGroup[] {
    const listed = this.bySender[sender];
    return listed === undefined ? this.forAll : this.forAll.length === 0 ? listed : [...this.forAll, ...listed];
  }

  private list(receiver: JointGroup): void {
    const senders = this.noticedBy(receiver);
    if (senders === undefined) this.forAll.push(receiver);
    else for (const sender of senders) (this.bySender[sender] ??= []).push(receiver);
  }

  /** Undefined: by all. */
  private noticedBy(receiver: JointGroup): ReadonlySet<number> | undefined {
    const senders = new Set<number>();
    const isSame = this.ends.isSame(receiver.before, receiver.after);
    for (const rows of this.rowsOf(receiver)) {
      const found = isSame ? differing(rows) : this.listedIn(rows);
      if (found === undefined) return undefined;
      for (const sender of found) senders.add(sender);
    }
    return senders;
  }

  private rowsOf({ before, after }: JointGroup): readonly BothRows[] {
    const [old, fresh] = [before === undefined ? [] : rowsAt(this.before, before), after === undefined ? [] : rowsAt(this.after, after)];
    return (old.length === 0 ? fresh : old).map((_, at) => ({ before: old[at], after: fresh[at] }));
  }

  /** The senders that a row lists: no other can send anything. */
  private listedIn({ before, after }: BothRows): Iterable<number> | undefined {
    const { none } = this.before.table;
    if ((before ?? after)?.rest !== none || (after ?? before)?.rest !== none) return undefined;
    return [...(before?.members ?? []), ...(after?.members ?? [])];
  }
}

function rowsAt({ universe, interpretations }: Evaluation, group: number): readonly Partition[] {
  const receiver = universe.groups.all[group];
  if (receiver === undefined) throw new RangeError(`no pod group has the number ${String(group)}`);
  return interpretations.flatMap((each) => {
    const row = each.row(receiver, "ingress");
    return bounds.map((bound) => row[bound]);
  });
}

/** Members with another value in the one row than in the other. Undefined: nearly all. */
function differing({ before, after }: BothRows): Iterable<number> | undefined {
  if (before === after || before === undefined || after === undefined) return [];
  if (before.rest !== after.rest) return undefined;
  const isSame = before.zip(after, (one, other) => (one === other ? 1 : 0));
  return isSame.members;
}
