import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field } from "./blocks";
import { iterationsOf } from "./iterations";

/** One instance of a resource block. */
export interface Instance {
  /** What follows the name in an address: `[0]`, `["a"]`, or nothing. */
  readonly suffix: string;
  /** The key a reference names it by; absent for a resource without `for_each` and `count`. */
  readonly key?: string | number;
  readonly bindings: ReadonlyMap<string, Json>;
  /** Set on the only instance when it is not known which there are. */
  readonly uncertain?: Unknown;
}

/** Whether a resource is a collection of instances. */
export const isRepeated = (body: JsonObject): boolean =>
  (field(body, "for_each") ?? null) !== null || (field(body, "count") ?? null) !== null;

/**
 * The instances of a resource. When `for_each` or `count` is not known, one stands for all of them: whatever depends on its key is unknown,
 * and so is whether it exists.
 *
 * @param resolve evaluates a meta-argument by name.
 */
export function instancesOf(body: JsonObject, resolve: (name: "for_each" | "count") => Json): readonly Instance[] {
  if (!isRepeated(body)) return [{ suffix: "", bindings: new Map() }];
  return (field(body, "for_each") ?? null) === null ? counted(resolve("count")) : iterated(resolve("for_each"));
}

function counted(count: Json): readonly Instance[] {
  const number = typeof count === "string" && /^\d+$/.test(count) ? Number(count) : count;
  if (isUnknown(number)) return [anyOf("count", { index: number }, number)];
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > 10_000) {
    const missing = unknown(`\`count\` is ${JSON.stringify(count)}`);
    return [anyOf("count", { index: missing }, missing)];
  }
  return Array.from({ length: number }, (_, index) => ({ suffix: `[${index}]`, key: index, bindings: new Map([["count", { index }]]) }));
}

/** A resource accepts maps and sets of strings only, so the key of a list's element is the element. */
function iterated(collection: Json): readonly Instance[] {
  const iterations = iterationsOf(collection, "elements");
  if (isUnknown(iterations)) return [anyOf("each", { key: iterations, value: iterations }, iterations)];
  const unkeyed = iterations.find(({ key }) => typeof key !== "string");
  if (unkeyed !== undefined) {
    const missing = isUnknown(unkeyed.key) ? unkeyed.key : unknown("`for_each` is neither a map nor a set of strings");
    return [anyOf("each", { key: missing, value: missing }, missing)];
  }
  const byKey = new Map(iterations.map(({ key, value }) => [key as string, value]));
  return [...byKey].map(([key, value]) => ({ suffix: `[${JSON.stringify(key)}]`, key, bindings: new Map([["each", { key, value }]]) }));
}

const anyOf = (name: string, binding: JsonObject, uncertain: Unknown): Instance => ({
  suffix: "",
  bindings: new Map([[name, binding]]),
  uncertain,
});
