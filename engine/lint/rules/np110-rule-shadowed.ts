import { portsWithin, ruleWithin, subjectWithin } from "../../compare/rule-containment";
import type { Evaluation } from "../../evaluation";
import { type Direction, isUnknown, shown } from "../../model";
import type { RuleMatch } from "../../matching/rule-matching";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import type { ConnectionId, ConnectionTable } from "../../rows/connection-table";
import { grouped } from "../../grouped";
import { allowedTwice } from "../allowed-twice";
import { coverOf, firstOf, peersOf } from "../rule-cover";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import type { IndexSet } from "../../sets/index-set";
import { witnessed } from "../witness";
import { listed, nameOf, placed, policyObject } from "../words";

export const np110RuleShadowed: LintRule = {
  code: "NP110",
  name: "rule-shadowed",
  title: "A rule allows nothing that other rules do not allow already",
  severity: "warning",
  category: "correctness",
  check(context) {
    const { evaluation } = context;
    const subjects = { ingress: subjectsIn(evaluation, "ingress"), egress: subjectsIn(evaluation, "egress") };
    const rules = grouped(
      writtenRules(evaluation),
      ({ policy, direction }) => `${direction} ${isUnknown(policy.namespace) ? "" : `/${policy.namespace}`}`,
    );
    return [...rules.values()].flatMap((each) => shadowedAmong(context, each, subjects));
  },
};

/** The pods a policy isolates in a direction, by its place: certainly in every reading, or possibly in some. */
interface Subjects {
  readonly certain: readonly IndexSet[];
  readonly possible: readonly IndexSet[];
}

type SubjectsByDirection = Readonly<Record<Direction, Subjects>>;

function subjectsIn({ cluster, universe, interpretations }: Evaluation, direction: Direction): Subjects {
  const certain: number[][] = cluster.policies.map(() => []);
  const possible: number[][] = cluster.policies.map(() => []);
  for (const group of universe.groups.all) {
    const [first = [], ...others] = interpretations.map((each) => each.appliesTo(group, direction).networkPolicies);
    for (const { policy, isCertain } of first) {
      const isEverywhere = others.every((list) => list.some((each) => each.policy === policy && each.isCertain));
      if (isCertain && isEverywhere) certain[policy]?.push(group.index);
    }
    for (const { policy } of first) addOnce(possible[policy], group.index);
    for (const { policy } of others.flat()) addOnce(possible[policy], group.index);
  }
  const sets = certain.map((each) => universe.of(each));
  // What is certain is possible: as many are the same ones.
  const isSame = (list: readonly number[], place: number): boolean => list.length === certain[place]?.length;
  return { certain: sets, possible: possible.map((each, place) => (isSame(each, place) ? (sets[place] as IndexSet) : universe.of(each))) };
}

function addOnce(list: number[] | undefined, group: number): void {
  if (list !== undefined && list[list.length - 1] !== group) list.push(group);
}

/**
 * Rules of one namespace and direction, later ones first: one that is found goes, so that of two that say the same one stays. Later is by name,
 * and not by the order of the files, which a fingerprint must not depend on. What was found can go all together, since what stands for a rule is
 * only taken out where others stand for it.
 */
function shadowedAmong(context: LintContext, rules: readonly WrittenRule[], subjects: SubjectsByDirection): readonly RuleFinding[] {
  const { evaluation } = context;
  const left = new Set(rules);
  const byPolicy = grouped(rules, ({ place }) => place);
  const found: { readonly written: WrittenRule; readonly by: readonly WrittenRule[] }[] = [];
  for (const written of rules.toSorted(byName).toReversed()) {
    const by = isOpenToDoubt(written, subjects)
      ? undefined
      : (shadowersOf(evaluation, written, left, subjects) ??
        shadowersOfEach(evaluation, written, subjects, { left, byPolicy }) ??
        writtenAround(evaluation, written, left, subjects));
    if (by === undefined) continue;
    left.delete(written);
    found.push({ written, by });
  }
  return found.map(({ written, by }) => ({
    ...finding(written, by, isSafeToRemove(written, left)),
    ...witnessed(allowedTwice(context, written, by)),
  }));
}

