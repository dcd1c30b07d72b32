/** Why a file of manifests is not all there is, or not what is applied; one sentence each. */
import { isUnknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { isJsonList, isJsonObject } from "../validation/json";

const deepest = 20;

/**
 * The lists in a document that are one page of a longer one: the API server says so with a token to go on from, or with the number of objects
 * that are left.
 */
export function cutLists(file: string, document: JsonObject, depth = 0): readonly string[] {
  const { kind, items, metadata } = document;
  if (typeof kind !== "string" || !kind.endsWith("List") || !isJsonList(items) || isUnknown(items) || depth > deepest) return [];
  const inner = items.flatMap((item) => (isJsonObject(item) ? cutLists(file, item, depth + 1) : []));
  if (!isJsonObject(metadata) || !goesOn(metadata)) return inner;
  const { remainingItemCount: left } = metadata;
  const missing = typeof left === "number" && left > 0 ? `, and ${left} ${left === 1 ? "object is" : "objects are"} on other pages` : "";
  return [`\`${file}\` holds one page of a \`${kind}\`${missing}: pass all of it, as \`kubectl get -o json\` prints it`, ...inner];
}

const goesOn = ({ continue: token, remainingItemCount: left }: JsonObject): boolean =>
  (typeof token === "string" && token !== "") || (typeof left === "number" && left > 0);

/** Fields of a kustomization that change nothing about connections, as long as what they name is beside it. */
const harmlessFields: ReadonlySet<string> = new Set([
  "apiVersion",
  "buildMetadata",
  "commonAnnotations",
  "configMapGenerator",
  "crds",
  "generatorOptions",
  "images",
  "kind",
  "metadata",
  "openapi",
  "secretGenerator",
  "sortOptions",
]);

/** Whether a document tells kustomize what to make of the manifests beside it. It need not say what it is when its file is called so. */
export function isKustomization(file: string, document: JsonObject): boolean {
  const { apiVersion, kind } = document;
  if (typeof apiVersion === "string") return apiVersion.startsWith("kustomize.config.k8s.io/");
  return /(?:^|[\\/])kustomization(?:\.ya?ml)?$/i.test(file) && (kind === undefined || kind === "Kustomization" || kind === "Component");
}

/** What a kustomization changes that nobody here applies; undefined where it only lists files beside it. */
export function unappliedKustomization(file: string, document: JsonObject): string | undefined {
  const fields = Object.keys(document).filter((name) => hasEffect(name, document[name]));
  if (fields.length === 0) return undefined;
  const names = fields.map((name) => `\`${name}\``).join(", ");
  return `\`${file}\` is not applied, though its ${names} may change what is there: pass what \`kustomize build\` prints`;
}

function hasEffect(name: string, value: Json | undefined): boolean {
  if (harmlessFields.has(name) || value === undefined || value === null || value === "") return false;
  if (!isJsonList(value)) return !isJsonObject(value) || Object.keys(value).length > 0;
  if (name === "resources" || name === "bases") return value.some(isElsewhere);
  return value.length > 0;
}

/** Whether a resource is not below the folder of its kustomization, so that reading the folder does not read it. */
const isElsewhere = (resource: Json): boolean =>
  typeof resource !== "string" || /^(?:\.\.(?:[\\/]|$)|[\\/]|[a-z]+:|git@|[\w.-]+\.[a-z]+\/[^/]+\/)/i.test(resource);
