import { AddressColumns } from "./address-columns";
import { ConnectionValues } from "./connection-values";
import type { Evaluation } from "../evaluation";
import { hasOnePod } from "../exemption";
import type { Workload } from "../model";
import { type AddressConnections, reachability, type Reachability } from "../reachability";
import type { IpSet } from "../sets/ip-set";

/** One end of the table: a workload, by its place in the cluster's list, or addresses that are alike to all. */
export type TableEnd = { readonly workload: number } | { readonly addresses: IpSet };

/** Who reaches whom. Ends with equal rows are one row, ends with equal columns one column. */
export interface ReachabilityTable {
  readonly sources: readonly (readonly TableEnd[])[];
  readonly destinations: readonly (readonly TableEnd[])[];
  /** By source, then by destination. */
  readonly cells: readonly Uint32Array[];
  readonly values: ConnectionValues;
  /** How many lines a list of all pairs would have: workloads with workloads, and with each block of addresses. */
  readonly pairs: number;
}

/** What a cluster lets flow, as one table. Nothing stands between two addresses; what a lone pod may send to itself is left open. */
export function reachabilityTable(evaluation: Evaluation): ReachabilityTable {
  const { workloads } = evaluation.cluster;
  const reach = reachability(evaluation);
  const values = new ConnectionValues(evaluation.table);
  const outgoing = workloads.map((workload) => reach.withAddresses(workload, "egress"));
  const incoming = workloads.map((workload) => reach.withAddresses(workload, "ingress"));
  const [to, from] = [new AddressColumns(outgoing), new AddressColumns(incoming)];
  const rows = workloadRows(workloads, reach, values, to);
  const pairs = countPairs(rows, workloads, values) + countEntries([...outgoing, ...incoming]);
  fillOwnCells(evaluation, rows, values);
  const ends = (ranges: readonly IpSet[]): readonly TableEnd[] => [
    ...workloads.map((_, workload) => ({ workload })),
    ...ranges.map((addresses) => ({ addresses })),
  ];
  const all = [...rows, ...addressRows(workloads.length, values, from, to)];
  return { ...grouped(all, ends(from.ranges), ends(to.ranges)), values, pairs };
}

function workloadRows(
  workloads: readonly Workload[],
  reach: Reachability,
  values: ConnectionValues,
  to: AddressColumns,
): readonly Uint32Array[] {
  const places = new Map(workloads.map((workload, index) => [workload, index]));
  const width = workloads.length + to.ranges.length;
  return workloads.map((source, index) => {
    const row = new Uint32Array(width).fill(values.none);
    for (const { to: targets, connections } of reach.from(source)) {
      const value = values.of(connections);
      for (const target of targets) row[places.get(target) as number] = value;
    }
    to.forEach(index, values, (range, value) => (row[workloads.length + range] = value));
    return row;
  });
}

function addressRows(workloads: number, values: ConnectionValues, from: AddressColumns, to: AddressColumns): readonly Uint32Array[] {
  const rows = from.ranges.map(() => new Uint32Array(workloads + to.ranges.length).fill(values.none));
  for (let index = 0; index < workloads; index++)
    from.forEach(index, values, (range, value) => ((rows[range] as Uint32Array)[index] = value));
  return rows;
}

/** A lone pod gets what another like it gets from it, so that the two have equal rows and columns. Alone of its kind, it does not matter. */
function fillOwnCells({ cluster: { workloads }, universe }: Evaluation, rows: readonly Uint32Array[], values: ConnectionValues): void {
  const alike = new Map<string, number[]>();
  for (const [index, workload] of workloads.entries()) {
    const key = universe.groups.ofWorkload(workload).map((group) => group.index);
    alike.set(key.join(), [...(alike.get(key.join()) ?? []), index]);
  }
  for (const members of alike.values()) {
    for (const index of members.filter((each) => hasOnePod(workloads[each] as Workload))) {
      const other = members.find((each) => each !== index);
      const row = rows[index] as Uint32Array;
      row[index] = other === undefined ? values.anything : (row[other] as number);
    }
  }
}

function countPairs(rows: readonly Uint32Array[], workloads: readonly Workload[], values: ConnectionValues): number {
  const isListed = (from: Workload, index: number, to: number, value: number): boolean =>
    to < workloads.length && value !== values.none && !(to === index && hasOnePod(from));
  return workloads
    .map((from, index) => (rows[index] as Uint32Array).reduce((sum, value, to) => sum + (isListed(from, index, to, value) ? 1 : 0), 0))
    .reduce((a, b) => a + b, 0);
}

const countEntries = (lists: readonly (readonly AddressConnections[])[]): number =>
  lists.flat().filter(({ connections }) => !connections.possible.isEmpty).length;

function grouped(
  rows: readonly Uint32Array[],
  sources: readonly TableEnd[],
  destinations: readonly TableEnd[],
): Pick<ReachabilityTable, "sources" | "destinations" | "cells"> {
  const rowGroups = groupsOf(rows.map((row) => row.join()));
  const distinct = rowGroups.map(([first]) => rows[first as number] as Uint32Array);
  const columnGroups = groupsOf(destinations.map((_, column) => distinct.map((row) => row[column]).join()));
  return {
    sources: rowGroups.map((group) => group.map((index) => sources[index] as TableEnd)),
    destinations: columnGroups.map((group) => group.map((index) => destinations[index] as TableEnd)),
    cells: distinct.map((row) => Uint32Array.from(columnGroups, ([first]) => row[first as number] as number)),
  };
}

/** The places of equal texts. */
function groupsOf(texts: readonly string[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [index, text] of texts.entries()) {
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}