/** By the policy's name, then by the place of the rule in it. */
function byName(a: WrittenRule, b: WrittenRule): number {
  const [first, second] = [shown(a.policy.name), shown(b.policy.name)];
  return first === second ? a.index - b.index : first < second ? -1 : 1;
}

/** Whether nobody is certainly concerned, or something about the rule is not known. */
function isOpenToDoubt({ policy, place, direction, rule }: WrittenRule, subjects: SubjectsByDirection): boolean {
  const subject = subjects[direction].certain[place];
  if (subject === undefined || subject.isEmpty || isUnknown(policy.namespace)) return true;
  return policy.unknownDirections !== undefined || rule.unknown !== undefined;
}

/** Rules for the same pods or more that each have all ports of a rule, and together its peers. */
function shadowersOf(
  evaluation: Evaluation,
  written: WrittenRule,
  others: ReadonlySet<WrittenRule>,
  subjects: SubjectsByDirection,
): readonly WrittenRule[] | undefined {
  const { place, direction, matches } = written;
  const { certain, possible } = subjects[direction];
  const subject = possible[place];
  if (subject === undefined) return undefined;
  const lists = matches.map((match, reading) => {
    const candidates: WrittenRule[] = [];
    for (const other of others) {
      const outer = other.matches[reading];
      if (other === written || outer === undefined || !portsCover(evaluation, outer, match)) continue;
      if (isSubset(subject, certain[other.place])) candidates.push(other);
    }
    return peersCovered(evaluation, match, candidates, reading);
  });
  return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))];
}

/** The rules that are still there, by the place of their policy. */
interface RulesLeft {
  readonly left: ReadonlySet<WrittenRule>;
  readonly byPolicy: ReadonlyMap<number, readonly WrittenRule[]>;
}

/** Rules that have all connections of a rule for each of its pods, some of the ports here and some there, and not the same for every pod. */
function shadowersOfEach(
  evaluation: Evaluation,
  written: WrittenRule,
  subjects: SubjectsByDirection,
  { left, byPolicy }: RulesLeft,
): readonly WrittenRule[] | undefined {
  const { place, direction, matches } = written;
  const found = new Set<WrittenRule>();
  const asked = new Set<string>();
  for (const index of subjects[direction].possible[place]?.members() ?? []) {
    const group = evaluation.universe.groups.all[index];
    if (group === undefined) continue;
    for (const [reading, each] of evaluation.interpretations.entries()) {
      const match = matches[reading];
      const applied = each.appliesTo(group, direction).networkPolicies.filter(({ isCertain }) => isCertain);
      const key = `${String(reading)} ${applied.map(({ policy }) => policy).join()}`;
      if (match === undefined || asked.has(key)) continue;
      asked.add(key);
      const rules = applied.flatMap(({ policy }) => byPolicy.get(policy) ?? []).filter((rule) => rule !== written && left.has(rule));
      const by = coverOf(evaluation, match, rules, (rule) => rule.matches[reading] as RuleMatch);
      if (by === undefined) return undefined;
      for (const rule of by) found.add(rule);
    }
  }
  return found.size === 0 ? undefined : [...found];
}

/** A rule that stands for another by what is written, though it is not known which pods either of them names. */
function writtenAround(
  evaluation: Evaluation,
  written: WrittenRule,
  others: ReadonlySet<WrittenRule>,
  subjects: SubjectsByDirection,
): readonly WrittenRule[] | undefined {
  const { possible } = subjects[written.direction];
  const subject = possible[written.place];
  if (written.matches.every((match) => peersOf(evaluation, match).possible.isEmpty)) return undefined;
  const isNear = (other: WrittenRule): boolean =>
    subject !== undefined &&
    isSubset(subject, possible[other.place]) &&
    written.matches.every((match, reading) => {
      const outer = other.matches[reading];
      return outer !== undefined && isSubset(peersOf(evaluation, match).possible, peersOf(evaluation, outer).possible);
    });
  for (const other of others) {
    if (other === written || other.policy.unknownDirections !== undefined || !isNear(other)) continue;
    if (standForEver(written, [other])) return [other];
  }
  return undefined;
}

function isSubset(inner: IndexSet, outer: IndexSet | undefined): boolean {
  if (outer === undefined || inner.size > outer.size) return false;
  if (inner === outer || inner.isEmpty) return true;
  // Most sets that are no subsets show it at their first member.
  return outer.has(firstOf(inner)) && inner.subtract(outer).isEmpty;
}

