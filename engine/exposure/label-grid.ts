import { isExpressible, type LabelCube, type LabelValues, uniteValues } from "./label-cubes";
import { isUnknown, type LabelSelector, type Requirement, unknown, type Unknown } from "../model";
import { requirementsOf, selects } from "../selector";

/** More combinations of labels than this are not told apart: their answers become one, as far as it holds for all. */
export const combinationLimit = 1024;

/** Values of one label that no selector tells apart, and one of them; a sample of `undefined` is the missing label. */
export interface LabelBlock {
  readonly values: LabelValues;
  readonly sample: string | undefined;
}

/** A label key with every block of values selectors tell apart. */
export interface LabelAxis {
  readonly key: string;
  readonly blocks: readonly LabelBlock[];
}

/** One way an object can be labelled, as far as selectors look: a block of each axis. */
export interface LabelChoice {
  /** The place of the block on each axis. */
  readonly at: readonly number[];
  /** Labels of an object of this kind: as few as there can be. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Which labels objects can have. @default any */
export type LabelDomain = (key: string, value: string | undefined) => boolean;

/** The axes that the selectors look at, each cut no finer than their conditions do. */
export function labelAxes(selectors: readonly LabelSelector[], isPossible: LabelDomain = () => true): readonly LabelAxis[] {
  const byKey = new Map<string, Map<string, Requirement>>();
  for (const requirement of selectors.flatMap(requirementsOf)) {
    const known = byKey.get(requirement.key) ?? new Map<string, Requirement>();
    byKey.set(requirement.key, known.set(JSON.stringify(requirement), requirement));
  }
  return [...byKey].map(([key, requirements]) => ({ key, blocks: blocksOf(key, [...requirements.values()], isPossible) }));
}

function blocksOf(key: string, requirements: readonly Requirement[], isPossible: LabelDomain): readonly LabelBlock[] {
  const mentioned = new Set(requirements.flatMap((each) => ("values" in each ? each.values : [])).filter((value) => !isUnknown(value)));
  const values = ([...mentioned] as readonly string[]).filter((value) => isPossible(key, value)).sort();
  const candidates: readonly LabelBlock[] = [
    ...(isPossible(key, undefined) ? [{ sample: undefined, values: { excludes: false, values: [], absent: true } }] : []),
    { sample: unmentioned(mentioned), values: { excludes: true, values, absent: false } },
    ...values.map((value) => ({ sample: value, values: { excludes: false, values: [value], absent: false } })),
  ];
  const answersTo = ({ sample }: LabelBlock): string =>
    requirements.map((each) => selects({ matchExpressions: [each] }, sample === undefined ? {} : { [key]: sample })).join();
  return mergeBlocks(candidates, answersTo);
}

/** A legal value that no selector mentions. */
function unmentioned(mentioned: ReadonlySet<unknown>): string {
  let value = "other";
  for (let n = 1; mentioned.has(value); n++) value = `other-${String(n)}`;
  return value;
}

/** Puts blocks of one signature together, as far as a selector can say what comes of it. The first of them gives the sample. */
export function mergeBlocks(blocks: readonly LabelBlock[], signatureOf: (block: LabelBlock, at: number) => string): readonly LabelBlock[] {
  const merged = new Map<string, LabelBlock[]>();
  blocks.forEach((block, at) => {
    const alike = merged.get(signatureOf(block, at));
    const partner = alike?.findIndex(({ values }) => isExpressible(uniteValues(values, block.values))) ?? -1;
    const other = alike?.[partner];
    if (alike === undefined) merged.set(signatureOf(block, at), [block]);
    else if (other === undefined) alike.push(block);
    else alike[partner] = { sample: other.sample, values: uniteValues(other.values, block.values) };
  });
  return [...merged.values()].flat();
}

/** The axes that cubes were made of. Their blocks have no samples. */
export function axesOf(cubes: readonly LabelCube[]): readonly LabelAxis[] {
  const axes = new Map<string, Map<string, LabelBlock>>();
  for (const [key, values] of cubes.flatMap((cube) => [...cube])) {
    const blocks = axes.get(key) ?? new Map<string, LabelBlock>();
    axes.set(key, blocks.set(JSON.stringify(values), { values, sample: undefined }));
  }
  return [...axes].map(([key, blocks]) => ({ key, blocks: [...blocks.values()] }));
}

/** Every combination of blocks, those of the last axis next to each other; `undefined` when there are more than `limit`. */
export function labelChoices(axes: readonly LabelAxis[], limit: number): readonly LabelChoice[] | undefined {
  if (axes.reduce((count, { blocks }) => count * blocks.length, 1) > limit) return undefined;
  return combinations(axes).map((at) => ({ at, labels: labelsAt(axes, at) }));
}

/** The places of the blocks of every combination, in the order of `labelChoices`. */
export const combinations = (axes: readonly LabelAxis[]): readonly (readonly number[])[] =>
  axes.reduce<readonly (readonly number[])[]>((all, { blocks }) => all.flatMap((at) => blocks.map((_, block) => [...at, block])), [[]]);

function labelsAt(axes: readonly LabelAxis[], at: readonly number[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [axis, { key, blocks }] of axes.entries()) {
    const sample = blocks[at[axis] as number]?.sample;
    if (sample !== undefined) labels[key] = sample;
  }
  return labels;
}

/** The conditions that a combination of blocks stands for. A key that is never told apart is no condition. */
export function cubeAt(axes: readonly LabelAxis[], at: readonly number[]): LabelCube {
  const cube = new Map<string, LabelValues>();
  for (const [axis, { key, blocks }] of axes.entries())
    if (blocks.length > 1) cube.set(key, (blocks[at[axis] as number] as LabelBlock).values);
  return cube;
}

/** Why an answer may hold for some labels only. */
export const tooMany = (axes: readonly LabelAxis[]): Unknown =>
  unknown(`labels ${axes.map(({ key }) => `\`${key}\``).join(", ")}: too many combinations to tell apart`);
