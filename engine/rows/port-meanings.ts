import type { ConnectionId } from "./connection-table";
import type { PodGroup } from "../matching/pod-groups";
import type { Match } from "../matching/pod-index";
import type { PortMatcher, PortName } from "../matching/port-matching";

type Meanings = Map<string, Match<ConnectionId>>;

/** What port names stand for on pod groups. Most pods declare the same few lists of ports, so each list is asked once about each name. */
export class PortMeanings {
  private readonly byPorts = new Map<string, Meanings>();
  private readonly byGroup: Meanings[] = [];

  constructor(private readonly ports: PortMatcher) {}

  of(name: PortName, group: PodGroup): Match<ConnectionId> {
    const meanings = (this.byGroup[group.index] ??= this.meaningsOf(group));
    const key = `${name.protocol ?? ""}/${name.name}`;
    const known = meanings.get(key);
    if (known !== undefined) return known;
    const meaning = this.ports.resolveOn(name, group);
    meanings.set(key, meaning);
    return meaning;
  }

  private meaningsOf({ ports, unknownPorts }: PodGroup): Meanings {
    const text = JSON.stringify([ports, unknownPorts ?? null]);
    const known = this.byPorts.get(text);
    if (known !== undefined) return known;
    const fresh: Meanings = new Map();
    this.byPorts.set(text, fresh);
    return fresh;
  }
}
