import { ConnectionSet, formatAddress, parseAddress, PortSet } from "../../engine";
import { protocols } from "../../engine/model";
import type { Connectivity, Pair } from "./case-file";

type Entry = NonNullable<Connectivity["allow"]>[number];

/**
 * The expectations of an analyzer's report: connections between endpoints, and with ranges of external addresses. Ranges are probed at
 * their first and last address.
 */
export class RangeTable {
  private readonly byPair = new Map<string, ConnectionSet>();
  private readonly addresses: readonly string[];

  /** An entry about an end that is not among the endpoints would never be looked at: it is an Error. */
  constructor(private readonly table: Connectivity) {
    const ends = (table.allow ?? []).flatMap(({ from, to }) => [from, to]);
    this.addresses = [...new Set(ends.filter(isRange).flatMap(boundsOf))];
    const lost = ends.find((end) => !isRange(end) && !table.endpoints.includes(end));
    if (lost !== undefined) throw new Error(`the case expects something of \`${lost}\`, which is not among its endpoints`);
    for (const entry of table.allow ?? []) {
      for (const from of this.probesOf(entry.from)) {
        for (const to of this.probesOf(entry.to)) this.allow(from, to, entry);
      }
    }
  }

  /** Every ordered pair that is asserted. */
  *pairs(): Generator<Pair> {
    for (const from of this.table.endpoints) {
      for (const to of this.table.endpoints) if (from !== to) yield [from, to];
      for (const address of this.addresses) {
        yield [from, address];
        yield [address, from];
      }
    }
  }

  /** A pair that is not listed has no connectivity. */
  expected(from: string, to: string): ConnectionSet {
    return this.byPair.get(`${from} ${to}`) ?? ConnectionSet.none;
  }

  private allow(from: string, to: string, { ports }: Entry): void {
    const key = `${from} ${to}`;
    this.byPair.set(key, (this.byPair.get(key) ?? ConnectionSet.none).union(connections(ports)));
  }

  private probesOf(end: string): readonly string[] {
    if (!isRange(end)) return [end];
    const [first, last] = boundsOf(end).map(addressOf) as [ReturnType<typeof addressOf>, ReturnType<typeof addressOf>];
    return this.addresses.filter((probe) => {
      const { family, value } = addressOf(probe);
      return family === first.family && first.value <= value && value <= last.value;
    });
  }
}

const isRange = (end: string): boolean => end.startsWith("range:");

const addressOf = (probe: string) => parseAddress(probe.slice("ip:".length));

/** First and last address of `range:a-b`, as references to probe; the text is written the one usual way. */
function boundsOf(range: string): readonly [string, string] {
  const [first = "", last = first] = range.slice("range:".length).split("-");
  return [`ip:${formatAddress(parseAddress(first.trim()))}`, `ip:${formatAddress(parseAddress(last.trim()))}`];
}

function connections(ports: Entry["ports"]): ConnectionSet {
  if (ports === "all") return ConnectionSet.all;
  return protocols.reduce((all, protocol) => {
    const text = ports[protocol];
    if (text === undefined) return all;
    if (text === "all") return all.union(ConnectionSet.of(protocol, PortSet.all));
    return text
      .split(",")
      .map((part) => part.trim().split("-").map(Number) as [number, number?])
      .reduce((so, [from, to]) => so.union(ConnectionSet.of(protocol, PortSet.of(from, to ?? from))), all);
  }, ConnectionSet.none);
}
