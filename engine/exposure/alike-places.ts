import type { AnswerId, AnswerTable } from "./answer-table";
import { type CubeId, cubesMeet, type CubeTable, isExpressible, type LabelCube, uniteValues } from "./label-cubes";
import { combinations, cubeAt, type LabelAxis, mergeBlocks } from "./label-grid";
import type { Labels, Unknown } from "../model";
import { PairNumbers, Sequences } from "./pair-numbers";
import type { PodKinds } from "./pod-kinds";

/** What all kinds of pods at a place get, in as few kinds as say it. */
export interface PlaceAnswer {
  readonly alike: Alike;
  /** Labels of one pod of each kind. */
  readonly samples: readonly Labels[];
}

/** What places have in common at which all kinds of pods get the same. */
export interface Alike {
  readonly number: number;
  readonly kinds: readonly Kind[];
  /** For each kind that gets anything, what is said of it. */
  readonly statements: readonly Statement[];
  /** Set where labels were too many to tell apart. */
  readonly approximate: Unknown | undefined;
}

/** Pods that nothing tells apart. */
export interface Kind {
  readonly cube: CubeId;
  readonly answer: AnswerId;
}

/** Pods with these labels get these connections, at least. */
export interface Statement extends Kind {
  readonly number: number;
  /** The place among the kinds of the one that gets no more. */
  readonly kind: number;
}

/** Kinds of pods put together where that makes no difference to what they get. */
interface Grid extends MergedGrid {
  /** Its own number among all such. */
  readonly number: number;
  /** The conditions and the labels of one pod of each kind. */
  readonly cubes: readonly CubeId[];
  readonly samples: readonly Labels[];
}

interface MergedGrid {
  readonly axes: readonly LabelAxis[];
  readonly kinds: readonly GridKind[];
}

interface GridKind {
  /** The place of one of its kinds among those before. */
  readonly at: number;
  /** Equal for kinds that get the same. */
  readonly value: number;
}

/** A kind, by its place, with conditions for which all that is said of it holds. */
interface Wider {
  readonly kind: number;
  readonly cube: CubeId;
}

/** Brings the answers at places together: what was found out about one of them holds for all that are alike. */
export class AlikePlaces {
  private readonly sequences = new Sequences();
  private readonly grids = new Map<number, Grid>();
  private readonly known = new Map<number, Alike>();
  private readonly wider = new Map<number, readonly Wider[]>();
  /** Numbers of statements, by conditions and answer. */
  private readonly statements = new PairNumbers();
  /** Why labels were too many, by number from 1. */
  private readonly reasons = new Map<string, number>();
  private nobody: PlaceAnswer | undefined;

  constructor(
    private readonly answers: AnswerTable,
    private readonly cubes: CubeTable,
  ) {}

  /** No kind of pods gets anything. */
  get nothing(): PlaceAnswer {
    return (this.nobody ??= this.of({ number: -1, axes: [], kinds: [{ labels: {}, mine: 0, theirs: 0 }] }, [this.answers.nothing]));
  }

  /** `answers`: what each of the kinds gets. */
  of(all: PodKinds, answers: readonly AnswerId[]): PlaceAnswer {
    const values: AnswerId[] = [];
    const grid = this.gridOf(all, numbered(answers, values));
    const { approximate } = all;
    let key = this.sequences.of([approximate === undefined ? 0 : this.reasonNumber(approximate)]);
    const kinds = grid.kinds.map(({ value }, at): Kind => {
      const kind = { cube: grid.cubes[at] as CubeId, answer: values[value] as AnswerId };
      key = this.sequences.append(this.sequences.append(key, kind.cube), kind.answer);
      return kind;
    });
    const alike = this.known.get(key) ?? this.newAlike(kinds, grid, values, approximate);
    this.known.set(key, alike);
    return { alike, samples: grid.samples };
  }

  private reasonNumber(reason: Unknown): number {
    const text = JSON.stringify(reason);
    const number = this.reasons.get(text) ?? this.reasons.size + 1;
    this.reasons.set(text, number);
    return number;
  }

