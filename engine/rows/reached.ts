import type { Evaluation } from "../evaluation";
import type { Match } from "../matching/pod-index";
import type { Workload } from "../model";
import { between } from "./between";
import type { ConnectionId, ConnectionTable } from "./connection-table";
import type { Row } from "./rows";
import { SourceRows } from "./source-rows";

/** Workloads to which the same may flow. */
export interface Reached {
  readonly to: Workload[];
  readonly answer: Match<ConnectionId>;
}

/** Everything each workload can send to, a source at a time. */
export class Reach {
  private readonly rows: SourceRows;
  /** For each pod group, the workloads all of whose pods are in it. */
  private readonly receivers: readonly (readonly Workload[])[];
  private readonly found: Found;

  constructor(private readonly evaluation: Evaluation) {
    const { groups } = evaluation.universe;
    this.rows = new SourceRows(evaluation);
    this.receivers = groups.all.map((group) => {
      const workloads = groups.workloadsIn(group);
      return groups.spread.size === 0 ? workloads : workloads.filter((workload) => !groups.spread.has(workload));
    });
    this.found = new Found(evaluation.table);
  }

  /**
   * What flows to each pod group, whichever of the workload's pods sends it. It holds for every receiver but the workload itself and those
   * whose pods are in several groups. Undefined: a sender on its node's network may be any receiver's own node, which is a matter of single
   * pods.
   */
  row(workload: Workload): Row | undefined {
    if (workload.hostNetwork !== false) return undefined;
    const { table, universe } = this.evaluation;
    const [first, ...others] = universe.groups.ofWorkload(workload).map((group) => this.rows.from(group));
    return others.reduce(
      (so, row) => ({
        certain: so.certain.zip(row.certain, (a, b) => table.intersect(a, b)),
        possible: so.possible.zip(row.possible, (a, b) => table.union(a, b)),
      }),
      first as Row,
    );
  }

  /** Every workload to which something may flow from the given one. */
  from(workload: Workload): readonly Reached[] {
    const { cluster, universe } = this.evaluation;
    const row = this.row(workload);
    if (row === undefined) for (const to of cluster.workloads) this.ask(workload, to);
    else {
      this.read(workload, row);
      this.ask(workload, workload);
      for (const to of universe.groups.spread) if (to !== workload) this.ask(workload, to);
    }
    return this.found.take();
  }

  private ask(from: Workload, to: Workload): void {
    const { certain, possible } = between(this.evaluation, { kind: "workload", workload: from }, { kind: "workload", workload: to });
    this.found.add(to, certain, possible);
  }

  /** The workloads of every pod group to which something may flow. */
  private read(workload: Workload, { certain, possible }: Row): void {
    const { members, values, rest } = possible;
    const { none } = this.evaluation.table;
    const count = this.receivers.length;
    let next = 0;
    for (let i = 0; i < members.length && (members[i] as number) < count; i++) {
      const member = members[i] as number;
      if (rest !== none) for (; next < member; next++) this.addGroup(workload, next, certain === possible ? rest : certain.at(next), rest);
      const value = values[i] as number;
      this.addGroup(workload, member, certain === possible ? value : certain.at(member), value);
      next = member + 1;
    }
    if (rest !== none) for (; next < count; next++) this.addGroup(workload, next, certain === possible ? rest : certain.at(next), rest);
  }

  private addGroup(from: Workload, group: number, certain: ConnectionId, possible: ConnectionId): void {
    for (const to of this.receivers[group] as readonly Workload[]) if (to !== from) this.found.add(to, certain, possible);
  }
}

/** Workloads by answer. Nothing at all is no answer. */
class Found {
  private readonly none: ConnectionId;
  private reached: Reached[] = [];
  /** For each exact answer the number of its entry, counted from 1; those of no entry are 0. */
  private exact = new Uint32Array(0);
  private readonly inexact = new Map<number, Reached>();

  constructor(private readonly table: ConnectionTable) {
    this.none = table.none;
  }

  add(to: Workload, certain: ConnectionId, possible: ConnectionId): void {
    if (possible === this.none) return;
    const known = certain === possible ? this.reached[(this.exact[possible] ?? 0) - 1] : this.inexact.get(certain * 2 ** 26 + possible);
    if (known === undefined) this.addEntry(to, certain, possible);
    else known.to.push(to);
  }

  /** What was found, and nothing is found again. */
  take(): readonly Reached[] {
    const { reached } = this;
    for (const { answer } of reached) this.exact[answer.possible] = 0;
    this.inexact.clear();
    this.reached = [];
    return reached;
  }

  private addEntry(to: Workload, certain: ConnectionId, possible: ConnectionId): void {
    const entry: Reached = { to: [to], answer: { certain, possible } };
    this.reached.push(entry);
    if (certain !== possible) {
      this.inexact.set(certain * 2 ** 26 + possible, entry);
      return;
    }
    if (possible >= this.exact.length) this.exact = enlarged(this.exact, Math.max(2 * possible, this.table.size));
    this.exact[possible] = this.reached.length;
  }
}

function enlarged(list: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(list);
  return larger;
}
