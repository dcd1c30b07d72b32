import { ruleWithin, subjectWithin } from "../../compare/rule-containment";
import type { Evaluation } from "../../evaluation";
import { type Direction, isUnknown, shown } from "../../model";
import type { RuleMatch } from "../../matching/rule-matching";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import type { ConnectionId, ConnectionTable } from "../../rows/connection-table";
import { grouped } from "../grouped";
import type { LintRule, RuleFinding } from "../rule";
import type { IndexSet } from "../../sets/index-set";
import { listed, nameOf, placed, policyObject } from "../words";

export const np110RuleShadowed: LintRule = {
  code: "NP110",
  name: "rule-shadowed",
  title: "A rule allows nothing that other rules do not allow already",
  severity: "warning",
  category: "correctness",
  check({ evaluation }) {
    const certainly = certainSubjects(evaluation);
    const rules = grouped(
      writtenRules(evaluation),
      ({ policy, direction }) => `${direction} ${isUnknown(policy.namespace) ? "" : `/${policy.namespace}`}`,
    );
    return [...rules.values()].flatMap((each) => shadowedAmong(evaluation, each, certainly));
  },
};

/** The pods a policy certainly isolates in a direction, in every reading, by its place. */
type CertainSubjects = Readonly<Record<Direction, readonly IndexSet[]>>;

function certainSubjects({ cluster, universe, interpretations }: Evaluation): CertainSubjects {
  const inDirection = (direction: Direction): readonly IndexSet[] => {
    const members: number[][] = cluster.policies.map(() => []);
    for (const group of universe.groups.all) {
      const [first = [], ...others] = interpretations.map((each) => each.appliesTo(group, direction).networkPolicies);
      for (const { policy, isCertain } of first) {
        const isEverywhere = others.every((list) => list.some((each) => each.policy === policy && each.isCertain));
        if (isCertain && isEverywhere) members[policy]?.push(group.index);
      }
    }
    return members.map((each) => universe.of(each));
  };
  return { ingress: inDirection("ingress"), egress: inDirection("egress") };
}

/**
 * Rules of one namespace and direction, later ones first: one that is found goes, so that of two that say the same one stays. Later is by name,
 * and not by the order of the files, which a fingerprint must not depend on. What was found can go all together, since what stands for a rule is
 * only taken out where others stand for it.
 */
function shadowedAmong(evaluation: Evaluation, rules: readonly WrittenRule[], certainly: CertainSubjects): readonly RuleFinding[] {
  const left = new Set(rules);
  const found: { readonly written: WrittenRule; readonly by: readonly WrittenRule[] }[] = [];
  for (const written of rules.toSorted(byName).toReversed()) {
    const by = shadowersOf(evaluation, written, left, certainly);
    if (by === undefined) continue;
    left.delete(written);
    found.push({ written, by });
  }
  return found.map(({ written, by }) => finding(written, by, isSafeToRemove(written, left)));
}

/** By the policy's name, then by the place of the rule in it. */
function byName(a: WrittenRule, b: WrittenRule): number {
  const [first, second] = [shown(a.policy.name), shown(b.policy.name)];
  return first === second ? a.index - b.index : first < second ? -1 : 1;
}

function shadowersOf(
  evaluation: Evaluation,
  written: WrittenRule,
  others: ReadonlySet<WrittenRule>,
  certainly: CertainSubjects,
): readonly WrittenRule[] | undefined {
  const { policy, place, direction, matches, rule } = written;
  const subject = certainly[direction][place];
  if (subject === undefined || subject.isEmpty || isUnknown(policy.namespace)) return undefined;
  if (policy.unknownDirections !== undefined || rule.unknown !== undefined) return undefined;
  const lists = matches.map((match, reading) => {
    const candidates: WrittenRule[] = [];
    for (const other of others) {
      const outer = other.matches[reading];
      if (other === written || outer === undefined || !portsCover(evaluation, outer, match)) continue;
      if (isSubset(subject, certainly[direction][other.place])) candidates.push(other);
    }
    return peersCovered(evaluation, match, candidates, reading);
  });
  return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))];
}

/** The first members of sets: most sets that are no subsets show it there. */
const firstMembers = new WeakMap<IndexSet, number>();

function isSubset(inner: IndexSet, outer: IndexSet | undefined): boolean {
  if (outer === undefined || inner.size > outer.size) return false;
  if (inner === outer || inner.isEmpty) return true;
  const first = firstMembers.get(inner) ?? inner.members()[0] ?? 0;
  firstMembers.set(inner, first);
  return outer.has(first) && inner.subtract(outer).isEmpty;
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

/** The peers of rules put together, which every rule beside them is held against. */
const peerSets = new WeakMap<RuleMatch, { readonly certain: IndexSet; readonly possible: IndexSet }>();

function peersOf({ universe }: Evaluation, match: RuleMatch): { readonly certain: IndexSet; readonly possible: IndexSet } {
  const known = peerSets.get(match);
  if (known !== undefined) return known;
  const union = (bound: "certain" | "possible"): IndexSet =>
    match.peers === undefined ? universe.all : match.peers.reduce((all, each) => all.union(each[bound]), universe.none);
  const sets = { certain: union("certain"), possible: union("possible") };
  peerSets.set(match, sets);
  return sets;
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

function finding(written: WrittenRule, by: readonly WrittenRule[], isSafe: boolean): RuleFinding {
  const { policy, direction, rule } = written;
  const [only, ...more] = by;
  const isForEver =
    only !== undefined && more.length === 0 && ruleWithin(rule, only.rule, policy.namespace) && subjectWithin(policy, only.policy);
  const names = listed(by.map((each) => `\`${fieldOf(each)}\` of ${nameOf(each.policy)}`));
  const field = fieldOf(written);
  return {
    subject: policyObject(policy),
    message: isForEver
      ? `the rule allows nothing that ${names} does not allow already`
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
