import { type Alike, type AlikeAnswers, cubeText, includesConnections, type Kind, type Statement, widened } from "./alike-places";
import type { LabelAxis } from "./label-grid";
import { cubesMeet, includesCube, type LabelCube } from "./label-values";
import { ConnectionSet } from "../sets/connection-set";
import type { Place } from "./unlisted-places";

/** Pods at some places that get the same, at least. */
export interface Entry<T> extends Kind<T> {
  readonly present: readonly Place[];
  /** Labels of namespaces that do not exist yet; absent: none of those. */
  readonly future?: LabelCube;
}

/** An entry, with what all its places that are there have in common, by number. */
interface FoundEntry<T> extends Entry<T> {
  readonly alike: ReadonlySet<number>;
}

/** Places at which all kinds of pods get the same. */
interface Group<T> {
  readonly alike: Alike;
  readonly members: readonly AlikeAnswers<T>[];
}

/**
 * Says in few entries what pods of every kind get: what a pod gets is the union of the entries that match it, no more and no less. Each entry
 * has a sample that gets exactly the entry's connections; none is explained by broader ones. Places at which nothing is got can be left out,
 * unless they do not exist yet.
 */
export function coverKinds<T>(answers: readonly AlikeAnswers<T>[]): readonly Entry<T>[] {
  const futures = answers.flatMap(({ place }) => (place.future === undefined ? [] : [place]));
  const groups = groupAlike(answers);
  const found = groups.flatMap((group) => group.alike.statements.flatMap((each) => entriesFor(group, each, groups, futures)));
  const entries = new Map<string, FoundEntry<T>>();
  for (const [key, entry] of found) if (!entries.has(key)) entries.set(key, entry);
  return withoutExplained([...entries.values()]);
}

/** The entries that make a statement found at places of one group, each with a text that is equal for equal entries. */
function entriesFor<T>(
  { alike, members }: Group<T>,
  statement: Statement,
  groups: readonly Group<T>[],
  futures: readonly Place[],
): readonly (readonly [string, FoundEntry<T>])[] {
  const common = commonTo(groups.filter((each) => each.alike.isGoodFor(statement)));
  // Places that are there differ in nothing that an entry says.
  return (alike.isFuture ? members : members.slice(0, 1)).map((member) => {
    const future = futureOf(member.place, futures, common.future);
    const key = `${String(statement.number)} ${common.key} ${future === undefined ? "none" : cubeText(future)}`;
    return [key, newEntry(member, statement, common, future)];
  });
}

interface Common {
  readonly key: string;
  readonly alike: ReadonlySet<number>;
  readonly present: readonly Place[];
  readonly future: ReadonlySet<Place>;
}

function commonTo<T>(good: readonly Group<T>[]): Common {
  const present = good.filter(({ alike }) => !alike.isFuture);
  const future = good.filter(({ alike }) => alike.isFuture);
  const numbers = present.map(({ alike }) => alike.number);
  return {
    key: numbers.join(),
    alike: new Set(numbers),
    present: present.flatMap(({ members }) => members.map(({ place }) => place)),
    future: new Set(future.flatMap(({ members }) => members.map(({ place }) => place))),
  };
}

const newEntry = <T>(
  { kinds }: AlikeAnswers<T>,
  { kind, cube }: Statement,
  { alike, present }: Common,
  future: LabelCube | undefined,
): FoundEntry<T> => ({ ...(kinds[kind] as Kind<T>), cube, alike, present, ...(future === undefined ? {} : { future }) });

/** Labels of new namespaces that an entry found at this place can speak of: all such namespaces are good. */
function futureOf({ future }: Place, futures: readonly Place[], good: ReadonlySet<Place>): LabelCube | undefined {
  const areGood = (wider: LabelCube): boolean => futures.every((place) => good.has(place) || !cubesMeet(place.future ?? wider, wider));
  if (future === undefined) return areGood(new Map()) ? new Map() : undefined;
  return widened(future, axesFrom(futures.map((each) => each.future ?? new Map())), areGood);
}

/** The axes that cubes were made of. */
function axesFrom(cubes: readonly LabelCube[]): readonly LabelAxis[] {
  const axes = new Map<string, Map<string, LabelAxis["blocks"][number]>>();
  for (const [key, values] of cubes.flatMap((cube) => [...cube])) {
    const blocks = axes.get(key) ?? new Map<string, LabelAxis["blocks"][number]>();
    axes.set(key, blocks.set(JSON.stringify(values), { values, sample: undefined }));
  }
  return [...axes].map(([key, blocks]) => ({ key, blocks: [...blocks.values()] }));
}

function groupAlike<T>(answers: readonly AlikeAnswers<T>[]): readonly Group<T>[] {
  const groups = new Map<Alike, AlikeAnswers<T>[]>();
  for (const each of answers) {
    const known = groups.get(each.alike);
    if (known === undefined) groups.set(each.alike, [each]);
    else known.push(each);
  }
  return [...groups].map(([alike, members]) => ({ alike, members }));
}

/** Drops every entry whose pods get as much by broader entries together. */
function withoutExplained<T>(entries: readonly FoundEntry<T>[]): readonly FoundEntry<T>[] {
  return entries.filter((entry, at) => {
    const broader = entries.filter((other, n) => n !== at && isBroader(other, entry) && (n < at || !isBroader(entry, other)));
    const together = broader.reduce(
      (all, { connections }) => ({ certain: all.certain.union(connections.certain), possible: all.possible.union(connections.possible) }),
      { certain: ConnectionSet.none, possible: ConnectionSet.none },
    );
    return !includesConnections(together, entry.connections);
  });
}

function isBroader<T>(one: FoundEntry<T>, other: FoundEntry<T>): boolean {
  if (one.alike.size < other.alike.size || !includesCube(one.cube, other.cube)) return false;
  if (other.future !== undefined && (one.future === undefined || !includesCube(one.future, other.future))) return false;
  return [...other.alike].every((number) => one.alike.has(number));
}
