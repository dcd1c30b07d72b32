import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "../terraform/blocks";
import { textIn } from "./terraform-json";

/** A step of a path in a state file: the name of a field, or an index. */
type Step = string | number;

/**
 * The paths of `sensitive_attributes` as a mask: true at what is sensitive, in the shape of the attributes. A path that cannot be followed (what is
 * in a set has no index) ends where it can be followed no further, and marks all of what is there.
 */
export function sensitivePaths(paths: Json | undefined): JsonObject {
  const read = (isList(paths) ? paths.map(stepsOf) : []).filter(({ length }) => length > 0);
  const mask = read.reduce<Json>((all, steps) => withPath(all, steps), {});
  return isObject(mask) ? mask : {};
}

/** A path is a list of steps; of older files, one step may stand for it. */
function stepsOf(path: Json): readonly Step[] {
  const steps: Step[] = [];
  for (const step of isList(path) ? path : [path]) {
    const next = stepOf(step);
    if (next === undefined) break;
    steps.push(next);
  }
  return steps;
}

function stepOf(step: Json): Step | undefined {
  const name = textIn(step, "value");
  if (name !== undefined) return name;
  const index = isObject(step) ? field(step, "value") : undefined;
  const key = isObject(index) ? field(index, "value") : index;
  return typeof key === "string" || (typeof key === "number" && Number.isInteger(key) && key >= 0 && key < 100_000) ? key : undefined;
}

function withPath(mask: Json, [step, ...rest]: readonly Step[]): Json {
  if (mask === true || step === undefined) return true;
  if (typeof step === "string") {
    const fields = isObject(mask) ? mask : {};
    return { ...fields, [step]: withPath(field(fields, step) ?? {}, rest) };
  }
  const items = isList(mask) ? mask : [];
  const inner = withPath(items[step] ?? {}, rest);
  return Array.from({ length: Math.max(items.length, step + 1) }, (_, at) => (at === step ? inner : (items[at] ?? false)));
}
