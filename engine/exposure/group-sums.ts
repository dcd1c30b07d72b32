import type { AnswerId, AnswerTable } from "./answer-table";
import type { Evaluation } from "../evaluation";
import { grouped } from "../grouped";
import type { PodGroup } from "../matching/pod-groups";
import type { Direction, Value } from "../model";
import type { Row } from "../rows/rows";
import { SourceRows } from "../rows/source-rows";

/** What namespaces get, by number of the namespace and side by side. */
interface Sums {
  readonly namespaces: number[];
  readonly answers: AnswerId[];
}

/**
 * What groups of pods exchange with the other namespaces: the union over the pods there. Groups all of whose pods are on the network of their
 * node send nothing here, and of workloads whose pods are in several groups nothing is counted: both are a matter of single pods.
 */
export class GroupSums {
  private readonly namespaces: readonly Value<string>[];
  /** By group. */
  private readonly namespaceOf: Uint32Array;
  private readonly sums: Readonly<Record<Direction, (Sums | undefined)[]>> = { ingress: [], egress: [] };

  constructor(
    evaluation: Evaluation,
    private readonly answers: AnswerTable,
  ) {
    const { groups } = evaluation.universe;
    const numbers = new Map<Value<string>, number>();
    this.namespaceOf = Uint32Array.from(groups.all, ({ namespace }) => {
      const number = numbers.get(namespace) ?? numbers.size;
      numbers.set(namespace, number);
      return number;
    });
    this.namespaces = [...numbers.keys()];
    const counted = groups.all.filter((group) => groups.workloadsIn(group).some((workload) => !groups.spread.has(workload)));
    const isCounted = new Uint8Array(groups.all.length);
    for (const { index } of counted) isCounted[index] = 1;
    this.sumUp(new SourceRows(evaluation), counted, isCounted);
  }

  /** What each namespace gets. Those that get nothing may be left out. */
  *of({ index }: PodGroup, direction: Direction): Generator<readonly [Value<string>, AnswerId]> {
    const { namespaces, answers } = this.sums[direction][index] ?? { namespaces: [], answers: [] };
    for (const [at, number] of namespaces.entries()) yield [this.namespaces[number] as Value<string>, answers[at] as AnswerId];
  }

  /** One namespace of senders after the other, so that what it gets of a receiver is added up before it is written down. */
  private sumUp(rows: SourceRows, counted: readonly PodGroup[], isCounted: Uint8Array): void {
    const sending = counted.filter(({ hostNetwork }) => hostNetwork === "no");
    const senders = grouped(sending, ({ index }) => this.namespaceOf[index] as number);
    const sent = new Adder(this.namespaces.length, this.answers);
    const entered = new Adder(this.namespaceOf.length, this.answers);
    for (const [namespace, groups] of senders) {
      for (const group of groups) {
        this.forEachAnswer(rows.from(group), isCounted, (receiver, answer) => {
          const to = this.namespaceOf[receiver] as number;
          if (to === namespace) return;
          sent.add(to, answer);
          entered.add(receiver, answer);
        });
        const { places, answers } = sent.take();
        this.sums.egress[group.index] = { namespaces: places, answers };
      }
      const { places, answers } = entered.take();
      for (const [at, receiver] of places.entries()) {
        const sums = (this.sums.ingress[receiver] ??= { namespaces: [], answers: [] });
        sums.namespaces.push(namespace);
        sums.answers.push(answers[at] as AnswerId);
      }
    }
  }

  /** Every counted group that may get something. */
  private forEachAnswer({ certain, possible }: Row, isCounted: Uint8Array, visit: (group: number, answer: AnswerId) => void): void {
    const { members, values, rest } = possible;
    const count = isCounted.length;
    const nothing = this.answers.possible(this.answers.nothing);
    const tell = (group: number, atMost: number): void => {
      if (atMost !== nothing && isCounted[group] === 1)
        visit(group, this.answers.of(certain === possible ? atMost : certain.at(group), atMost));
    };
    let next = 0;
    for (let i = 0; i < members.length && (members[i] as number) < count; i++) {
      const member = members[i] as number;
      if (rest !== nothing) for (; next < member; next++) tell(next, rest);
      tell(member, values[i] as number);
      next = member + 1;
    }
    if (rest !== nothing) for (; next < count; next++) tell(next, rest);
  }
}

/** Adds up answers at places, again and again. */
class Adder {
  /** 0: nothing there yet. */
  private readonly sums: Uint32Array;
  private places: number[] = [];

  constructor(
    size: number,
    private readonly answers: AnswerTable,
  ) {
    this.sums = new Uint32Array(size);
  }

  add(place: number, answer: AnswerId): void {
    const before = this.sums[place] as number;
    if (before === 0) this.places.push(place);
    this.sums[place] = before === 0 ? answer : this.answers.union(before, answer);
  }

  /** What was added up, and all is forgotten. */
  take(): { readonly places: number[]; readonly answers: AnswerId[] } {
    const { places } = this;
    const answers = places.map((place) => this.sums[place] as number);
    for (const place of places) this.sums[place] = 0;
    this.places = [];
    return { places, answers };
  }
}
