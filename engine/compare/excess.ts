import type { ConcreteEnds, ConcretePair } from "../explain/concrete-ends";
import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import { applicable, type Evaluation } from "../evaluation";
import { type Direction, directions, type Endpoint } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { exactly, type Match } from "../matching/pod-index";
import type { Row } from "../rows/rows";
import type { Ternary } from "../selector";
import type { ConnectionSet } from "../sets/connection-set";
import type { IndexSet } from "../sets/index-set";

/** The rows of one of two versions of the policies. */
export interface Version {
  /** `reading`: the place of the interpretation in the evaluation's list. */
  row(reading: number, group: PodGroup, direction: Direction): Row;
}

/** Two versions of the policies over the same ends. */
export interface VersionPair {
  /** Holds the ends; its own policies are not looked at. */
  readonly evaluation: Evaluation;
  readonly ends: ConcreteEnds;
  readonly first: Version;
  readonly second: Version;
  /** The groups whose rows may differ. */
  readonly differing: Readonly<Record<Direction, readonly PodGroup[]>>;
  /** Whether both versions say the same about a group by the same words, so that they agree however what is unknown turns out. */
  readonly isAlike: (reading: number, group: PodGroup, direction: Direction) => boolean;
}

/** What the first version lets flow between two ends and the second does not: at least `certain`, at most `possible`. */
export interface Excess {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
}

/** Finds what the first version lets flow and the second does not or may not, one pair of classes after the other. */
export function* excesses(versions: VersionPair): Generator<Excess> {
  const { evaluation, ends } = versions;
  const seen = new Set<number>();
  for (const [from, to] of candidates(versions)) {
    const key = from * evaluation.universe.size + to;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const pair of ends.pairs(from, to)) {
      const { certain, possible } = excessOf(versions, from, to, pair);
      const { table } = evaluation;
      if (possible !== table.none) yield { from: pair.from, to: pair.to, certain: table.set(certain), possible: table.set(possible) };
    }
  }
}

/** Whether the first version lets anything flow that the second does not, with the pair of ends that shows it. */
export function findExcess(versions: VersionPair): { readonly answer: Ternary; readonly shownBy?: Excess } {
  let open: Excess | undefined;
  for (const excess of excesses(versions)) {
    if (!excess.certain.isEmpty) return { answer: "yes", shownBy: excess };
    open ??= excess;
  }
  return open === undefined ? { answer: "no" } : { answer: "maybe", shownBy: open };
}

type ClassPair = readonly [from: number, to: number];

/** The pairs of classes at which the row of either end lets more through. */
function* candidates(versions: VersionPair): Generator<ClassPair> {
  const differences = new Map<Row, Map<Row, IndexSet>>();
  for (const reading of versions.evaluation.interpretations.keys()) {
    for (const direction of directions) {
      for (const group of versions.differing[direction]) yield* candidatesAt(versions, differences, reading, group, direction);
    }
  }
}

function* candidatesAt(
  { evaluation, first, second, isAlike }: VersionPair,
  differences: Map<Row, Map<Row, IndexSet>>,
  reading: number,
  group: PodGroup,
  direction: Direction,
): Generator<ClassPair> {
  const mine = first.row(reading, group, direction);
  const others = second.row(reading, group, direction);
  const where = remembered(differences, mine, others, () => whereMore(evaluation, mine, others));
  if (where.isEmpty || isAlike(reading, group, direction)) return;
  for (const other of where.members()) yield direction === "egress" ? [group.index, other] : [other, group.index];
}

function remembered(memory: Map<Row, Map<Row, IndexSet>>, first: Row, second: Row, find: () => IndexSet): IndexSet {
  const inner = memory.get(first) ?? new Map<Row, IndexSet>();
  memory.set(first, inner);
  const found = inner.get(second) ?? find();
  inner.set(second, found);
  return found;
}

/** The ends with which the first row may let more through than the second certainly does. */
function whereMore({ table, universe }: Evaluation, first: Row, second: Row): IndexSet {
  if (first.possible === second.certain) return universe.none;
  return first.possible
    .zip(second.certain, (a, b) => table.subtract(a, b))
    .entries()
    .filter(([connections]) => connections !== table.none)
    .reduce((all, [, members]) => all.union(members), universe.none);
}

function excessOf(versions: VersionPair, from: number, to: number, { isOwnNode }: ConcretePair): Match<ConnectionId> {
  const { evaluation } = versions;
  const { table, universe, interpretations } = evaluation;
  const [source, target] = [universe.groups.all[from], universe.groups.all[to]];
  const answers = applicable(evaluation, source, target).flatMap((interpretation): readonly Match<ConnectionId>[] => {
    const reading = interpretations.indexOf(interpretation);
    const egress = sideOf(versions, reading, source, to, "egress");
    const ingress = sideOf(versions, reading, target, from, "ingress");
    const both = excessAt(table, [egress, ingress]);
    if (isOwnNode === "no") return [both];
    const exempt = excessAt(table, [egress]);
    return isOwnNode === "yes" ? [exempt] : [exempt, both];
  });
  return {
    certain: answers.reduce((all, { certain }) => table.intersect(all, certain), table.all),
    possible: answers.reduce((all, { possible }) => table.union(all, possible), table.none),
  };
}

/** What one end lets through, in both versions. */
interface Side {
  readonly first: Match<ConnectionId>;
  readonly second: Match<ConnectionId>;
  readonly isAlike: boolean;
}

/** An address is not subject to policy. */
function sideOf(
  { evaluation, first, second, isAlike }: VersionPair,
  reading: number,
  group: PodGroup | undefined,
  other: number,
  direction: Direction,
): Side {
  const { all } = evaluation.table;
  if (group === undefined) return { first: exactly(all), second: exactly(all), isAlike: true };
  const at = ({ certain, possible }: Row): Match<ConnectionId> => ({ certain: certain.at(other), possible: possible.at(other) });
  return {
    first: at(first.row(reading, group, direction)),
    second: at(second.row(reading, group, direction)),
    isAlike: isAlike(reading, group, direction),
  };
}

/** What all sides let through in the first version, less what they do in the second. A side that is alike takes nothing away. */
function excessAt(table: ConnectionTable, sides: readonly Side[]): Match<ConnectionId> {
  const throughAll = (of: (side: Side) => ConnectionId): ConnectionId =>
    sides.map(of).reduce((all, each) => table.intersect(all, each), table.all);
  const mayDeny = sides
    .filter(({ isAlike }) => !isAlike)
    .reduce((some, { second }) => table.union(some, table.subtract(table.all, second.certain)), table.none);
  return {
    certain: table.subtract(
      throughAll(({ first }) => first.certain),
      throughAll(({ second }) => second.possible),
    ),
    possible: table.intersect(
      throughAll(({ first }) => first.possible),
      mayDeny,
    ),
  };
}
