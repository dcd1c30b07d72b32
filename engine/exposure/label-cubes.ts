import type { LabelSelector, Requirement } from "../model";
import { PairMemory } from "./pair-numbers";

/** Values that one label may have, with "not there" as one more value. Immutable. */
export interface LabelValues {
  /** True: every value but those listed. False: only those listed. */
  readonly excludes: boolean;
  readonly values: readonly string[];
  /** Whether the label may be missing. */
  readonly absent: boolean;
}

/** Conditions on several labels at once; a key that is not there may have any value, or none. */
export type LabelCube = ReadonlyMap<string, LabelValues>;

/** No condition at all. */
export const anything: LabelValues = { excludes: true, values: [], absent: true };

/** Whether every value of the second set is in the first. */
export function includesValues(whole: LabelValues, part: LabelValues): boolean {
  if (part.absent && !whole.absent) return false;
  if (!part.excludes) return part.values.every((value) => whole.values.includes(value) !== whole.excludes);
  return whole.excludes && whole.values.every((value) => part.values.includes(value));
}

function sharesValues(one: LabelValues, other: LabelValues): boolean {
  if (one.absent && other.absent) return true;
  // Endlessly many values are outside any two lists.
  if (one.excludes && other.excludes) return true;
  const [listed, open] = one.excludes ? [other, one] : [one, other];
  return listed.values.some((value) => open.values.includes(value) !== open.excludes);
}

/** The values of either set. */
export function uniteValues(one: LabelValues, other: LabelValues): LabelValues {
  const absent = one.absent || other.absent;
  const without = (values: readonly string[], dropped: readonly string[]): readonly string[] =>
    values.filter((value) => !dropped.includes(value));
  if (one.excludes && other.excludes) return { excludes: true, values: one.values.filter((value) => other.values.includes(value)), absent };
  if (one.excludes) return { excludes: true, values: without(one.values, other.values), absent };
  if (other.excludes) return { excludes: true, values: without(other.values, one.values), absent };
  return { excludes: false, values: [...new Set([...one.values, ...other.values])].sort(), absent };
}

/** Whether a selector can say it: "one of these, or not there" has no form of its own. */
export const isExpressible = ({ excludes, values, absent }: LabelValues): boolean => excludes || !absent || values.length === 0;

/** Whether everything that meets the second cube's conditions meets the first's. */
export const includesCube = (whole: LabelCube, part: LabelCube): boolean =>
  [...whole].every(([key, values]) => includesValues(values, part.get(key) ?? anything));

/** Whether something can meet the conditions of both. */
export const cubesMeet = (one: LabelCube, other: LabelCube): boolean =>
  [...one].every(([key, values]) => sharesValues(values, other.get(key) ?? anything));

/** The selector that selects what meets the conditions. */
export function selectorOf(cube: LabelCube): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: Requirement[] = [];
  for (const [key, values] of [...cube].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [only, ...more] = values.values;
    if (!values.excludes && !values.absent && only !== undefined && more.length === 0) matchLabels[key] = only;
    else matchExpressions.push(...requirementsFor(key, values));
  }
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}

function requirementsFor(key: string, { excludes, values, absent }: LabelValues): readonly Requirement[] {
  if (!excludes) return absent ? [{ key, operator: "DoesNotExist" }] : [{ key, operator: "In", values }];
  const exists: readonly Requirement[] = absent ? [] : [{ key, operator: "Exists" }];
  return values.length === 0 ? exists : [...exists, { key, operator: "NotIn", values }];
}

/** Stands for one set of conditions on labels: equal numbers, equal conditions. */
export type CubeId = number;

/** The conditions on labels that are met, each kept once. */
export class CubeTable {
  private readonly cubes: LabelCube[] = [];
  private readonly ids = new Map<string, CubeId>();
  private readonly selectors = new Map<CubeId, LabelSelector>();
  private readonly inclusions = new PairMemory((whole, part) => includesCube(this.cube(whole), this.cube(part)));
  private readonly meetings = new PairMemory((one, other) => cubesMeet(this.cube(one), this.cube(other)));
  /** No condition at all. */
  readonly any: CubeId = this.of(new Map());

  of(cube: LabelCube): CubeId {
    const text = cubeText(cube);
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    this.cubes.push(cube);
    this.ids.set(text, this.cubes.length - 1);
    return this.cubes.length - 1;
  }

  cube(id: CubeId): LabelCube {
    return this.cubes[id] as LabelCube;
  }

  /** Whether everything that meets the second one's conditions meets the first's. */
  includes(whole: CubeId, part: CubeId): boolean {
    if (whole === part || whole === this.any) return true;
    return this.inclusions.get(whole, part);
  }

  /** Whether something can meet the conditions of both. */
  meet(one: CubeId, other: CubeId): boolean {
    if (one === other || one === this.any || other === this.any) return true;
    return this.meetings.get(one, other);
  }

  /** The selector that selects what meets the conditions: one object for one set of them. */
  selector(id: CubeId): LabelSelector {
    const known = this.selectors.get(id) ?? selectorOf(this.cube(id));
    this.selectors.set(id, known);
    return known;
  }
}

/** Equal for two cubes that say the same. */
const cubeText = (cube: LabelCube): string => JSON.stringify([...cube].sort(([a], [b]) => (a < b ? -1 : 1)));
