import { type Alike, isGoodFor, type PlaceAnswer, type Statement, widened } from "./alike-places";
import type { AnswerId, AnswerTable } from "./answer-table";
import { BitRows } from "./bit-rows";
import { type CubeId, cubesMeet, type CubeTable, type LabelCube } from "./label-cubes";
import { axesOf } from "./label-grid";
import { NumberLists } from "./pair-numbers";
import type { Place } from "./unlisted-places";

/** What all kinds of pods get at one place. */
export interface AnswerAt {
  readonly place: Place;
  readonly answer: PlaceAnswer;
}

/** Pods at some places that get the same, at least. */
export interface Entry extends Pick<Statement, "cube" | "answer"> {
  /** The numbers of places that are there, rising: one list for one set of them. */
  readonly present: readonly number[];
  /** Labels of namespaces that do not exist yet; undefined: none of those. */
  readonly future: CubeId | undefined;
  /** The place of a pod that gets exactly this, and which of the kinds of pods there it is. */
  readonly example: AnswerAt;
  readonly kind: number;
}

/** The places that are there at which pods get anything; those at which all kinds of pods get the same are one group. */
export class PlaceGroups {
  /** By their numbers, rising, with the group of each. */
  readonly numbers: number[] = [];
  readonly groupAt: number[] = [];
  /** One place of each group. */
  readonly examples: AnswerAt[] = [];
  private readonly known = new Map<Alike, number>();

  constructor(private readonly places: readonly Place[]) {}

  /** Places are added in rising order. */
  add(number: number, answer: PlaceAnswer): void {
    let group = this.known.get(answer.alike);
    if (group === undefined) {
      group = this.examples.push({ place: this.places[number] as Place, answer }) - 1;
      this.known.set(answer.alike, group);
    }
    this.numbers.push(number);
    this.groupAt.push(group);
  }
}

/** Pods of one kind: the groups of places where they get one answer, as a row of bits. */
interface Holder {
  readonly cube: CubeId;
  readonly row: number;
}

/** Which groups of places have pods of which kinds. */
class Holders {
  private readonly byAnswer = new Map<AnswerId, Map<CubeId, number>>();
  /** For each answer, the groups where some pods get at least that, and the kinds of pods that get less there. */
  private readonly candidates = new Map<AnswerId, { readonly groups: number; readonly less: readonly Holder[] }>();

  constructor(
    examples: readonly AnswerAt[],
    private readonly rows: BitRows,
    private readonly answers: AnswerTable,
    private readonly cubes: CubeTable,
  ) {
    for (const [group, { answer: at }] of examples.entries()) {
      for (const { cube, answer } of at.alike.kinds) {
        const byCube = this.byAnswer.get(answer) ?? new Map<CubeId, number>();
        if (byCube.size === 0) this.byAnswer.set(answer, byCube);
        const row = byCube.get(cube) ?? rows.empty();
        byCube.set(cube, row);
        rows.add(row, group);
      }
    }
  }

  /** The groups of which a statement is true: no kind of pods that it speaks of gets less there. */
  groupsFor({ cube, answer }: Statement): number {
    const { groups, less } = this.candidatesFor(answer);
    const found = this.rows.copy(groups);
    for (const each of less) if (this.rows.meet(found, each.row) && this.cubes.meet(each.cube, cube)) this.rows.subtract(found, each.row);
    return found;
  }

  private candidatesFor(answer: AnswerId): { readonly groups: number; readonly less: readonly Holder[] } {
    const known = this.candidates.get(answer);
    if (known !== undefined) return known;
    const groups = this.rows.empty();
    const others: ReadonlyMap<CubeId, number>[] = [];
    for (const [each, byCube] of this.byAnswer) {
      if (!this.answers.includes(each, answer)) others.push(byCube);
      else for (const row of byCube.values()) this.rows.unite(groups, row);
    }
    const less: Holder[] = [];
    for (const byCube of others) for (const [cube, row] of byCube) if (this.rows.meet(groups, row)) less.push({ cube, row });
    const found = { groups, less };
    this.candidates.set(answer, found);
    return found;
  }
}

/** For which places a statement is true, and for which namespaces to come it has been made an entry. */
interface Truth {
  /** The groups of places that are there: a row of bits. */
  readonly groups: number;
  readonly future: readonly Place[];
  readonly said: (CubeId | undefined)[];
}

interface Draft extends Pick<Entry, "future" | "example"> {
  readonly statement: Statement;
  readonly truth: Truth;
}

/**
 * Says in few entries what pods of every kind get: what a pod gets is the union of the entries that match it, no more and no less. Each entry
 * has an example that gets exactly the entry's connections; none is explained by broader ones.
 */
