import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import { type ContainerPort, isUnknown, type PortMatch, type Protocol, protocols } from "../model";
import type { PodGroup } from "./pod-groups";
import type { Match } from "./pod-index";
import type { Ternary } from "../selector";
import { ConnectionSet } from "../sets/connection-set";
import type { IndexSet } from "../sets/index-set";
import { PortSet } from "../sets/port-set";
import type { Universe } from "./universe";

/** The connections a rule's `ports` name: those every destination shares, and names that each destination resolves for itself. */
export interface PortsMatch {
  readonly certain: ConnectionId;
  readonly possible: ConnectionId;
  readonly names: readonly PortName[];
}

/** A named port of a rule; without a protocol, of any. */
export type PortName = Extract<PortMatch, { readonly kind: "named" }>;

/** Pods on which a name stands for the same ports. */
export interface ResolvedName extends Match<ConnectionId> {
  readonly pods: IndexSet;
}

/** Turns the ports of rules into connection sets. */
export class PortMatcher {
  private readonly byName = new Map<string, readonly ResolvedName[]>();

  constructor(
    private readonly universe: Universe,
    private readonly table: ConnectionTable,
  ) {}

  ports(ports: readonly PortMatch[] | "any"): PortsMatch {
    if (ports === "any") return { certain: this.table.all, possible: this.table.all, names: [] };
    let certain = ConnectionSet.none;
    for (const port of ports) {
      if (port.kind !== "range") continue;
      const range = ConnectionSet.of(port.protocol, PortSet.of(port.from, port.to));
      certain = certain === ConnectionSet.none ? range : certain.union(range);
    }
    let possible = certain;
    for (const port of ports) if (port.kind === "unknown") possible = possible.union(allOf(port.protocol));
    const known = this.table.intern(certain);
    return {
      certain: known,
      possible: possible === certain ? known : this.table.intern(possible),
      names: ports.filter((port) => port.kind === "named"),
    };
  }

  /** What a name stands for on the pods of one group. */
  resolveOn(name: PortName, group: PodGroup): Match<ConnectionId> {
    const { certain, possible } = portsNamed(name, group);
    return { certain: this.table.intern(certain), possible: this.table.intern(possible) };
  }

  /** Whether a name stands for this port on the pods of one group. */
  nameStandsFor(name: PortName, group: PodGroup, protocol: Protocol, port: number): Ternary {
    const { certain, possible } = portsNamed(name, group);
    return certain.has(protocol, port) ? "yes" : possible.has(protocol, port) ? "maybe" : "no";
  }

  /** What a name stands for on every pod; pods on which it stands for nothing are left out. */
  resolveEverywhere(name: PortName): readonly ResolvedName[] {
    const key = `${name.protocol ?? "any"}/${name.name}`;
    const known = this.byName.get(key);
    if (known !== undefined) return known;
    const pods = new Map<string, { readonly match: Match<ConnectionId>; readonly members: number[] }>();
    for (const group of this.universe.groups.all) {
      if (group.unknownPorts === undefined && !group.ports.some((port) => answersTo(port, name))) continue;
      const match = this.resolveOn(name, group);
      const alike = `${String(match.certain)}/${String(match.possible)}`;
      const entry = pods.get(alike);
      if (entry === undefined) pods.set(alike, { match, members: [group.index] });
      else entry.members.push(group.index);
    }
    const resolved = [...pods.values()].map(({ match, members }) => ({ ...match, pods: this.universe.of(members) }));
    this.byName.set(key, resolved);
    return resolved;
  }
}

const answersTo = (port: ContainerPort, { name, protocol }: Pick<PortName, "name" | "protocol">): boolean =>
  port.name === name && (protocol === undefined || port.protocol === protocol);

const allOf = (protocol: Protocol | undefined): ConnectionSet =>
  protocol === undefined ? ConnectionSet.all : ConnectionSet.of(protocol, PortSet.all);

/**
 * What a name stands for on pods that declare these ports. Every container port of that name and protocol counts: the API asks for unique names
 * in a pod, but validates them per container.
 */
export function portsNamed(
  name: Pick<PortName, "name" | "protocol">,
  { ports, unknownPorts }: Pick<PodGroup, "ports" | "unknownPorts">,
): Match<ConnectionSet> {
  let certain = ConnectionSet.none;
  for (const { port, protocol } of ports.filter((each) => answersTo(each, name))) {
    if (!isUnknown(port)) certain = certain.union(ConnectionSet.of(protocol, PortSet.of(port)));
  }
  const openProtocols = protocols.filter(
    (protocol) =>
      (name.protocol === undefined || name.protocol === protocol) &&
      (unknownPorts !== undefined || ports.some((port) => answersTo(port, name) && port.protocol === protocol && isUnknown(port.port))),
  );
  const possible = openProtocols.reduce((all, protocol) => all.union(allOf(protocol)), certain);
  return { certain, possible };
}
