import type { RuleRef } from "../decision";
import { isContradictory } from "../compare/selector-implication";
import type { Evaluation } from "../evaluation";
import { type Direction, directions, type LabelSelector, type NetworkPolicy, type Rule } from "../model";
import type { PeerMatch } from "../matching/peer-matching";
import type { RuleMatch } from "../matching/rule-matching";
import { networkPolicyRef } from "../reasons";
import { requirementsOf } from "../selector";
import { nameLabel } from "./probes";

/** One rule of a NetworkPolicy, with how the engine reads it. */
export interface WrittenRule {
  readonly policy: NetworkPolicy;
  /** The policy's place in the cluster's list. */
  readonly place: number;
  readonly direction: Direction;
  readonly index: number;
  readonly rule: Rule;
  /** One for each reading of the cluster. */
  readonly matches: readonly RuleMatch[];
}

const known = new WeakMap<Evaluation, readonly WrittenRule[]>();

/** Every rule of every NetworkPolicy, in order; listed once for all lint rules. */
export function writtenRules(evaluation: Evaluation): readonly WrittenRule[] {
  const found = known.get(evaluation) ?? listed(evaluation);
  known.set(evaluation, found);
  return found;
}

const listed = (evaluation: Evaluation): readonly WrittenRule[] =>
  evaluation.cluster.policies.flatMap((policy, place) => directions.flatMap((direction) => rulesOf(evaluation, policy, place, direction)));

function rulesOf({ interpretations }: Evaluation, policy: NetworkPolicy, place: number, direction: Direction): readonly WrittenRule[] {
  const rules = policy[direction];
  if (rules === undefined) return [];
  const read = interpretations.map((each) => each.rulesOf(place, direction));
  return rules.map((rule, index) => ({
    policy,
    place,
    direction,
    index,
    rule,
    matches: read.flatMap((list) => list[index] ?? []),
  }));
}

/** The path of a rule, or of one of its entries: `spec.ingress[0].from[1]`. */
export function fieldOf(
  { direction, index }: Pick<WrittenRule, "direction" | "index">,
  entry: { peer?: number; port?: number } = {},
): string {
  const rule = `spec.${direction}[${String(index)}]`;
  if (entry.peer !== undefined) return `${rule}.${direction === "ingress" ? "from" : "to"}[${String(entry.peer)}]`;
  return entry.port === undefined ? rule : `${rule}.ports[${String(entry.port)}]`;
}

/** The rule as reports name it. */
export const refOf = ({ policy, direction, index }: WrittenRule, entry: { peer?: number; port?: number } = {}): RuleRef => ({
  policy: networkPolicyRef(policy),
  direction,
  rule: index,
  ...entry,
});

/** Whether a peer names nobody there is, not even perhaps, in any reading. */
export const namesNobody = (matches: readonly PeerMatch[]): boolean => matches.every(({ possible }) => possible.isEmpty);

/** The namespaces a selector asks for by name; undefined when it asks for none by name. */
export function namedNamespaces(selector: LabelSelector): readonly string[] | undefined {
  for (const requirement of requirementsOf(selector)) {
    if (requirement.key !== nameLabel || requirement.operator !== "In") continue;
    const values = requirement.values.filter((value) => typeof value === "string");
    if (values.length === requirement.values.length) return values;
  }
  return undefined;
}

/** A selector as people write it on a command line: `app=web,tier in (db,cache)`. */
export function selectorText(selector: LabelSelector): string {
  const texts = requirementsOf(selector).map((requirement) => {
    if (!("values" in requirement)) return requirement.operator === "Exists" ? requirement.key : `!${requirement.key}`;
    const values = requirement.values.map((value) => (typeof value === "string" ? value : "?"));
    if (requirement.operator === "In" && values.length === 1) return `${requirement.key}=${values[0] ?? ""}`;
    return `${requirement.key} ${requirement.operator === "In" ? "in" : "notin"} (${values.join(",")})`;
  });
  return texts.join(",");
}

/** Whether a selector contradicts itself. Labels alone never do, and most selectors have nothing else. */
export const contradicts = (selector: LabelSelector): boolean =>
  selector.matchExpressions !== undefined && selector.matchExpressions.length > 0 && isContradictory(selector);