export class Cover {
  private readonly rows = new BitRows();
  private readonly lists = new NumberLists();
  private readonly inputs = new NumberLists();
  private readonly found: (readonly Entry[])[] = [];
  private readonly futureNumbers = new Map<Place, number>();

  constructor(
    private readonly answers: AnswerTable,
    private readonly cubes: CubeTable,
  ) {}

  /**
   * The same list for the same places and answers: pods of one namespace mostly get the same with workloads of another under the same policies.
   * `future`: all places that do not exist yet, also those at which nothing is got.
   */
  entries(there: PlaceGroups, future: readonly AnswerAt[]): readonly Entry[] {
    return (this.found[this.inputs.of(this.inputOf(there, future))] ??= this.entriesAnew(there, future));
  }

  private inputOf({ numbers, groupAt, examples }: PlaceGroups, future: readonly AnswerAt[]): readonly number[] {
    const input = [numbers.length, ...numbers, ...groupAt, ...examples.map(({ answer }) => answer.alike.number)];
    for (const { place, answer } of future) {
      const number = this.futureNumbers.get(place) ?? this.futureNumbers.size;
      this.futureNumbers.set(place, number);
      input.push(number, answer.alike.number);
    }
    return input;
  }

  private entriesAnew(there: PlaceGroups, future: readonly AnswerAt[]): readonly Entry[] {
    this.rows.clear(there.examples.length);
    const drafts = this.drafts(there, future);
    return this.withoutExplained(drafts).map(({ statement: { cube, answer, kind }, truth, future: labels, example }) => {
      const present = there.numbers.filter((_, at) => this.rows.has(truth.groups, there.groupAt[at] as number));
      return { cube, answer, present: this.lists.get(this.lists.of(present)), future: labels, example, kind };
    });
  }

  /** Whatever is true of a kind of pods somewhere, said of all places of which it is true. */
  private drafts(there: PlaceGroups, future: readonly AnswerAt[]): readonly Draft[] {
    const holders = new Holders(there.examples, this.rows, this.answers, this.cubes);
    const truths = new Map<number, Truth>();
    const found: Draft[] = [];
    for (const example of [...there.examples, ...future]) {
      for (const statement of example.answer.alike.statements) {
        const truth = truths.get(statement.number) ?? this.truthOf(statement, holders, future);
        truths.set(statement.number, truth);
        const labels = this.futureLabels(example.place, truth.future, future);
        if (truth.said.includes(labels)) continue;
        truth.said.push(labels);
        found.push({ statement, truth, future: labels, example });
      }
    }
    return found;
  }

  private truthOf(statement: Statement, holders: Holders, future: readonly AnswerAt[]): Truth {
    const isTrue = ({ answer: { alike } }: AnswerAt): boolean => isGoodFor(alike, statement, this.answers, this.cubes);
    return { groups: holders.groupsFor(statement), future: future.filter(isTrue).map(({ place }) => place), said: [] };
  }

  /** Labels of new namespaces that what was found at a place can be said of: it is true for all such namespaces. Undefined: for none. */
  private futureLabels({ future }: Place, good: readonly Place[], all: readonly AnswerAt[]): CubeId | undefined {
    if (good.length === all.length) return this.cubes.any;
    if (future === undefined) return undefined;
    const bad = all.filter(({ place }) => !good.includes(place));
    const areGood = (wider: LabelCube): boolean => !bad.some(({ place }) => cubesMeet(place.future ?? wider, wider));
    const axes = axesOf(all.map(({ place }) => place.future ?? new Map()));
    return this.cubes.of(widened(future, axes, areGood));
  }

  /** Drops every entry whose pods get as much by broader entries together. */
  private withoutExplained(drafts: readonly Draft[]): readonly Draft[] {
    return drafts.filter((draft, at) => {
      let together: AnswerId | undefined;
      for (let i = 0; i < drafts.length; i++) {
        const other = drafts[i] as Draft;
        if (other === draft || !this.isBroader(other, draft)) continue;
        if (i > at && this.isBroader(draft, other)) continue;
        const { answer } = other.statement;
        together = together === undefined ? answer : this.answers.union(together, answer);
      }
      return together === undefined || !this.answers.includes(together, draft.statement.answer);
    });
  }

  private isBroader(one: Draft, other: Draft): boolean {
    if (!this.rows.includes(one.truth.groups, other.truth.groups)) return false;
    if (!this.cubes.includes(one.statement.cube, other.statement.cube)) return false;
    return other.future === undefined || (one.future !== undefined && this.cubes.includes(one.future, other.future));
  }
}
