import { type LabelAxis, labelChoices, mergeBlocks } from "./label-grid";
import { cubesMeet, isExpressible, type LabelCube, uniteValues } from "./label-values";
import type { Connections } from "../reachability";
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

/** The answers at one place, in as few kinds as say them. */
export interface AlikeAnswers<T> extends PlaceAnswers<T> {
  readonly alike: Alike;
}

/** What all places have in common at which all kinds of pods get the same. */
export interface Alike {
  readonly number: number;
  readonly isFuture: boolean;
  /** For each kind that gets anything, what is said of it. */
  readonly statements: readonly Statement[];
  /** Whether all pods with these labels get at least these connections. */
  isGoodFor(statement: Statement): boolean;
}

/** Pods with these labels get these connections, at least. */
export interface Statement {
  readonly number: number;
  /** The place among the kinds of the one that gets no more. */
  readonly kind: number;
  readonly cube: LabelCube;
  readonly connections: Connections;
}

/** Brings the answers at places together: what was found out about one of them holds for all that are alike. */
export class AlikePlaces<T> {
  private readonly known = new Map<string, Alike>();
  private readonly statements = new Map<string, number>();

  of(answers: PlaceAnswers<T>): AlikeAnswers<T> {
    const merged = answers.axes.reduce((so, _, axis) => mergeAxis(so, axis), answers);
    const isFuture = merged.place.future !== undefined;
    const key = JSON.stringify([isFuture, merged.kinds.map(({ cube, connections }) => [cubeText(cube), connectionsText(connections)])]);
    const alike = this.known.get(key) ?? this.newAlike(merged, isFuture);
    this.known.set(key, alike);
    return { ...merged, alike };
  }

  private newAlike({ axes, kinds }: PlaceAnswers<T>, isFuture: boolean): Alike {
    const statements = kinds.flatMap(({ cube, connections }, kind): readonly Statement[] => {
      if (connections.possible.isEmpty) return [];
      const wider = widened(cube, axes, (each) => isGoodFor(kinds, each, connections));
      return [{ number: this.numberOf(wider, connections), kind, cube: wider, connections }];
    });
    const good = new Map<number, boolean>();
    return {
      number: this.known.size,
      isFuture,
      statements,
      isGoodFor: ({ number, cube, connections }) => {
        const answer = good.get(number) ?? isGoodFor(kinds, cube, connections);
        good.set(number, answer);
        return answer;
      },
    };
  }

  /** Equal for two statements that say the same. */
  private numberOf(cube: LabelCube, connections: Connections): number {
    const key = `${cubeText(cube)} ${connectionsText(connections)}`;
    const number = this.statements.get(key) ?? this.statements.size;
    this.statements.set(key, number);
    return number;
  }
}

const isGoodFor = <T>(kinds: readonly Kind<T>[], cube: LabelCube, connections: Connections): boolean =>
  kinds.every((kind) => includesConnections(kind.connections, connections) || !cubesMeet(kind.cube, cube));

/** Whether the whole has all of the part, for certain and possibly. */
export const includesConnections = (whole: Connections, part: Connections): boolean =>
  whole === part || (part.certain.isSubsetOf(whole.certain) && part.possible.isSubsetOf(whole.possible));

/** Takes conditions away, one label after the other, while the rest still holds. */
export function widened(cube: LabelCube, axes: readonly LabelAxis[], holds: (wider: LabelCube) => boolean): LabelCube {
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

/** Blocks of a label that make no difference to the answers become one. */
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

/** Equal for two cubes that say the same. */
export const cubeText = (cube: LabelCube): string => JSON.stringify([...cube].sort(([a], [b]) => (a < b ? -1 : 1)));

const texts = new WeakMap<Connections, string>();

function connectionsText(connections: Connections): string {
  const known = texts.get(connections) ?? `${connections.certain.toString()}/${connections.possible.toString()}`;
  texts.set(connections, known);
  return known;
}
