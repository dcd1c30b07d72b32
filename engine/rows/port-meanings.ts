import type { ConnectionId } from "./connection-table";
import type { PodGroup } from "../matching/pod-groups";
import type { Match } from "../matching/pod-index";
import type { PortMatcher, PortName } from "../matching/port-matching";
import type { RuleMatch } from "../matching/rule-matching";

/** What names stand for with one list of ports. */
interface Meanings {
  readonly byName: Map<string, Match<ConnectionId>>;
  /** For lists of rules, what the names they mention stand for. */
  readonly texts: Map<readonly RuleMatch[], string>;
}

/** What port names stand for on pod groups. Most pods declare the same few lists of ports, so each list is asked once about each name. */
export class PortMeanings {
  private readonly byPorts = new Map<string, Meanings>();
  private readonly byGroup: Meanings[] = [];
  /** The names that lists of rules mention, each once. */
  private readonly names = new Map<readonly RuleMatch[], readonly PortName[]>();

  constructor(private readonly ports: PortMatcher) {}

  of(name: PortName, group: PodGroup): Match<ConnectionId> {
    const meanings = this.meaningsOf(group).byName;
    const key = `${name.protocol ?? ""}/${name.name}`;
    const known = meanings.get(key);
    if (known !== undefined) return known;
    const meaning = this.ports.resolveOn(name, group);
    meanings.set(key, meaning);
    return meaning;
  }

  /** What the names in a list of rules stand for: groups on which they stand for the same get the same text. */
  text(rules: readonly RuleMatch[], group: PodGroup): string {
    const { texts } = this.meaningsOf(group);
    const known = texts.get(rules);
    if (known !== undefined) return known;
    const text = this.namesIn(rules)
      .map((name) => this.of(name, group))
      .map(({ certain, possible }) => `${String(certain)}/${String(possible)},`)
      .join("");
    texts.set(rules, text);
    return text;
  }

  private namesIn(rules: readonly RuleMatch[]): readonly PortName[] {
    const known = this.names.get(rules);
    if (known !== undefined) return known;
    const names = rules.flatMap(({ ports }) => ports.names);
    const distinct = [...new Map(names.map((name) => [`${name.protocol ?? ""}/${name.name}`, name])).values()];
    this.names.set(rules, distinct);
    return distinct;
  }

  private meaningsOf({ index, ports, unknownPorts }: PodGroup): Meanings {
    const known = this.byGroup[index];
    if (known !== undefined) return known;
    const text = JSON.stringify([ports, unknownPorts ?? null]);
    const meanings = this.byPorts.get(text) ?? {
      byName: new Map<string, Match<ConnectionId>>(),
      texts: new Map<readonly RuleMatch[], string>(),
    };
    this.byPorts.set(text, meanings);
    this.byGroup[index] = meanings;
    return meanings;
  }
}
