import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import type { Match } from "../matching/pod-index";

/** One entry of the agent's list for an address: a protocol with a port, a range of them, or everything. */
export interface Entry {
  /** Equal entries have equal keys: the agent keeps one of them. */
  readonly key: string;
  /** What it certainly lets through; nothing when it is not known what it says, or whether it is there. */
  readonly certain: ConnectionId;
  readonly possible: ConnectionId;
}

/** Entries for one address: those that are there, and those that may be. */
export interface EntryBounds {
  readonly certain: readonly Entry[];
  readonly possible: readonly Entry[];
}

/** How many entries of these lists differ; an entry that may be there counts. */
export const countEntries = (entries: readonly Entry[]): number => new Set(entries.map(({ key }) => key)).size;

/**
 * What a list lets through of which no more than `limit` entries are kept, nobody knows which: certainly what more entries say than can be
 * dropped, possibly what any of them says.
 */
export function limited(table: ConnectionTable, { certain, possible }: EntryBounds, limit: number): Match<ConnectionId> {
  const all = distinct(table, [...certain, ...possible]);
  const sets = distinct(table, certain).map((entry) => entry.certain);
  const dropped = Math.max(0, all.length - limit);
  return {
    certain: coveredMoreThan(table, sets, dropped),
    possible: all.reduce((so, entry) => table.union(so, entry.possible), table.none),
  };
}

/** Equal entries as one, which is there as surely as the surest of them. */
function distinct(table: ConnectionTable, entries: readonly Entry[]): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const { key, certain, possible } = found.get(entry.key) ?? entry;
    found.set(key, { key, certain: table.union(certain, entry.certain), possible: table.union(possible, entry.possible) });
  }
  return [...found.values()];
}

/** What is in more than `times` of the sets. */
function coveredMoreThan(table: ConnectionTable, sets: readonly ConnectionId[], times: number): ConnectionId {
  const layers = Array.from({ length: times + 1 }, () => table.none);
  for (const set of sets) {
    for (let depth = times; depth > 0; depth--) {
      layers[depth] = table.union(layers[depth] as ConnectionId, table.intersect(layers[depth - 1] as ConnectionId, set));
    }
    layers[0] = table.union(layers[0] as ConnectionId, set);
  }
  return layers[times] as ConnectionId;
}
