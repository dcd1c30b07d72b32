import { isUnknown, type Unknown } from "./model";

/** Every unknown inside a piece of the model, each once, in the order met. */
export function unknownsIn(value: unknown): readonly Unknown[] {
  const found = new Map<string, Unknown>();
  const visit = (part: unknown): void => {
    if (isUnknown(part)) found.set(part.because, part);
    else if (typeof part === "object" && part !== null) Object.values(part).forEach(visit);
  };
  visit(value);
  return [...found.values()];
}

/** Unknowns that come from the same place are one. */
export const distinctUnknowns = (unknowns: readonly Unknown[]): readonly Unknown[] => [
  ...new Map(unknowns.map((each) => [each.because, each])).values(),
];
