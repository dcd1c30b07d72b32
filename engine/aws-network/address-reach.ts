import type { Protocol } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { type Address, IpSet } from "../sets/ip-set";

/** Addresses that are treated alike, and what may be exchanged with each of them. */
export interface AddressEntry {
  readonly addresses: IpSet;
  readonly connections: ConnectionSet;
}

/** An exact relation between addresses and connections: what rules about addresses let through. Immutable. */
export class AddressReach {
  // INVARIANT: addresses are disjoint, connections distinct and not empty. Whatever address is in no entry exchanges nothing.
  private constructor(readonly entries: readonly AddressEntry[]) {}

  static readonly none = new AddressReach([]);
  static readonly all = new AddressReach([{ addresses: IpSet.all, connections: ConnectionSet.all }]);

  /** The same connections with every one of the addresses. */
  static of(addresses: IpSet, connections: ConnectionSet): AddressReach {
    return AddressReach.ofDisjoint([{ addresses, connections }]);
  }

  /** Parts whose addresses are disjoint: those with equal connections are joined. */
  private static ofDisjoint(parts: readonly AddressEntry[]): AddressReach {
    const byConnections = new Map<string, { readonly connections: ConnectionSet; readonly addresses: IpSet[] }>();
    for (const { addresses, connections } of parts) {
      if (addresses.isEmpty || connections.isEmpty) continue;
      const known = byConnections.get(connections.toString()) ?? { connections, addresses: [] };
      known.addresses.push(addresses);
      byConnections.set(connections.toString(), known);
    }
    return new AddressReach(
      [...byConnections.values()].map(({ connections, addresses }) => ({ connections, addresses: IpSet.unionOf(addresses) })),
    );
  }

  union(other: AddressReach): AddressReach {
    return this.zip(other, (a, b) => a.union(b));
  }

  intersect(other: AddressReach): AddressReach {
    return this.zip(other, (a, b) => a.intersect(b));
  }

  subtract(other: AddressReach): AddressReach {
    return this.zip(other, (a, b) => a.subtract(b));
  }

  private zip(other: AddressReach, operation: (a: ConnectionSet, b: ConnectionSet) => ConnectionSet): AddressReach {
    const others = withRest(other.entries, IpSet.all);
    return AddressReach.ofDisjoint(
      withRest(this.entries, IpSet.all).flatMap((a) =>
        others.map((b) => ({ addresses: a.addresses.intersect(b.addresses), connections: operation(a.connections, b.connections) })),
      ),
    );
  }

  /** What may be exchanged with one address. */
  at(address: Address): ConnectionSet {
    return this.entries.find(({ addresses }) => addresses.contains(address))?.connections ?? ConnectionSet.none;
  }

  /** What may be exchanged with every one of the addresses; of no address at all: everything. */
  everywhere(addresses: IpSet): ConnectionSet {
    return this.over(addresses).reduce((all, { connections }) => all.intersect(connections), ConnectionSet.all);
  }

  /** What may be exchanged with some of the addresses. */
  somewhere(addresses: IpSet): ConnectionSet {
    return this.over(addresses).reduce((all, { connections }) => all.union(connections), ConnectionSet.none);
  }

  /** The addresses with which a port may be used. */
  addressesAt(protocol: Protocol, port: number): IpSet {
    return IpSet.unionOf(this.entries.filter(({ connections }) => connections.has(protocol, port)).map(({ addresses }) => addresses));
  }

  /** The same with what each entry lets through replaced. */
  map(change: (connections: ConnectionSet) => ConnectionSet): AddressReach {
    return AddressReach.ofDisjoint(this.entries.map(({ addresses, connections }) => ({ addresses, connections: change(connections) })));
  }

  isSubsetOf(other: AddressReach): boolean {
    return this.subtract(other).entries.length === 0;
  }

  /** The parts of a set of addresses that are treated alike, those that exchange nothing among them. */
  private over(addresses: IpSet): readonly AddressEntry[] {
    const met = this.entries.map((entry) => ({ ...entry, addresses: entry.addresses.intersect(addresses) }));
    return withRest(met, addresses).filter((entry) => !entry.addresses.isEmpty);
  }
}

/** Entries, and one for the addresses of a set that none of them has. */
function withRest(entries: readonly AddressEntry[], within: IpSet): readonly AddressEntry[] {
  const covered = IpSet.unionOf(entries.map(({ addresses }) => addresses));
  return [...entries, { addresses: within.subtract(covered), connections: ConnectionSet.none }];
}
