import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json } from "../objects";
import { isList, isObject } from "./blocks";
import { parseTemplate } from "./expression";

/** One turn of a `for_each`: `each.key` and `each.value`, or those of a dynamic block's iterator. */
export interface Iteration {
  readonly key: Json;
  readonly value: Json;
}

/** How the keys of a list that is iterated are made: from the elements (a set), or from their places (a list). */
export type ListKeys = "elements" | "places" | "unclear";

/** Reads from how a `for_each` is written whether its value is a set or a list; the value alone does not tell. */
export function keepsKeys(raw: Json): ListKeys {
  if (typeof raw !== "string") return "places";
  const [part, ...rest] = parseTemplate(raw);
  if (part === undefined || typeof part === "string" || rest.length > 0) return "unclear";
  const { expression } = part;
  if (expression.kind === "list") return "places";
  if (expression.kind !== "call") return "unclear";
  return expression.name === "toset" ? "elements" : expression.name === "tolist" ? "places" : "unclear";
}

/** The turns of a `for_each`, in Terraform's order; an Unknown when it is not known how many there are. */
export function iterationsOf(collection: Json, keys: ListKeys): readonly Iteration[] | Unknown {
  if (isUnknown(collection)) return collection;
  if (isList(collection)) return collection.map((value, index) => ({ key: keyOf(value, index, keys), value }));
  if (!isObject(collection)) return unknown(`\`for_each\` is ${JSON.stringify(collection)}`);
  const names = Object.keys(collection).sort();
  return names.map((key) => ({ key, value: collection[key] ?? null }));
}

function keyOf(value: Json, index: number, keys: ListKeys): Json {
  if (keys === "elements" || value === index) return value;
  return keys === "places" ? index : unknown("whether `for_each` is a set or a list is not written there");
}
