import { widened } from "./alike-places";
import type { CubeId, CubeTable } from "./label-cubes";
import type { LabelAxis } from "./label-grid";
import { cubesMeet, type LabelCube } from "./label-values";
import type { Place } from "./unlisted-places";

/** Labels of namespaces that do not exist yet. */
export class FutureLabels {
  constructor(
    private readonly futures: readonly Place[],
    private readonly cubes: CubeTable,
  ) {}

  /** Labels of new namespaces that what was found at a place can be said of: all such namespaces are good. Undefined: of none. */
  around({ future }: Place, good: ReadonlySet<Place>): CubeId | undefined {
    if (good.size === this.futures.length) return this.cubes.any;
    if (future === undefined) return undefined;
    const bad = this.futures.filter((place) => !good.has(place));
    const areGood = (wider: LabelCube): boolean => !bad.some((place) => cubesMeet(place.future ?? wider, wider));
    return this.cubes.of(widened(future, axesFrom(this.futures.map((each) => each.future ?? new Map())), areGood));
  }
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
