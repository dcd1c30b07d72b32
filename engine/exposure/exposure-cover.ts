import { type LabelAxis, labelChoices, mergeBlocks } from "./label-grid";
import { cubesMeet, includesCube, isExpressible, type LabelCube, uniteValues } from "./label-values";
import type { Connections } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import type { Place } from "./unlisted-places";

/** Pods at one place that nothing tells apart: how they are labelled, and what they get. */
export interface Kind<T> {
  readonly cube: LabelCube;
  readonly connections: Connections;
  /** One of them, kept for the caller. */
  readonly sample: T;
}

/** All kinds of pods at one place. `kinds` holds one for each combination of blocks, in the order of `labelChoices`. */
export interface PlaceAnswers<T> {
  readonly place: Place;
  readonly axes: readonly LabelAxis[];
  readonly kinds: readonly Kind<T>[];
}

/** Pods at some places that get the same, at least. */
export interface Entry<T> extends Kind<T> {
  readonly present: readonly Place[];
  /** Labels of namespaces that do not exist yet; absent: none of those. */
  readonly future?: LabelCube;
}

/**
 * Says in few entries what pods of every kind get: what a pod gets is the union of the entries that match it, no more and no less. Each entry
 * has a sample that gets exactly the entry's connections; none is explained by broader ones.
 */
export function coverKinds<T>(answers: readonly PlaceAnswers<T>[]): readonly Entry<T>[] {
  const merged = answers.map(mergeAxes);
  const futures = merged.flatMap(({ place }) => (place.future === undefined ? [] : [place]));
  const groups = groupAlike(merged);
  const entries = new Map<string, Entry<T>>();
  for (const group of groups) {
    group.kinds.forEach((kind, n) => {
      if (kind.connections.possible.isEmpty) return;
      const cube = widened(kind.cube, group.axes, (wider) => isGoodFor(group.kinds, wider, kind.connections));
      const good = groups.filter(({ kinds }) => isGoodFor(kinds, cube, kind.connections)).flatMap(({ members }) => members);
      const goodPlaces = new Set(good.map(({ place }) => place));
      const present = [...goodPlaces].filter((place) => place.future === undefined);
      for (const member of group.members) {
        const future = futureOf(member.place, futures, goodPlaces);
        const entry = { ...(member.kinds[n] as Kind<T>), cube, present, ...(future === undefined ? {} : { future }) };
        const key = keyOf(entry);
        if (!entries.has(key)) entries.set(key, entry);
      }
    });
  }
  return withoutExplained([...entries.values()]);
}

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

/** Takes conditions away, one label after the other, while the rest still holds. */
function widened(cube: LabelCube, axes: readonly LabelAxis[], holds: (wider: LabelCube) => boolean): LabelCube {
  let result = cube;
  for (const { key, blocks } of axes) {
    const without = new Map([...result].filter(([each]) => each !== key));
    if (!result.has(key)) continue;
    if (holds(without)) {
      result = without;
      continue;
    }
    for (const { values } of [...blocks].sort((a, b) => Number(b.values.excludes) - Number(a.values.excludes))) {
      const united = uniteValues(result.get(key) ?? values, values);
      const wider = new Map([...without, [key, united]]);
      if (isExpressible(united) && holds(wider)) result = wider;
    }
  }
  return result;
}

const isGoodFor = <T>(kinds: readonly Kind<T>[], cube: LabelCube, connections: Connections): boolean =>
  kinds.every((kind) => includesConnections(kind.connections, connections) || !cubesMeet(kind.cube, cube));

const includesConnections = (whole: Connections, part: Connections): boolean =>
  whole === part || (part.certain.isSubsetOf(whole.certain) && part.possible.isSubsetOf(whole.possible));

/** Blocks of a label that make no difference to the answers become one. */
function mergeAxes<T>(answers: PlaceAnswers<T>): PlaceAnswers<T> {
  return answers.axes.reduce((so, _, axis) => mergeAxis(so, axis), answers);
}

function mergeAxis<T>({ place, axes, kinds }: PlaceAnswers<T>, axis: number): PlaceAnswers<T> {
  const merging = axes[axis];
  if (merging === undefined || kinds.length === 1) return { place, axes, kinds };
  const stride = axes.slice(axis + 1).reduce((product, { blocks }) => product * blocks.length, 1);
  const blockOf = (at: number): number => Math.floor(at / stride) % merging.blocks.length;
  const signatures = merging.blocks.map((): string[] => []);
  kinds.forEach(({ connections }, at) => signatures[blockOf(at)]?.push(connectionsText(connections)));
  const blocks = mergeBlocks(merging.blocks, (_, at) => (signatures[at] ?? []).join("|"));
  if (blocks.length === merging.blocks.length) return { place, axes, kinds };
  const kept = new Set(blocks.map(({ sample }) => merging.blocks.findIndex((block) => block.sample === sample)));
  const order = [...kept];
  const newAxes = axes.with(axis, { key: merging.key, blocks });
  const choices = labelChoices(newAxes, Infinity) ?? [];
  const left = choices.map(({ at, cube }): Kind<T> => {
    const place = at.reduce((sum, block, n) => sum * (axes[n]?.blocks.length ?? 1) + (n === axis ? (order[block] ?? 0) : block), 0);
    return { ...(kinds[place] as Kind<T>), cube };
  });
  return { place, axes: newAxes, kinds: left };
}

/** Places at which all kinds of pods get the same. */
interface Alike<T> {
  readonly members: readonly PlaceAnswers<T>[];
  readonly axes: readonly LabelAxis[];
  readonly kinds: readonly Kind<T>[];
}

function groupAlike<T>(answers: readonly PlaceAnswers<T>[]): readonly Alike<T>[] {
  const groups = new Map<string, PlaceAnswers<T>[]>();
  for (const each of answers) {
    const kinds = each.kinds.map((kind) => [textOf(kind.cube), connectionsText(kind.connections)]);
    const key = JSON.stringify([each.place.future !== undefined, kinds]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [each]);
    else known.push(each);
  }
  return [...groups.values()].map((members) => ({ members, axes: members[0]?.axes ?? [], kinds: members[0]?.kinds ?? [] }));
}

const textOf = (cube: LabelCube): string => JSON.stringify([...cube].sort(([a], [b]) => (a < b ? -1 : 1)));
const connectionsText = ({ certain, possible }: Connections): string => `${certain.toString()}/${possible.toString()}`;

const keyOf = <T>({ cube, connections, present, future }: Entry<T>): string =>
  JSON.stringify([
    textOf(cube),
    connectionsText(connections),
    present.map(({ namespace }) => namespace),
    future === undefined ? null : textOf(future),
  ]);

/** Drops every entry whose pods get as much by broader entries together. */
function withoutExplained<T>(entries: readonly Entry<T>[]): readonly Entry<T>[] {
  return entries.filter((entry, at) => {
    const broader = entries.filter((other, n) => n !== at && isBroader(other, entry) && (n < at || !isBroader(entry, other)));
    const together = broader.reduce(
      (all, { connections }) => ({ certain: all.certain.union(connections.certain), possible: all.possible.union(connections.possible) }),
      { certain: ConnectionSet.none, possible: ConnectionSet.none },
    );
    return !includesConnections(together, entry.connections);
  });
}

function isBroader<T>(one: Entry<T>, other: Entry<T>): boolean {
  if (!includesCube(one.cube, other.cube)) return false;
  if (other.future !== undefined && (one.future === undefined || !includesCube(one.future, other.future))) return false;
  const places = new Set(one.present);
  return other.present.every((place) => places.has(place));
}
