import { type AnswerId, AnswerTable } from "./answer-table";
import type { Evaluation } from "../evaluation";
import { grouped } from "../grouped";
import type { Direction, Value, Workload } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { type Connections, reachability } from "../reachability";
import type { Row } from "../rows/rows";
import { SourceRows } from "../rows/source-rows";

/** What at least one pod in each of these namespaces can exchange. */
export interface NamespaceConnections {
  readonly namespaces: readonly Value<string>[];
  readonly connections: Connections;
}

/** What each namespace gets of one workload. */
type Sums = Map<Value<string>, AnswerId>;

/**
 * What pods that are there can exchange with workloads, summed up by namespace; the workload's own is left out. Nearly all is summed up by
 * groups of pods; only what depends on single pods is asked for workload by workload.
 */
export class PresentExposure {
  private readonly answers: AnswerTable;
  private readonly single: Readonly<Record<Direction, Map<Workload, Sums>>> = { ingress: new Map(), egress: new Map() };
  private readonly byGroup: GroupSums | undefined;
  private readonly known: Readonly<Record<Direction, Map<PodGroup, readonly NamespaceConnections[]>>> = {
    ingress: new Map(),
    egress: new Map(),
  };

  constructor(
    private readonly evaluation: Evaluation,
    workloads: readonly Workload[],
  ) {
    this.answers = new AnswerTable(evaluation.table);
    const [only, ...more] = workloads;
    if (only !== undefined && more.length === 0) this.sumUpOne(only);
    else {
      this.byGroup = new GroupSums(evaluation, this.answers);
      this.sumUpSingle(workloads);
    }
  }

  /** Namespaces with which nothing can be exchanged are left out. */
  of(workload: Workload, direction: Direction): readonly NamespaceConnections[] {
    const single = this.single[direction].get(workload);
    const [first, ...others] = this.evaluation.universe.groups.ofWorkload(workload);
    const group = this.byGroup === undefined || others.length > 0 ? undefined : first;
    if (group === undefined) return this.grouped(single ?? []);
    if (single !== undefined) return this.grouped([...(this.byGroup?.of(group, direction) ?? []), ...single]);
    const known = this.known[direction].get(group) ?? this.grouped(this.byGroup?.of(group, direction) ?? []);
    this.known[direction].set(group, known);
    return known;
  }

  private sumUpOne(workload: Workload): void {
    const reach = reachability(this.evaluation);
    for (const { to, connections } of reach.from(workload)) for (const each of to) this.add(workload, each, connections);
    for (const source of this.evaluation.cluster.workloads)
      if (source !== workload) this.add(source, workload, reach.between(source, workload));
  }

  /** Workloads whose pods are in several groups, or on the network of their node, with all others. */
  private sumUpSingle(workloads: readonly Workload[]): void {
    const reach = reachability(this.evaluation);
    const all = this.evaluation.cluster.workloads;
    const isWanted = workloads.length === all.length ? undefined : new Set(workloads);
    const apart = all.filter((workload) => this.sendsApart(workload));
    const { spread } = this.evaluation.universe.groups;
    for (const source of apart)
      for (const { to, connections } of reach.from(source)) for (const each of to) this.add(source, each, connections);
    for (const target of spread) {
      for (const source of all) {
        if (this.sendsApart(source)) continue;
        if (isWanted?.has(source) !== false || isWanted.has(target)) this.add(source, target, reach.between(source, target));
      }
    }
  }

  /** Whether what a workload sends has to be asked for on its own. */
  private sendsApart(workload: Workload): boolean {
    return workload.hostNetwork !== false || this.evaluation.universe.groups.spread.has(workload);
  }

  private add(from: Workload, to: Workload, { certain, possible }: Connections): void {
    if (from.namespace === to.namespace) return;
    const { table } = this.evaluation;
    const answer = this.answers.of(table.intern(certain), table.intern(possible));
    this.addTo(this.single.egress, from, to.namespace, answer);
    this.addTo(this.single.ingress, to, from.namespace, answer);
  }

  private addTo(sums: Map<Workload, Sums>, workload: Workload, namespace: Value<string>, answer: AnswerId): void {
    const mine = sums.get(workload) ?? new Map<Value<string>, AnswerId>();
    sums.set(workload, mine);
    mine.set(namespace, this.answers.union(mine.get(namespace) ?? this.answers.nothing, answer));
  }

  /** Namespaces by what they get; of one that is named twice it is the union. */
  private grouped(sums: Iterable<readonly [Value<string>, AnswerId]>): readonly NamespaceConnections[] {
    const whole: Sums = new Map();
    for (const [namespace, answer] of sums) whole.set(namespace, this.answers.union(whole.get(namespace) ?? answer, answer));
    const groups = grouped(whole, ([, answer]) => answer);
    groups.delete(this.answers.nothing);
    return [...groups].map(([answer, all]) => ({
      namespaces: all.map(([namespace]) => namespace),
      connections: this.answers.words(answer),
    }));
  }
}

/** What namespaces get, by number of the namespace and side by side. */
interface NumberedSums {
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
  private readonly sums: Readonly<Record<Direction, (NumberedSums | undefined)[]>> = { ingress: [], egress: [] };

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
