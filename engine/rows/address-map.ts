import type { ConnectionId } from "./connection-table";
import type { Evaluation } from "../evaluation";
import { ownNodeAddresses } from "../exemption";
import type { Direction, Workload } from "../model";
import { Partition } from "./partition";
import type { Match } from "../matching/pod-index";
import type { AddressConnections } from "../reachability";
import type { Row } from "./rows";
import { IpSet } from "../sets/ip-set";

/** Addresses with one answer, as numbers of the table. */
interface Part {
  readonly answer: Match<ConnectionId>;
  readonly addresses: IpSet;
}

/** What workloads exchange with addresses that are no pod's. Workloads to which the same policies apply share an answer. */
export class AddressMap {
  private readonly byRow = new Map<Row, readonly AddressConnections[]>();
  /** Rows that differ in pods only have one list. */
  private readonly byAnswers = new Map<string, readonly AddressConnections[]>();

  constructor(private readonly evaluation: Evaluation) {}

  /** Workloads with one answer get one and the same list. */
  of(workload: Workload, direction: Direction): readonly AddressConnections[] {
    const { universe, interpretations, cluster } = this.evaluation;
    const rows = universe.groups.ofWorkload(workload).flatMap((group) => interpretations.map((each) => each.row(group, direction)));
    const [only, ...others] = rows;
    const hasOwnNodes = direction === "ingress" && !ownNodeAddresses(cluster, workload, undefined).possible.isEmpty;
    if (only === undefined || others.length > 0 || hasOwnNodes) {
      const parts = this.split(this.whichever(rows));
      return this.inWords(hasOwnNodes ? this.withOwnNodes(parts, workload) : parts);
    }
    const known = this.byRow.get(only);
    if (known !== undefined) return known;
    const key = `${this.answersOf(only.certain)}|${only.certain === only.possible ? "" : this.answersOf(only.possible)}`;
    const found = this.byAnswers.get(key) ?? this.inWords(this.split(only));
    this.byAnswers.set(key, found);
    this.byRow.set(only, found);
    return found;
  }

  private inWords(parts: readonly Part[]): readonly AddressConnections[] {
    const { table } = this.evaluation;
    return parts.map(({ answer: { certain, possible }, addresses }) => ({
      addresses,
      connections: { certain: table.set(certain), possible: table.set(possible) },
    }));
  }

  private whichever(rows: readonly Row[]): Row {
    const { table, universe } = this.evaluation;
    return rows.reduce(
      (all, row) => ({
        certain: all.certain.zip(row.certain, (a, b) => table.intersect(a, b)),
        possible: all.possible.zip(row.possible, (a, b) => table.union(a, b)),
      }),
      { certain: Partition.constant(universe.size, table.all), possible: Partition.constant(universe.size, table.none) },
    );
  }

  /** The addresses of a row by their answer. */
  private split({ certain, possible }: Row): readonly Part[] {
    const { universe } = this.evaluation;
    const listed = new Map<string, { readonly answer: Match<ConnectionId>; readonly addresses: IpSet[] }>();
    const members = this.addressesIn(possible);
    for (const member of certain === possible ? members : new Set([...this.addressesIn(certain), ...members])) {
      const addresses = universe.addressesOf(member);
      if (addresses === undefined) continue;
      const answer = { certain: certain.at(member), possible: possible.at(member) };
      const key = `${String(answer.certain)}/${String(answer.possible)}`;
      const known = listed.get(key);
      if (known === undefined) listed.set(key, { answer, addresses: [addresses] });
      else known.addresses.push(addresses);
    }
    const parts = [...listed.values()].map(({ answer, addresses }): Part => ({ answer, addresses: IpSet.unionOf(addresses) }));
    const rest = IpSet.all.subtract(IpSet.unionOf(parts.map(({ addresses }) => addresses)));
    const restAnswer = { certain: certain.rest, possible: possible.rest };
    return joined([...parts, ...(rest.isEmpty ? [] : [{ answer: restAnswer, addresses: rest }])]);
  }

  /** The address classes that a row lists. They follow the pod groups. */
  private addressesIn({ members }: Partition): Uint32Array {
    return members.subarray(this.firstAddressIn(members));
  }

  private firstAddressIn(members: Uint32Array): number {
    let low = 0;
    let high = members.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((members[middle] as number) < this.evaluation.universe.groups.all.length) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private answersOf({ rest, members, values }: Partition): string {
    const first = this.firstAddressIn(members);
    return `${String(rest)}:${members.subarray(first).join()}:${values.subarray(first).join()}`;
  }

  /** From the nodes its pods run on, everything arrives. */
  private withOwnNodes(parts: readonly Part[], workload: Workload): readonly Part[] {
    const { cluster, table } = this.evaluation;
    const { certain, possible } = ownNodeAddresses(cluster, workload, undefined);
    const perhaps = possible.subtract(certain);
    return joined([
      { answer: { certain: table.all, possible: table.all }, addresses: certain },
      ...parts.flatMap(({ answer, addresses }): readonly Part[] => [
        { answer: { certain: answer.certain, possible: table.all }, addresses: addresses.intersect(perhaps) },
        { answer, addresses: addresses.subtract(possible) },
      ]),
    ]);
  }
}

/** Parts of one answer put together, empty ones left out. */
function joined(parts: readonly Part[]): readonly Part[] {
  const found = new Map<string, Part>();
  for (const { answer, addresses } of parts) {
    if (addresses.isEmpty) continue;
    const key = `${String(answer.certain)}/${String(answer.possible)}`;
    found.set(key, { answer, addresses: found.get(key)?.addresses.union(addresses) ?? addresses });
  }
  return [...found.values()];
}
