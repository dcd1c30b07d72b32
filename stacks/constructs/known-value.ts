import { isUnknown, type Value } from "../../engine/model";

/** A value that must be known to be deployed. Throws when it is not: then the policy data cannot have been written by hand. */
export function known<T>(value: Value<T>): T {
  if (isUnknown(value)) throw new Error(`a value to deploy is not known: ${value.because}; write it out in policies/`);
  return value;
}

/** Labels whose values are all known. */
export const knownLabels = (labels: Readonly<Record<string, Value<string>>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, known(value)]));
