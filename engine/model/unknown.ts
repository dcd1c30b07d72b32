/**
 * A value the input does not hold yet: known only after `terraform apply`, or written in a form that is not modelled.
 * Nothing in the engine ever guesses it: whatever depends on it is undecided.
 */
export interface Unknown {
  readonly unknown: true;
  /** Where the value comes from, as a person would look for it: an expression, a path in a plan, a construct. */
  readonly because: string;
}

/** A value that is known, or is known to be missing from the input. */
export type Value<T> = T | Unknown;

/** Marks a value as missing from the input, with the place to look for it. */
export const unknown = (because: string): Unknown => ({ unknown: true, because });

/** Whether a value is missing from the input. */
export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === "object" && value !== null && (value as { unknown?: unknown }).unknown === true;

/** The value for people: itself, or where it would come from. */
export const shown = (value: Value<string | number>): string => (isUnknown(value) ? `(not known: ${value.because})` : String(value));
