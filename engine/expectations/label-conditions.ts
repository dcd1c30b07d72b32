import { isUnknown, type Requirement, type Value } from "../model";
import { matchesPattern, textLike } from "./pattern-text";

/** A condition on one label: a requirement of a selector, or a pattern of names, asked for or ruled out. */
export type LabelCondition = Requirement | { readonly key: string; readonly operator: "Like" | "NotLike"; readonly pattern: string };

/** Values of labels; `undefined`: the label is not there. */
export type Assignment = ReadonlyMap<string, string | undefined>;

const opposite = {
  In: "NotIn",
  NotIn: "In",
  Exists: "DoesNotExist",
  DoesNotExist: "Exists",
  Like: "NotLike",
  NotLike: "Like",
} as const;

/** The condition that holds exactly where this one does not. */
export const negated = (condition: LabelCondition): LabelCondition =>
  ({ ...condition, operator: opposite[condition.operator] }) as LabelCondition;

/** Labels that meet all conditions; `undefined` where there are none. A value that is not known may be any: see `isCertain`. */
export function solve(conditions: readonly LabelCondition[]): Assignment | undefined {
  const found = new Map<string, string | undefined>();
  for (const key of new Set(conditions.map((each) => each.key))) {
    const mine = conditions.filter((each) => each.key === key);
    if (mine.every(admitsAbsence)) found.set(key, undefined);
    else {
      const isMeant = (each: string): boolean => mine.every((condition) => admits(condition, each));
      const value = candidates(mine).find(isMeant) ?? unlisted(mine);
      if (value === undefined) return undefined;
      found.set(key, value);
    }
  }
  return found;
}

/** Whether every value the conditions speak of is known, so that a solution is one and the lack of one is certain. */
export const isCertain = (conditions: readonly LabelCondition[]): boolean =>
  conditions.every((condition) => !("values" in condition) || !condition.values.some(isUnknown));

const admitsAbsence = ({ operator }: LabelCondition): boolean =>
  operator === "NotIn" || operator === "DoesNotExist" || operator === "NotLike";

function admits(condition: LabelCondition, value: string): boolean {
  switch (condition.operator) {
    case "In":
      return condition.values.some((each) => isUnknown(each) || each === value);
    case "NotIn":
      return condition.values.some(isUnknown) || !condition.values.includes(value);
    case "Like":
      return matchesPattern(condition.pattern, value);
    case "NotLike":
      return !matchesPattern(condition.pattern, value);
    case "Exists":
      return true;
    case "DoesNotExist":
      return false;
  }
}

/** Values worth trying first: those that are listed, and one that nobody is likely to mention. */
const candidates = (conditions: readonly LabelCondition[]): readonly string[] => [
  ...conditions.flatMap((each) => (each.operator === "In" ? knownOf(each.values) : [])),
  "other",
];

/** A value that no list restricts: whatever fits all patterns. */
function unlisted(conditions: readonly LabelCondition[]): string | undefined {
  if (conditions.some(({ operator }) => operator === "In" || operator === "DoesNotExist")) return undefined;
  const like = conditions.flatMap((each) => (each.operator === "Like" ? [each.pattern] : []));
  const unlike = conditions.flatMap((each) =>
    each.operator === "NotLike" ? [each.pattern] : each.operator === "NotIn" ? knownOf(each.values) : [],
  );
  return textLike(like, unlike);
}

const knownOf = (values: readonly Value<string>[]): readonly string[] => values.filter((value): value is string => !isUnknown(value));
