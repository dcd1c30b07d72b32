import type { JsonObject, Location } from "../engine/model";

export type { Json, JsonObject } from "../engine/model";

/** A Kubernetes object in its API shape (camelCase), not yet defaulted, with the place it was written. */
export interface LocatedObject {
  readonly object: JsonObject;
  readonly location: Location;
  /** What of it no report may show. @default nothing */
  readonly sensitive?: readonly SensitiveValue[];
}

/** A text inside of an object that Terraform marks sensitive: it may be reckoned with, and not be shown. */
export interface SensitiveValue {
  readonly text: string;
  /** It is the name of an object or of a namespace. */
  readonly isName: boolean;
}

/** Something about an input that the user must know, with a place and a way out. */
export interface Problem {
  /** An error stops the run with exit code 2; a warning and a note go into the report. */
  readonly severity: "error" | "warning" | "note";
  /** What is wrong and what to do: lower-case, no final period, user input in backticks. */
  readonly message: string;
  readonly location: Location;
  /** Path of the field inside the object, as the API server writes it: `spec.ingress[0].ports[1].port`. */
  readonly field?: string;
  /**
   * What makes a warning more than a remark: a policy that nobody here can read, or a field that has no effect. Where the second is misspelt,
   * `meant` is the nearest one that the kind has.
   */
  readonly concern?: { readonly about: "foreign-policy" } | { readonly about: "unknown-field"; readonly meant?: string };
}

/** What a reader returns: values and the problems met on the way, never a half-made value for a broken one. */
export interface Read<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
