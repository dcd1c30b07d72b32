import { type AnswerId, AnswerTable } from "./answer-table";
import type { Evaluation } from "../evaluation";
import { grouped } from "../grouped";
import type { PodGroup } from "../matching/pod-groups";
import type { Direction, Value, Workload } from "../model";
import { GroupSums } from "./group-sums";
import { type Connections, reachability } from "../reachability";

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
