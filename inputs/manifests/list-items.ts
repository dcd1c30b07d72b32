import { isUnknown } from "../../engine/model";
import type { JsonObject } from "../objects";
import { isJsonList, isJsonObject } from "../validation/json";

/** An object, or one of those in a list, with the way to it. */
export interface ListItem {
  readonly object: JsonObject;
  /** `items` and an index for each list around it. */
  readonly path: readonly string[];
}

const deepest = 20;

/** The objects of a list, and of lists in it; anything else is itself. The items of a `PodList` need no `kind` of their own. */
export function listItems(object: JsonObject, path: readonly string[] = []): readonly ListItem[] {
  const { kind, items, apiVersion } = object;
  const isList = typeof kind === "string" && kind.endsWith("List") && isJsonList(items) && !isUnknown(items);
  if (!isList || path.length > deepest) return [{ object, path }];
  const typed = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item, index) => (isJsonObject(item) ? listItems({ ...typed, ...item }, [...path, "items", String(index)]) : []));
}