/** Whether the first rule has every port of the second. */
function portsCover(evaluation: Evaluation, outer: RuleMatch, inner: RuleMatch): boolean {
  const { table } = evaluation;
  if (outer.isUncertain) return false;
  if (outer.ports.certain === table.all) return true;
  if (!isCovered(evaluation, inner.ports.possible, outer.ports.certain)) return false;
  return inner.ports.names.every((name) => outer.ports.names.some((other) => other.name === name.name && other.protocol === name.protocol));
}

/** Pairs of connection sets that were compared, by their numbers: there are few sets and millions of questions. */
const compared = new WeakMap<ConnectionTable, (Uint8Array | undefined)[]>();

function isCovered({ table }: Evaluation, inner: ConnectionId, outer: ConnectionId): boolean {
  const rows = compared.get(table) ?? [];
  compared.set(table, rows);
  let row = rows[inner];
  if (row === undefined || outer >= row.length) rows[inner] = row = new Uint8Array(table.size);
  const known = row[outer];
  if (known !== 0) return known === 1;
  const answer = table.set(inner).isSubsetOf(table.set(outer));
  row[outer] = answer ? 1 : 2;
  return answer;
}

/** Rules that together have every peer of a rule, one alone where there is one; undefined when a peer is left, or there is none. */
function peersCovered(
  evaluation: Evaluation,
  match: RuleMatch,
  candidates: readonly WrittenRule[],
  reading: number,
): readonly WrittenRule[] | undefined {
  const whole = peersOf(evaluation, match).possible;
  if (whole.isEmpty) return undefined;
  const certainOf = ({ matches }: WrittenRule): IndexSet => peersOf(evaluation, matches[reading] as RuleMatch).certain;
  const single = candidates.find((rule) => isSubset(whole, certainOf(rule)));
  if (single !== undefined) return [single];
  const used: WrittenRule[] = [];
  let left = whole;
  for (const rule of candidates) {
    const peers = certainOf(rule);
    if (!left.intersects(peers)) continue;
    left = left.subtract(peers);
    used.push(rule);
    if (left.isEmpty) return used;
  }
  return undefined;
}

/** Without its last egress rule, a policy that does not write its `policyTypes` no longer isolates egress. */
const isSafeToRemove = ({ policy, direction }: WrittenRule, left: ReadonlySet<WrittenRule>): boolean =>
  direction === "ingress" || [...left].some((other) => other.policy === policy);

/** Whether rules stand for a rule by what is written, for whatever pods there may be: each for all its peers, together for its ports. */
function standForEver({ policy, rule }: WrittenRule, by: readonly WrittenRule[]): boolean {
  const isAround = (other: WrittenRule): boolean =>
    subjectWithin(policy, other.policy) && ruleWithin({ ...rule, ports: other.rule.ports }, other.rule, policy.namespace);
  if (!by.every(isAround)) return false;
  const ports = by.map((each) => each.rule.ports);
  return portsWithin(rule.ports, ports.includes("any") ? "any" : ports.flatMap((each) => (each === "any" ? [] : each)));
}

function finding(written: WrittenRule, by: readonly WrittenRule[], isSafe: boolean): RuleFinding {
  const { policy, direction, rule } = written;
  const isForEver = standForEver(written, by);
  const names = listed(by.map((each) => `\`${fieldOf(each)}\` of ${nameOf(each.policy)}`));
  const field = fieldOf(written);
  return {
    subject: policyObject(policy),
    message: isForEver
      ? `the rule allows nothing that ${names} ${by.length === 1 ? "does" : "do"} not allow already`
      : `for the pods that are there now, the rule allows nothing that ${names} do not allow already`,
    advice: isForEver ? "remove the rule" : "remove the rule, unless it is meant for pods that do not exist yet",
    ...placed(policy),
    field,
    because: [refOf(written), ...by.map((each) => refOf(each))],
    key: `${direction} ${JSON.stringify([rule.peers, rule.ports])}`,
    severity: isForEver ? "warning" : "info",
    ...(isForEver && isSafe
      ? { fix: { description: "remove the rule, which changes nothing", edits: [{ kind: "remove", object: policyObject(policy), field }] } }
      : {}),
  };
}
