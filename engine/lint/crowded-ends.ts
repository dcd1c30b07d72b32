import type { PodGroup } from "../matching/pod-groups";
import { type Direction, isUnknown, type PortMatch } from "../model";
import type { IndexSet } from "../sets/index-set";
import type { Evaluation } from "../evaluation";
import { type WrittenRule, writtenRules } from "./policy-rules";

/** Ends for which the rules of a pod list more ports or ranges than there is room for, as far as that can be told from what is written. */
export interface CrowdedEnds {
  readonly ends: IndexSet;
  /** The rules that name these ends. */
  readonly rules: readonly WrittenRule[];
}

/** Ends with what is listed for all of them. */
interface Part {
  readonly ends: IndexSet;
  readonly rules: readonly WrittenRule[];
  readonly entries: ReadonlySet<string>;
}

/** Looks for crowded ends, pod by pod; what applies to many pods is looked at once. */
export class CrowdedEndSearch {
  private readonly byPolicy: Readonly<Record<Direction, ReadonlyMap<number, readonly WrittenRule[]>>>;
  private readonly entries = new Map<WrittenRule, ReadonlySet<string>>();
  private readonly numbers: ReadonlyMap<string, ReadonlySet<number>>;

  constructor(
    private readonly evaluation: Evaluation,
    private readonly limit: number,
  ) {
    this.byPolicy = { ingress: rulesByPolicy(evaluation, "ingress"), egress: rulesByPolicy(evaluation, "egress") };
    this.numbers = numbersByName(evaluation);
  }

  /** The crowded ends of a pod, the most crowded first. */
  of(group: PodGroup, direction: Direction): readonly CrowdedEnds[] {
    const rules = this.rulesOver(group, direction).filter((rule) => this.entriesOf(rule).size > 0);
    // Counting is quicker than telling apart, and mostly enough.
    if (this.countOf(rules) <= this.limit) return [];
    const distinct = this.distinctOf(rules);
    if (distinct.size <= this.limit) return [];
    return this.parts(rules)
      .filter(({ entries }) => entries.size > this.limit)
      .sort((a, b) => b.entries.size - a.entries.size);
  }

  private rulesOver(group: PodGroup, direction: Direction): readonly WrittenRule[] {
    const applied = this.evaluation.interpretations.flatMap((each) => each.appliesTo(group, direction).networkPolicies);
    const places = new Set(applied.map(({ policy }) => policy));
    return [...places].flatMap((place) => this.byPolicy[direction].get(place) ?? []);
  }

  /** All ends, cut where a rule begins or ends to name them. What can no longer become crowded is let go. */
  private parts(rules: readonly WrittenRule[]): readonly Part[] {
    let parts: readonly Part[] = [{ ends: this.evaluation.universe.all, rules: [], entries: new Set() }];
    for (const [at, rule] of rules.entries()) {
      const named = this.endsOf(rule);
      const left = this.countOf(rules.slice(at + 1));
      parts = parts.flatMap((part) => this.cut(part, rule, named)).filter(({ entries }) => entries.size + left > this.limit);
    }
    return parts;
  }

  private cut(part: Part, rule: WrittenRule, named: IndexSet): readonly Part[] {
    if (!part.ends.intersects(named)) return [part];
    const inside = {
      ends: part.ends.intersect(named),
      rules: [...part.rules, rule],
      entries: new Set([...part.entries, ...this.entriesOf(rule)]),
    };
    const outside = part.ends.subtract(named);
    return outside.isEmpty ? [inside] : [inside, { ...part, ends: outside }];
  }

  private endsOf({ matches }: WrittenRule): IndexSet {
    const { universe } = this.evaluation;
    const named = matches.flatMap(({ peers }) => (peers === undefined ? [universe.all] : peers.map(({ possible }) => possible)));
    return named.reduce((all, each) => all.union(each), universe.none);
  }

  private countOf(rules: readonly WrittenRule[]): number {
    return rules.reduce((count, rule) => count + this.entriesOf(rule).size, 0);
  }

  private distinctOf(rules: readonly WrittenRule[]): ReadonlySet<string> {
    return new Set(rules.flatMap((rule) => [...this.entriesOf(rule)]));
  }

  /** What a rule may put into the agent's list: a name is there by each of its numbers. */
  private entriesOf(rule: WrittenRule): ReadonlySet<string> {
    const { ports } = rule.rule;
    const found = this.entries.get(rule) ?? new Set(ports === "any" ? [] : ports.flatMap((port) => this.keysOf(port)));
    this.entries.set(rule, found);
    return found;
  }

  private keysOf(port: PortMatch): readonly string[] {
    if (port.kind !== "named") return [JSON.stringify(port)];
    const { protocol = "TCP" } = port;
    const numbers = [...(this.numbers.get(port.name) ?? [])];
    return numbers.map((number) => JSON.stringify({ kind: "range", protocol, from: number, to: number } satisfies PortMatch));
  }
}

function rulesByPolicy(evaluation: Evaluation, direction: Direction): ReadonlyMap<number, readonly WrittenRule[]> {
  const found = new Map<number, WrittenRule[]>();
  for (const rule of writtenRules(evaluation)) {
    if (rule.direction !== direction) continue;
    const known = found.get(rule.place);
    if (known === undefined) found.set(rule.place, [rule]);
    else known.push(rule);
  }
  return found;
}

function numbersByName({ cluster }: Evaluation): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const { name, port } of cluster.workloads.flatMap(({ ports }) => ports)) {
    if (name === undefined || isUnknown(port)) continue;
    found.set(name, (found.get(name) ?? new Set()).add(port));
  }
  return found;
}
