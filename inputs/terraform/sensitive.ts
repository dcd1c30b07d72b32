/**
 * What Terraform marks sensitive in the objects that resources declare. The analysis needs labels and blocks of addresses, so these stay in the
 * objects, with a list of what no report may show. Numbers and the like cannot be told from others in a text: they become Unknowns.
 */
import { isUnknown, unknown } from "../../engine/model";
import type { Json, JsonObject, SensitiveValue } from "../objects";
import { field, isList, isObject } from "./blocks";
import type { TerraformResource } from "./resource";

/** A value as it may be used, and what of it may not be shown. */
export interface Concealed<T extends Json> {
  readonly value: T;
  readonly sensitive: readonly SensitiveValue[];
}

const withheld = unknown("a value that is marked sensitive");

/** Fields whose words are those of the API: they say nothing about anybody, also where a whole document is sensitive. */
const vocabulary: ReadonlySet<string> = new Set([
  "action",
  "apiVersion",
  "api_version",
  "kind",
  "operator",
  "policyTypes",
  "policy_types",
  "protocol",
  "tier",
  "type",
]);

/** The arguments of a resource that is one object. */
export const concealValues = ({ values, sensitive }: TerraformResource): Concealed<JsonObject> => conceal(values, sensitive);

/**
 * An object from a document. The whole of `yaml_body` is always marked, whatever it holds: the provider's `sensitive_fields` say which fields are
 * meant.
 */
export function concealDocument(object: JsonObject, { type, values, sensitive }: TerraformResource): Concealed<JsonObject> {
  if (type === "kubectl_manifest") return conceal(object, fieldMask(field(values, "sensitive_fields")));
  return conceal(object, type === "helm_release" ? maskAt(sensitive, "manifest") === true : maskAt(sensitive, "manifest"));
}

const maskAt = (mask: Json | undefined, name: string): Json | undefined => (isObject(mask) ? field(mask, name) : mask);

/** `["metadata.labels.app"]` as a mask. */
function fieldMask(fields: Json | undefined): Json {
  const paths = isList(fields) ? fields.filter((each) => typeof each === "string") : [];
  return paths.reduce<JsonObject>((mask, path) => withPath(mask, path.split(".")), {});
}

function withPath(mask: JsonObject, [name = "", ...rest]: readonly string[]): JsonObject {
  const before = field(mask, name);
  if (rest.length === 0 || before === true) return { ...mask, [name]: true };
  return { ...mask, [name]: withPath(isObject(before) ? before : {}, rest) };
}

const deepest = 400;

function conceal(value: JsonObject, mask: Json | undefined): Concealed<JsonObject> {
  const sensitive: SensitiveValue[] = [];
  const used = marked(value, mask, { name: "", depth: 0 }, sensitive);
  return { value: isObject(used) ? used : {}, sensitive };
}

interface Place {
  /** The nearest field. */
  readonly name: string;
  readonly depth: number;
}

/** A value with the mask laid over it; the mask of what is not marked is missing or false. */
function marked(value: Json, mask: Json | undefined, place: Place, found: SensitiveValue[]): Json {
  if (!marksAnything(mask) || value === null || isUnknown(value)) return value;
  if (place.depth > deepest) return withheld;
  const depth = place.depth + 1;
  if (isList(value)) {
    // A mask of another shape than its value does not tell which part it means.
    return value.map((each, at) => marked(each, isList(mask) ? mask[at] : true, { name: place.name, depth }, found));
  }
  if (isObject(value)) {
    const fields = Object.entries(value as Readonly<Record<string, Json>>);
    const inner = (name: string): Json | undefined => (isObject(mask) ? field(mask, name) : true);
    return Object.fromEntries(fields.map(([name, each]) => [name, marked(each, inner(name), { name, depth }, found)]));
  }
  return mask === true && !vocabulary.has(place.name) ? markedLeaf(value, place.name, found) : value;
}

const marksAnything = (mask: Json | undefined): boolean => mask !== undefined && mask !== null && mask !== false;

function markedLeaf(value: Json, name: string, found: SensitiveValue[]): Json {
  if (value === "") return value;
  if (typeof value !== "string" || /^(?:.|[-+]?\d+(?:\.\d+)?|true|false)$/s.test(value)) return withheld;
  found.push({ text: value, isName: name === "name" || name === "namespace" });
  return value;
}
