/**
 * Structural schemas: the part of OpenAPI that CRDs use, and the shapes of the built-in kinds. One checker serves both; what differs is what
 * null means.
 */
import { isUnknown } from "../../engine/model";
import { child, entry, type FieldError, type FieldErrorType } from "./field-error";
import { entriesOf, isJsonList, isJsonObject, type Json, type JsonObject } from "./json";

/** A condition beyond the schema's keywords (`x-kubernetes-validations`). */
export interface Expression {
  /** Its short name in errors: `cel:<name>`. */
  readonly name: string;
  readonly message: string;
  readonly holds: (value: Json) => boolean;
}

interface Common {
  readonly expressions?: readonly Expression[];
}

export interface ObjectSchema extends Common {
  readonly type: "object";
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Properties of the experimental channel only: a standard cluster drops them. */
  readonly experimental?: readonly string[];
  /** Has properties this schema does not list, because nothing here reads them. @default false */
  readonly open?: boolean;
}

export interface MapSchema extends Common {
  readonly type: "map";
  readonly values: Schema;
}

export interface ListSchema extends Common {
  readonly type: "list";
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** No entry twice (`x-kubernetes-list-type: set`). */
  readonly set?: boolean;
}

export interface StringSchema extends Common {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}

export interface IntegerSchema extends Common {
  readonly type: "integer";
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Schema =
  ObjectSchema | MapSchema | ListSchema | StringSchema | IntegerSchema | ({ readonly type: "boolean" | "intOrString" | "any" } & Common);

const typeNames: Readonly<Record<Schema["type"], string>> = {
  object: "an object",
  map: "an object",
  list: "a list",
  string: "a string",
  integer: "a whole number",
  boolean: "true or false",
  intOrString: "a whole number or a string",
  any: "anything",
};

const types: Readonly<Record<string, FieldErrorType>> = {
  type: "FieldValueTypeInvalid",
  required: "FieldValueRequired",
  enum: "FieldValueNotSupported",
  maxItems: "FieldValueTooMany",
  maxProperties: "FieldValueTooMany",
  maxLength: "FieldValueTooLong",
  "x-kubernetes-list-type": "FieldValueDuplicate",
};

/** After one of these the API server does not evaluate expressions. */
const blocking: readonly string[] = ["type", "required", "maxItems", "maxProperties", "maxLength"];

const failure = (field: string, rule: string, message: string): FieldError => ({
  field,
  type: types[rule] ?? "FieldValueInvalid",
  rule,
  message,
});

/** Everything a schema has against a value; expressions only when nothing forbids to evaluate them. */
export function validateSchema(schema: Schema, value: Json, path = ""): readonly FieldError[] {
  const errors = keywordErrors(schema, value, path);
  const blocked = errors.some(({ rule }) => rule !== undefined && blocking.includes(rule));
  return blocked ? errors : [...errors, ...expressionErrors(schema, value, path)];
}

function keywordErrors(schema: Schema, value: Json, path: string): readonly FieldError[] {
  if (isUnknown(value)) return [];
  if (!hasType(schema, value)) return [failure(path, "type", `must be ${typeNames[schema.type]}${hint(schema, value)}`)];
  const own = ownErrors(schema, value, path);
  // The API server does not look into an object that has too few or too many properties.
  return own.some(({ rule }) => rule?.endsWith("Properties")) ? own : [...own, ...innerErrors(schema, value, path, keywordErrors)];
}

function expressionErrors(schema: Schema, value: Json, path: string): readonly FieldError[] {
  if (isUnknown(value) || !hasExpressions(schema)) return [];
  const broken = (schema.expressions ?? []).filter((expression) => !expression.holds(value));
  return [
    ...broken.map(({ name, message }) => failure(path, `cel:${name}`, message)),
    ...innerErrors(schema, value, path, expressionErrors),
  ];
}

const withExpressions = new WeakMap<Schema, boolean>();

/** Whether a schema has an expression anywhere; those of built-in kinds have none. */
function hasExpressions(schema: Schema): boolean {
  const known = withExpressions.get(schema);
  if (known !== undefined) return known;
  const inner =
    schema.type === "object"
      ? Object.values(schema.properties)
      : "items" in schema
        ? [schema.items]
        : "values" in schema
          ? [schema.values]
          : [];
  const has = (schema.expressions ?? []).length > 0 || inner.some(hasExpressions);
  withExpressions.set(schema, has);
  return has;
}

type Visit = (schema: Schema, value: Json, path: string) => readonly FieldError[];

/** Written with loops, as it runs for every field of every object: most have no error, and need no list for that. */
function innerErrors(schema: Schema, value: Json, path: string, visit: Visit): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type === "list" && isJsonList(value)) {
    for (const [index, item] of value.entries()) errors.push(...visit(schema.items, item, entry(path, index)));
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      const innerSchema = schemaOf(schema, name);
      const inner = value[name];
      if (innerSchema !== undefined && inner !== undefined) errors.push(...visit(innerSchema, inner, child(path, name)));
    }
  }
  return errors;
}

