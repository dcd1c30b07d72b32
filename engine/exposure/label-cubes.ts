import type { LabelSelector } from "../model";
import { cubesMeet, includesCube, type LabelCube, selectorOf } from "./label-values";
import { PairMemory } from "./pair-numbers";

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
