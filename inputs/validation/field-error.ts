/** The kinds of error the API server reports about a field. */
export type FieldErrorType =
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueRequired"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid";

/** One reason why the API server would reject an object. */
export interface FieldError {
  /** As the API server writes it: `spec.ingress[0].ports[1].port`; empty for the object itself. */
  readonly field: string;
  readonly type: FieldErrorType;
  /** The schema keyword or expression that fails, for kinds defined by a CRD: `maxItems`, `cel:isCIDR`. */
  readonly rule?: string;
  /** What is demanded of the field, to be read after its name. */
  readonly message: string;
}

/** The path of a field inside the object at `path`. */
export const child = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** The path of an entry of the list at `path`. */
export const entry = (path: string, index: number): string => `${path}[${index}]`;

export const invalid = (field: string, message: string): FieldError => ({ field, type: "FieldValueInvalid", message });
export const required = (field: string, message = "is required"): FieldError => ({ field, type: "FieldValueRequired", message });
export const forbidden = (field: string, message: string): FieldError => ({ field, type: "FieldValueForbidden", message });
export const duplicate = (field: string, message: string): FieldError => ({ field, type: "FieldValueDuplicate", message });

/** A value outside a closed list. */
export const notSupported = (field: string, value: string, allowed: readonly string[]): FieldError => ({
  field,
  type: "FieldValueNotSupported",
  message: `must be one of ${allowed.join(", ")}, not \`${value}\``,
});
