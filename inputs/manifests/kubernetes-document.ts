import type { Location } from "../../engine/model";
import type { Json, JsonObject, Problem } from "../objects";
import { isJsonObject } from "../validation/json";

/** Whether a document means to be a Kubernetes object: it says what it is. One that says half of it is wrong rather than something else. */
export const meansKubernetes = (value: Json | undefined): value is JsonObject =>
  isJsonObject(value) && (value.apiVersion !== undefined || value.kind !== undefined);

/** One note about everything in a file that is no Kubernetes object, such as the values of a chart. */
export function skippedDocuments(file: string, places: readonly Location[]): readonly Problem[] {
  const [first] = places;
  if (first === undefined) return [];
  const what = places.length === 1 ? "a document that is" : `${places.length} documents that are`;
  const message = `\`${file}\` holds ${what} no Kubernetes object, without \`apiVersion\` and \`kind\`, and not read`;
  return [{ severity: "note", message, location: first }];
}
