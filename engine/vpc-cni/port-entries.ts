import type { ConnectionTable } from "../rows/connection-table";
import type { PodGroup } from "../matching/pod-groups";
import type { PortName } from "../matching/port-matching";
import type { Universe } from "../matching/universe";
import { type ContainerPort, isUnknown, type PortMatch, type Protocol, protocols } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import type { IndexSet } from "../sets/index-set";
import { PortSet } from "../sets/port-set";
import type { Entry } from "./entry-limit";

/** Pods on which a name stands for the same entries. */
export interface NamedEntries {
  readonly pods: IndexSet;
  readonly entries: readonly Entry[];
}

/** How ports are read. */
export interface PortOptions {
  /** Whether a name finds the ports of init containers that keep running. */
  readonly findsSidecars: boolean;
  /** Whether a name that a pod declares several times stands for the first port only. */
  readonly takesFirst: boolean;
  /** The entries are held against ICMP: one with a port says nothing about it. */
  readonly carriesIcmp: boolean;
}

/** Turns ports of rules into entries. */
export class PortEntries {
  private readonly texts = new Map<PodGroup, string>();
  private readonly everywhere = new Map<string, readonly NamedEntries[]>();
  /** Everything there is: what a rule without ports says. */
  readonly any: Entry;

  constructor(
    private readonly table: ConnectionTable,
    private readonly universe: Universe,
    private readonly options: PortOptions,
  ) {
    this.any = { key: "any", certain: table.all, possible: table.all };
  }

  /** The entries of ports without a name; `undefined` for one with. */
  plain(port: PortMatch): Entry | undefined {
    if (port.kind === "range") return this.range(port.protocol, port.from, port.to);
    if (port.kind === "unknown") return this.open(`unknown ${port.unknown.because}`, port.protocol, this.table.all);
    return undefined;
  }

  /** The entry of one range of ports. */
  range(protocol: Protocol, from: number, to: number): Entry {
    const connections = this.options.carriesIcmp ? this.table.none : this.table.intern(ConnectionSet.of(protocol, PortSet.of(from, to)));
    return { key: `${protocol}/${String(from)}-${String(to)}`, certain: connections, possible: connections };
  }

  /** What a name stands for on the pods of one group. */
  named(name: PortName, group: PodGroup): readonly Entry[] {
    const byWorkload = this.templatesOf(group).map((ports) => this.onPod(name, ports, group));
    const [first = [], ...others] = byWorkload;
    const isEverywhere = ({ key }: Entry): boolean => others.every((entries) => entries.some((entry) => entry.key === key));
    const all = new Map(byWorkload.flat().map((entry) => [entry.key, entry]));
    return [...all.values()].map((entry) =>
      first.some(({ key }) => key === entry.key) && isEverywhere(entry) ? entry : { ...entry, certain: this.table.none },
    );
  }

  /** What the names of a group's ports stand for: groups with equal texts resolve every name alike. Empty: no name stands for anything. */
  meanings(group: PodGroup): string {
    const known = this.texts.get(group);
    if (known !== undefined) return known;
    const named = this.templatesOf(group).map((ports) => ports.filter(({ name }) => name !== undefined));
    const text = group.unknownPorts === undefined && named.every((ports) => ports.length === 0) ? "" : this.textOf(group, named);
    this.texts.set(group, text);
    return text;
  }

  private textOf({ unknownPorts }: PodGroup, templates: readonly (readonly ContainerPort[])[]): string {
    const texts = templates.map((ports) =>
      ports
        .map(({ name, port, protocol }) => JSON.stringify([name, protocol, port]))
        .sort()
        .join(),
    );
    return `${[...new Set(texts)].sort().join("|")}${unknownPorts === undefined ? "" : `?${unknownPorts.because}`}`;
  }

  /** What a name stands for on every pod; pods on which it stands for nothing are left out. */
  namedEverywhere(name: PortName): readonly NamedEntries[] {
    const key = `${name.protocol ?? "any"}/${name.name}`;
    const known = this.everywhere.get(key);
    if (known !== undefined) return known;
    const found = new Map<string, { readonly entries: readonly Entry[]; readonly members: number[] }>();
    for (const group of this.universe.groups.all) {
      if (group.unknownPorts === undefined && !group.ports.some((port) => port.name === name.name)) continue;
      const entries = this.named(name, group);
      if (entries.length === 0) continue;
      const alike = entries.map((entry) => `${entry.key}:${String(entry.certain)}`).join();
      const entry = found.get(alike);
      if (entry === undefined) found.set(alike, { entries, members: [group.index] });
      else entry.members.push(group.index);
    }
    const named = [...found.values()].map(({ entries, members }) => ({ entries, pods: this.universe.of(members) }));
    this.everywhere.set(key, named);
    return named;
  }

  /** The different lists of ports in a group: the order of ports and which of them belong to init containers tell no groups apart. */
  private templatesOf(group: PodGroup): readonly (readonly ContainerPort[])[] {
    const { findsSidecars, takesFirst } = this.options;
    if ((findsSidecars && !takesFirst) || !group.ports.some(({ name }) => name !== undefined)) return [group.ports];
    const templates = this.universe.groups.workloadsIn(group).map(({ ports }) => this.counted(ports));
    return templates.length === 0 ? [this.counted(group.ports)] : templates;
  }

  private counted(ports: readonly ContainerPort[]): readonly ContainerPort[] {
    const { findsSidecars, takesFirst } = this.options;
    const found = findsSidecars ? ports : ports.filter(({ sidecar }) => sidecar !== true);
    if (!takesFirst) return found;
    return found.filter(
      ({ name, protocol }, at) => at === found.findIndex((each) => each.name === name && each.protocol === protocol) || name === undefined,
    );
  }

  private onPod(name: PortName, ports: readonly ContainerPort[], { unknownPorts }: PodGroup): readonly Entry[] {
    const declared = ports.filter((port) => port.name === name.name && (name.protocol ?? port.protocol) === port.protocol);
    const entries = declared.map(({ port, protocol }) =>
      isUnknown(port) ? this.open(`unknown ${port.because}`, protocol) : this.range(protocol, port, port),
    );
    return unknownPorts === undefined ? entries : [...entries, this.open(`unknown ${unknownPorts.because}`, name.protocol)];
  }

  /** A port name of nobody's container: all of its protocol, or none. */
  readonly anyOf = ({ name, protocol }: PortName): Entry => this.open(`any ${name}`, protocol);

  /** `asIcmp`: what it may say about ICMP. Of a list that is not known, nobody can say whether it is empty; a name is one of a port. */
  private open(key: string, protocol: Protocol | undefined, asIcmp = this.table.none): Entry {
    const open = protocols.filter((each) => protocol === undefined || each === protocol);
    const connections = open.reduce((all, each) => all.union(ConnectionSet.of(each, PortSet.all)), ConnectionSet.none);
    const possible = this.options.carriesIcmp ? asIcmp : this.table.intern(connections);
    return { key: `${key} ${protocol ?? ""}`, certain: this.table.none, possible };
  }
}