/** The schema of one property, when it is known. */
function schemaOf(schema: Schema, name: string): Schema | undefined {
  if (schema.type === "map") return schema.values;
  return schema.type === "object" && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}

const isInt32 = (value: Json): boolean => typeof value === "number" && Number.isInteger(value) && Math.abs(value + 0.5) < 2 ** 31;

function hasType(schema: Schema, value: Json): boolean {
  switch (schema.type) {
    case "object":
    case "map":
      return isJsonObject(value);
    case "list":
      return isJsonList(value);
    case "integer":
      return isInt32(value);
    case "intOrString":
      return typeof value === "string" || isInt32(value);
    case "any":
      return true;
    default:
      return typeof value === schema.type;
  }
}

/** `{{ .Values.name }}` without quotes is a map with a map for its key, to YAML. */
const isTemplate = (value: Json): boolean => isJsonObject(value) && Object.keys(value).some((key) => key.startsWith("{"));

/** The slip behind most type errors: YAML reads `8080`, `true` and `1.10` as something else than text. */
const hint = (schema: Schema, value: Json): string => {
  if (isTemplate(value)) return "; it looks like a template: pass what `helm template` makes of it";
  if (schema.type === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return `; put it in quotes: \`"${String(value)}"\``;
  }
  return schema.type === "integer" && typeof value === "string" ? "; remove the quotes" : "";
};

function ownErrors(schema: Schema, value: Json, path: string): readonly FieldError[] {
  if (schema.type === "object" && isJsonObject(value)) return objectErrors(schema, value, path);
  if (schema.type === "list" && isJsonList(value)) return listErrors(schema, value, path);
  if (schema.type === "string" && typeof value === "string") return stringErrors(schema, value, path);
  return schema.type === "integer" && typeof value === "number" ? integerErrors(schema, value, path) : [];
}

function objectErrors(schema: ObjectSchema, value: JsonObject, path: string): readonly FieldError[] {
  const present = entriesOf(value).map(([name]) => name);
  const choices = Object.keys(schema.properties).join(", ");
  if (present.length < (schema.minProperties ?? 0)) return [failure(path, "minProperties", `must have one of ${choices}`)];
  if (present.length > (schema.maxProperties ?? Infinity)) return [failure(path, "maxProperties", `must have only one of ${choices}`)];
  const missing = (schema.required ?? []).filter((name) => !present.includes(name));
  return missing.map((name) => failure(child(path, name), "required", "is required"));
}

function listErrors(schema: ListSchema, value: readonly Json[], path: string): readonly FieldError[] {
  const { minItems = 0, maxItems = Infinity, set = false } = schema;
  const texts = value.map((item) => JSON.stringify(item));
  const repeated = set ? texts.flatMap((text, index) => (texts.indexOf(text) < index && !isUnknown(value[index]) ? [index] : [])) : [];
  return [
    ...(value.length < minItems
      ? [failure(path, "minItems", `must have at least ${minItems} ${minItems === 1 ? "entry" : "entries"}`)]
      : []),
    ...(value.length > maxItems ? [failure(path, "maxItems", `must have at most ${maxItems} entries, not ${value.length}`)] : []),
    ...repeated.map((index) => failure(entry(path, index), "x-kubernetes-list-type", "is there already")),
  ];
}

function stringErrors(schema: StringSchema, value: string, path: string): readonly FieldError[] {
  const { enum: allowed, maxLength = Infinity, pattern } = schema;
  return [
    ...(allowed?.includes(value) === false ? [failure(path, "enum", `must be one of ${allowed.join(", ")}, not \`${value}\``)] : []),
    // Lengths count characters, not UTF-16 units.
    ...([...value].length > maxLength ? [failure(path, "maxLength", `must have at most ${maxLength} characters`)] : []),
    ...(pattern?.test(value) === false ? [failure(path, "pattern", `must match \`${pattern.source}\`, not be \`${value}\``)] : []),
  ];
}

function integerErrors({ minimum = -Infinity, maximum = Infinity }: IntegerSchema, value: number, path: string): readonly FieldError[] {
  return [
    ...(value < minimum ? [failure(path, "minimum", `must be at least ${minimum}, not ${value}`)] : []),
    ...(value > maximum ? [failure(path, "maximum", `must be at most ${maximum}, not ${value}`)] : []),
  ];
}
