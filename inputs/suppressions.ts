import type { FoundSuppression, InfrastructureResource } from "./input";
import { objectName } from "./object-name";
import type { Json, JsonObject, LocatedObject } from "./objects";
import { isJsonList, isJsonObject, objectAt, valueAt } from "./validation/json";

/** What an annotation's key begins with; the id of what is suppressed follows. */
const annotationPrefix = "netpol.dev/ignore.";

/** The suppressions that objects carry as annotations: the value is the reason and the expiry. */
export const annotatedSuppressions = (objects: readonly LocatedObject[]): readonly FoundSuppression[] => objects.flatMap(inAnnotations);

function inAnnotations({ object, location }: LocatedObject): readonly FoundSuppression[] {
  const annotations = objectAt(object, "metadata", "annotations");
  if (!isJsonObject(annotations)) return [];
  const name = objectName(object);
  return Object.entries(annotations).flatMap(([key, value]): readonly FoundSuppression[] => {
    if (!key.startsWith(annotationPrefix) || typeof value !== "string") return [];
    const text = `${key.slice(annotationPrefix.length)} ${value}`.trim();
    return [{ source: "annotation", text, ...(name === undefined ? {} : { object: name }), location }];
  });
}

/**
 * The suppressions that constructs recorded under `"//".netpol.suppress`: one or a list, each a text or an object of fields.
 *
 * @param objects the objects of the same input, to say which one a suppression is about.
 */
export function constructSuppressions(
  resources: readonly InfrastructureResource[],
  objects: readonly LocatedObject[],
): readonly FoundSuppression[] {
  const byAddress = new Map(objects.map((each) => [each.location.address, each.object]));
  return resources.flatMap(({ address, comment, location }) => {
    const recorded = valueAt(comment, "netpol", "suppress");
    const entries: readonly Json[] = recorded === undefined ? [] : isJsonList(recorded) ? recorded : [recorded];
    return entries.flatMap((entry) => recordedSuppression(entry, byAddress.get(address), location));
  });
}

function recordedSuppression(
  entry: Json,
  object: JsonObject | undefined,
  location: FoundSuppression["location"],
): readonly FoundSuppression[] {
  const name = object === undefined ? undefined : objectName(object);
  const found = { source: "construct", ...(name === undefined ? {} : { object: name }), location } as const;
  if (typeof entry === "string") return [{ ...found, text: entry }];
  return isJsonObject(entry) ? [{ ...found, fields: entry }] : [];
}