  /** What can be put together depends only on which kinds get the same, not on what they get. */
  private gridOf({ number, axes, kinds }: PodKinds, values: readonly number[]): Grid {
    const key = this.sequences.of([number, ...values]);
    const known = this.grids.get(key);
    if (known !== undefined) return known;
    const start = { axes, kinds: values.map((value, at): GridKind => ({ at, value })) };
    const merged = axes.reduce<MergedGrid>((so, _, axis) => mergeAxis(so, axis), start);
    const cubes = combinations(merged.axes).map((at) => this.cubes.of(cubeAt(merged.axes, at)));
    const samples = merged.kinds.map(({ at }) => kinds[at]?.labels ?? {});
    const grid: Grid = { number: this.grids.size, ...merged, cubes, samples };
    this.grids.set(key, grid);
    return grid;
  }

  private newAlike(kinds: readonly Kind[], grid: Grid, values: readonly AnswerId[], approximate: Unknown | undefined): Alike {
    const statements = this.widerKinds(grid, values).map(({ kind, cube }): Statement => {
      const { answer } = kinds[kind] as Kind;
      return { number: this.statements.of(cube, answer), kind, cube, answer };
    });
    return { number: this.known.size, kinds, statements, approximate };
  }

  /** How far what is said of each kind holds depends only on which answers include which. */
  private widerKinds(grid: Grid, values: readonly AnswerId[]): readonly Wider[] {
    const includes = (whole: number, part: number): boolean => this.answers.includes(values[whole] as AnswerId, values[part] as AnswerId);
    const isNothing = values.map((answer) => this.answers.isNothing(answer));
    const inclusions = values.flatMap((_, whole) => values.map((_, part) => Number(includes(whole, part))));
    const key = this.sequences.of([grid.number, values.length, ...isNothing.map(Number), ...inclusions]);
    const known = this.wider.get(key);
    if (known !== undefined) return known;
    const cubeOf = (kind: number): LabelCube => this.cubes.cube(grid.cubes[kind] as CubeId);
    const found = grid.kinds.flatMap(({ value }, kind): readonly Wider[] => {
      if (isNothing[value] === true) return [];
      const less = grid.kinds.flatMap((each, at) => (includes(each.value, value) ? [] : [cubeOf(at)]));
      const isGood = (wider: LabelCube): boolean => !less.some((each) => cubesMeet(each, wider));
      return [{ kind, cube: this.cubes.of(widened(cubeOf(kind), grid.axes, isGood)) }];
    });
    this.wider.set(key, found);
    return found;
  }
}

/** Whether all pods with these labels get at least these connections. */
export const isGoodFor = ({ kinds }: Alike, { cube, answer }: Kind, answers: AnswerTable, cubes: CubeTable): boolean =>
  kinds.every((kind) => answers.includes(kind.answer, answer) || !cubes.meet(kind.cube, cube));

/** For each answer its place among those that occur, which are added to `values`. */
const numbered = (answers: readonly AnswerId[], values: AnswerId[]): readonly number[] =>
  answers.map((answer) => {
    const known = values.indexOf(answer);
    return known === -1 ? values.push(answer) - 1 : known;
  });

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
function mergeAxis({ axes, kinds }: MergedGrid, axis: number): MergedGrid {
  const merging = axes[axis] as LabelAxis;
  const width = merging.blocks.length;
  const stride = axes.slice(axis + 1).reduce((product, { blocks }) => product * blocks.length, 1);
  const signatures = merging.blocks.map((): number[] => []);
  kinds.forEach(({ value }, at) => signatures[Math.floor(at / stride) % width]?.push(value));
  const blocks = mergeBlocks(merging.blocks, (_, at) => (signatures[at] ?? []).join("|"));
  if (blocks.length === width) return { axes, kinds };
  const left: GridKind[] = [];
  const order = blocks.map(({ sample }) => merging.blocks.findIndex((block) => block.sample === sample));
  for (let start = 0; start < kinds.length; start += width * stride)
    for (const block of order) left.push(...kinds.slice(start + block * stride, start + (block + 1) * stride));
  return { axes: axes.with(axis, { key: merging.key, blocks }), kinds: left };
}
