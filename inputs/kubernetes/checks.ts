import { isUnknown } from "../../engine/model";
import type { Problem } from "../objects";
import { child, entry, type FieldError } from "../validation/field-error";
import { validateKind } from "../validation/index";
import { entriesOf, isJsonList, isJsonObject, type Json, type JsonObject } from "../validation/json";
import { selectorSchema } from "../validation/schema-parts";
import { validateSelector } from "../validation/labels";
import { validateNetworkPolicySpec } from "../validation/network-policy";
import { unknownFields } from "../validation/normalize";
import type { Schema } from "../validation/schema";
import type { KnownObject } from "./objects";
import { describeObject, discouraged, ignoredField, rejected } from "./problems";

interface Checked {
  /** Whether the object can be in a cluster. */
  readonly accepted: boolean;
  readonly problems: readonly Problem[];
}

/** How strictly objects are held against the API server's rules. */
export interface CheckOptions {
  /** Refuse leading zeros and host bits in `ipBlock`, as a cluster with StrictIPCIDRValidation does. @default false: a warning */
  readonly strictCIDR?: boolean;
  /**
   * Keep an object, with a warning, when what the API server has against it does not change what it means: its name, a selector left out where
   * `{}` is demanded, a named port beside a peer without named ports. Tools that decode without validating read such objects.
   * @default false
   */
  readonly tolerant?: boolean;
}

/** Holds an object against the API server's rules. */
export function checkObject(known: KnownObject, options: CheckOptions): Checked {
  const { kind, ref, object, location } = known;
  const errors = validateKind(kind, object, options);
  const refused = options.tolerant === true ? errors.filter((error) => !isHarmless(error)) : errors;
  const unreadable = kind.custom ? selectorErrors(kind.schema, object, "") : [];
  if (refused.length + unreadable.length === 0) return { accepted: true, problems: [...kept(known, errors), ...warnings(known, options)] };
  return {
    accepted: false,
    problems: [...refused.map((error) => rejected(ref, error, location)), ...unreadable.map((error) => unreadableSelector(known, error))],
  };
}

/** Whether an object means the same with and without what the rule demands. */
const isHarmless = ({ field, rule }: FieldError): boolean =>
  field === "metadata.name" ||
  rule === "cel:name-is-default" ||
  rule === "cel:namedPort-needs-pod-peers" ||
  (rule === "required" && /\.(pod|namespace)Selector$/.test(field));

const kept = ({ ref, location }: KnownObject, errors: readonly FieldError[]): readonly Problem[] =>
  errors.map((error): Problem => ({ ...rejected(ref, error, location), severity: "warning" }));

function warnings(known: KnownObject, options: CheckOptions): readonly Problem[] {
  const { kind, ref, object, location } = known;
  const lenient = kind.name === "NetworkPolicy" && options.strictCIDR !== true;
  return [
    ...(lenient ? strictErrors(object) : []).map((error) => discouraged(ref, error, location)),
    // The other kinds have more fields than are listed here.
    ...(kind.custom || kind.name === "NetworkPolicy" ? unknownFields(kind.schema, object) : []).map((field) =>
      ignoredField(ref, field, location),
    ),
  ];
}

/** What only the strict reading of blocks has against a policy that is accepted otherwise. */
const strictErrors = (policy: JsonObject): readonly FieldError[] => validateNetworkPolicySpec(policy, { strictCIDR: true });

/** Selectors of a custom kind: its schema lets any operator and value pass, and leaves it to the implementation to stumble. */
function selectorErrors(schema: Schema, value: Json, path: string): readonly FieldError[] {
  if (isUnknown(value)) return [];
  if (schema === selectorSchema) return isJsonObject(value) ? validateSelector(value, path) : [];
  if (schema.type === "list" && isJsonList(value))
    return value.flatMap((item, index) => selectorErrors(schema.items, item, entry(path, index)));
  if (schema.type !== "object" || !isJsonObject(value)) return [];
  return entriesOf(value).flatMap(([name, inner]) => {
    const innerSchema = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    return innerSchema === undefined ? [] : selectorErrors(innerSchema, inner, child(path, name));
  });
}

const unreadableSelector = ({ ref, location }: KnownObject, { field, message }: FieldError): Problem => ({
  severity: "error",
  message: `${describeObject(ref)} has a selector that no implementation can read: \`${field}\` ${message}`,
  location,
  field,
});
