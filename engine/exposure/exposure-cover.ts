import type { AnswerId, AnswerTable } from "./answer-table";
import type { AlikePlaces, PlaceAnswer, Statement } from "./alike-places";
import { FutureLabels } from "./future-labels";
import type { CubeId, CubeTable } from "./label-cubes";
import type { Labels, Unknown } from "../model";
import { Holders, type PlaceGroup, PlaceGroups } from "./place-groups";
import type { Place } from "./unlisted-places";

/** What all kinds of pods get at one place. */
export interface AnswerAt {
  readonly place: Place;
  readonly answer: PlaceAnswer;
}

/** Pods at some places that get the same, at least. */
export interface Entry {
  readonly cube: CubeId;
  readonly answer: AnswerId;
  readonly present: readonly Place[];
  /** Labels of namespaces that do not exist yet; undefined: none of those. */
  readonly future: CubeId | undefined;
  /** A pod that gets exactly this. */
  readonly sample: Sample;
}

/** One pod of a kind. */
export interface Sample {
  readonly place: Place;
  readonly labels: Labels;
  /** Set where it stands for pods of all labels. */
  readonly approximate: Unknown | undefined;
}

/** An entry, with its places as groups. */
interface Draft extends Omit<Entry, "present"> {
  readonly number: number;
  readonly groups: PlaceGroups;
}

/** For which places a statement is true, and what has been made of it. */
interface Truth {
  readonly groups: PlaceGroups;
  readonly future: ReadonlySet<Place>;
  /** Statements are true of the same places wherever they are found, so that labels of new namespaces tell entries apart. */
  readonly said: Set<CubeId | undefined>;
}

/**
 * Says in few entries what pods of every kind get: what a pod gets is the union of the entries that match it, no more and no less. Each entry
 * has a sample that gets exactly the entry's connections; none is explained by broader ones.
 */
export class Cover {
  constructor(
    private readonly places: AlikePlaces,
    private readonly answers: AnswerTable,
    private readonly cubes: CubeTable,
  ) {}

  /** Places at which nothing is got can be left out, unless they do not exist yet. */
  entries(present: readonly AnswerAt[], future: readonly AnswerAt[]): readonly Entry[] {
    const groups = [...grouped(present, false), ...grouped(future, true)];
    const futures = new FutureLabels(
      future.map(({ place }) => place),
      this.cubes,
    );
    const drafts = this.drafts(groups, futures);
    const lists = new Map<string, readonly Place[]>();
    return this.withoutExplained(drafts, groups.length).map(({ groups: mine, cube, answer, future: labels, sample }): Entry => {
      const { key } = mine;
      const known = lists.get(key) ?? mine.places(groups);
      lists.set(key, known);
      return { cube, answer, present: known, future: labels, sample };
    });
  }

  private drafts(groups: readonly PlaceGroup[], futures: FutureLabels): readonly Draft[] {
    const holders = new Holders(groups, this.answers);
    const truths = new Map<number, Truth>();
    const found: Draft[] = [];
    for (const group of groups) {
      for (const statement of group.alike.statements) {
        const truth = truths.get(statement.number) ?? this.truthOf(statement, groups, holders);
        truths.set(statement.number, truth);
        addDrafts(found, group, statement, truth, futures);
      }
    }
    return found;
  }

  private truthOf(statement: Statement, groups: readonly PlaceGroup[], holders: Holders): Truth {
    const good = new PlaceGroups(groups.length);
    const future = new Set<Place>();
    for (const number of holders.of(statement.answer)) {
      const { alike, isFuture, members } = groups[number] as PlaceGroup;
      if (!this.places.isGoodFor(alike, statement)) continue;
      if (isFuture) for (const { place } of members) future.add(place);
      else good.add(number);
    }
    return { groups: good, future, said: new Set() };
  }

  /** Drops every entry whose pods get as much by broader entries together. */
  private withoutExplained(drafts: readonly Draft[], groups: number): readonly Draft[] {
    const speaking = speakingOf(drafts, groups);
    return drafts.filter((draft) => {
      let together: AnswerId | undefined;
      // Who is broader speaks of all its places; it is enough to look at those who speak of one.
      for (const other of speaking[draft.groups.first ?? groups] ?? drafts) {
        if (other === draft || !this.isBroader(other, draft)) continue;
        if (other.number > draft.number && this.isBroader(draft, other)) continue;
        together = together === undefined ? other.answer : this.answers.union(together, other.answer);
      }
      return together === undefined || !this.answers.includes(together, draft.answer);
    });
  }

  private isBroader(one: Draft, other: Draft): boolean {
    if (!this.cubes.includes(one.cube, other.cube) || !one.groups.includes(other.groups)) return false;
    return other.future === undefined || (one.future !== undefined && this.cubes.includes(one.future, other.future));
  }
}

/** For each group the entries that speak of its places. */
function speakingOf(drafts: readonly Draft[], groups: number): readonly (readonly Draft[])[] {
  const speaking = Array.from({ length: groups }, (): Draft[] => []);
  for (const draft of drafts) draft.groups.forEach((group) => speaking[group]?.push(draft));
  return speaking;
}

/** What a statement found at places of one group says. Places that are there differ in nothing that an entry says, so one stands for all. */
function addDrafts(drafts: Draft[], { isFuture, members }: PlaceGroup, statement: Statement, truth: Truth, futures: FutureLabels): void {
  for (const member of isFuture ? members : members.slice(0, 1)) {
    const labels = futures.around(member.place, truth.future);
    if (truth.said.has(labels)) continue;
    truth.said.add(labels);
    drafts.push(draftOf(drafts.length, member, statement, truth.groups, labels));
  }
}

const draftOf = (
  number: number,
  { place, answer: { samples, approximate } }: AnswerAt,
  { kind, cube, answer }: Statement,
  groups: PlaceGroups,
  future: CubeId | undefined,
): Draft => ({
  number,
  cube,
  answer,
  groups,
  future,
  sample: { place, labels: samples[kind] ?? {}, approximate },
});

function grouped(answers: readonly AnswerAt[], isFuture: boolean): readonly PlaceGroup[] {
  const groups = new Map<number, PlaceGroup & { readonly members: AnswerAt[] }>();
  for (const each of answers) {
    const { alike } = each.answer;
    const known = groups.get(alike.number);
    if (known === undefined) groups.set(alike.number, { alike, isFuture, members: [each] });
    else known.members.push(each);
  }
  return [...groups.values()];
}
