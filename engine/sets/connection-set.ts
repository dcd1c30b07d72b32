import { type Protocol, protocols } from "../model/port";
import { PortSet } from "./port-set";

/** An exact set of (protocol, destination port): what may flow between two ends. Immutable; equal sets have equal texts. */
export class ConnectionSet {
  private constructor(
    readonly TCP: PortSet,
    readonly UDP: PortSet,
    readonly SCTP: PortSet,
  ) {}

  static readonly none = new ConnectionSet(PortSet.none, PortSet.none, PortSet.none);
  static readonly all = new ConnectionSet(PortSet.all, PortSet.all, PortSet.all);

  /** The given ports of one protocol. */
  static of(protocol: Protocol, ports: PortSet): ConnectionSet {
    return ConnectionSet.none.with(protocol, ports);
  }

  private with(protocol: Protocol, ports: PortSet): ConnectionSet {
    const [tcp, udp, sctp] = protocols.map((each) => (each === protocol ? ports : this[each])) as [PortSet, PortSet, PortSet];
    return new ConnectionSet(tcp, udp, sctp);
  }

  private zip(other: ConnectionSet, operation: (a: PortSet, b: PortSet) => PortSet): ConnectionSet {
    return new ConnectionSet(operation(this.TCP, other.TCP), operation(this.UDP, other.UDP), operation(this.SCTP, other.SCTP));
  }

  union(other: ConnectionSet): ConnectionSet {
    return this.zip(other, (a, b) => a.union(b));
  }

  intersect(other: ConnectionSet): ConnectionSet {
    return this.zip(other, (a, b) => a.intersect(b));
  }

  subtract(other: ConnectionSet): ConnectionSet {
    return this.zip(other, (a, b) => a.subtract(b));
  }

  has(protocol: Protocol, port: number): boolean {
    return this[protocol].contains(port);
  }

  isSubsetOf(other: ConnectionSet): boolean {
    return protocols.every((protocol) => this[protocol].isSubsetOf(other[protocol]));
  }

  equals(other: ConnectionSet): boolean {
    return protocols.every((protocol) => this[protocol].equals(other[protocol]));
  }

  get isEmpty(): boolean {
    return protocols.every((protocol) => this[protocol].isEmpty);
  }

  /** The lowest port of the first protocol that has one; undefined for the empty set. */
  get first(): { readonly protocol: Protocol; readonly port: number } | undefined {
    for (const protocol of protocols) {
      const port = this[protocol].intervals[0]?.[0];
      if (port !== undefined) return { protocol, port };
    }
    return undefined;
  }

  get isAll(): boolean {
    return this.equals(ConnectionSet.all);
  }

  /** `all`, `none`, or each protocol with its ports: `TCP 80,443; UDP all`. Two sets are equal exactly when their texts are. */
  toString(): string {
    if (this.isEmpty) return "none";
    if (this.isAll) return "all";
    return protocols
      .filter((protocol) => !this[protocol].isEmpty)
      .map((protocol) => `${protocol} ${this[protocol].equals(PortSet.all) ? "all" : this[protocol].toString()}`)
      .join("; ");
  }
}
