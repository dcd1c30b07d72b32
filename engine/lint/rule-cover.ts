import type { Evaluation } from "../evaluation";
import type { PortName } from "../matching/port-matching";
import type { RuleMatch } from "../matching/rule-matching";
import type { ConnectionId } from "../rows/connection-table";
import type { IndexSet } from "../sets/index-set";

/** The peers of rules put together, which every rule beside them is held against. */
const peerSets = new WeakMap<RuleMatch, { readonly certain: IndexSet; readonly possible: IndexSet }>();

/** Whom a rule names, all its entries together. */
export function peersOf({ universe }: Evaluation, match: RuleMatch): { readonly certain: IndexSet; readonly possible: IndexSet } {
  const known = peerSets.get(match);
  if (known !== undefined) return known;
  const union = (bound: "certain" | "possible"): IndexSet =>
    match.peers === undefined ? universe.all : match.peers.reduce((all, each) => all.union(each[bound]), universe.none);
  const sets = { certain: union("certain"), possible: union("possible") };
  peerSets.set(match, sets);
  return sets;
}

/** What of a rule is left where others were taken out: ends, and the ports that are left of each. */
interface Rest {
  readonly peers: IndexSet;
  readonly ports: ConnectionId;
  readonly names: readonly PortName[];
}

/**
 * Rules that together have every connection a rule may have: all its ports toward all its peers, whichever of them has which part. None of
 * them could be left out. Undefined when something is left, or the rule has nothing.
 */
export function coverOf<T>(
  evaluation: Evaluation,
  inner: RuleMatch,
  others: readonly T[],
  matchOf: (other: T) => RuleMatch,
): readonly T[] | undefined {
  if (!isFirstCovered(evaluation, inner, others.map(matchOf))) return undefined;
  const whole: Rest = { peers: peersOf(evaluation, inner).possible, ports: inner.ports.possible, names: inner.ports.names };
  const used: T[] = [];
  let rests: readonly Rest[] = [whole];
  for (const other of others) {
    const left = rests.flatMap((rest) => without(evaluation, rest, matchOf(other)));
    if (left.length === rests.length && left.every((rest, at) => rest === rests[at])) continue;
    used.push(other);
    rests = left;
    if (rests.length === 0) return needed(evaluation, whole, used, matchOf);
  }
  return undefined;
}

/** Whether the ports are covered for one end: most rules that are not covered fail at that already. No when the rule names nobody. */
function isFirstCovered({ table, universe }: Evaluation, { peers, ports }: RuleMatch, others: readonly RuleMatch[]): boolean {
  const some = peers === undefined ? universe.all : peers.find(({ possible }) => !possible.isEmpty)?.possible;
  if (some === undefined) return false;
  const first = firstOf(some);
  let left = ports.possible;
  for (const other of others) {
    if (left === table.none) return true;
    if (!other.isUncertain && names(other, first)) left = table.subtract(left, other.ports.certain);
  }
  return left === table.none;
}

const names = ({ peers }: RuleMatch, end: number): boolean => peers === undefined || peers.some(({ certain }) => certain.has(end));

const firsts = new WeakMap<IndexSet, number>();

/** The first member of a set that is not empty. */
export function firstOf(set: IndexSet): number {
  const first = firsts.get(set) ?? set.members()[0] ?? 0;
  firsts.set(set, first);
  return first;
}

/** What is left of a rest without what a rule certainly allows; the same object when that is nothing of it. */
function without(evaluation: Evaluation, rest: Rest, other: RuleMatch): readonly Rest[] {
  const { table } = evaluation;
  if (other.isUncertain) return [rest];
  const ports = table.subtract(rest.ports, other.ports.certain);
  const names =
    other.ports.certain === table.all ? [] : rest.names.filter((name) => !other.ports.names.some((each) => isSameName(each, name)));
  if (ports === rest.ports && names.length === rest.names.length) return [rest];
  const outer = peersOf(evaluation, other).certain;
  if (!rest.peers.intersects(outer)) return [rest];
  const beyond = rest.peers.subtract(outer);
  return [
    ...(beyond.isEmpty ? [] : [{ ...rest, peers: beyond }]),
    ...(ports === table.none && names.length === 0 ? [] : [{ peers: rest.peers.intersect(outer), ports, names }]),
  ];
}

const isSameName = (one: PortName, other: PortName): boolean => one.name === other.name && one.protocol === other.protocol;

/** Of rules that cover all of something, those that are needed for it. */
function needed<T>(evaluation: Evaluation, whole: Rest, used: readonly T[], matchOf: (other: T) => RuleMatch): readonly T[] {
  const covers = (rules: readonly T[]): boolean =>
    rules.reduce<readonly Rest[]>((rests, rule) => rests.flatMap((rest) => without(evaluation, rest, matchOf(rule))), [whole]).length === 0;
  let kept = used;
  for (const rule of used) {
    const fewer = kept.filter((each) => each !== rule);
    if (fewer.length > 0 && covers(fewer)) kept = fewer;
  }
  return kept;
}
