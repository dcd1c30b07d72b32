import { isUnknown, type LabelSelector, type Requirement, type Value } from "../model";
import { requirementsOf } from "../selector";

/** What a selector demands of one label. */
interface Demand {
  /** The only values it may have; absent: any. */
  readonly among?: ReadonlySet<string>;
  readonly notAmong: ReadonlySet<string>;
  readonly mustExist: boolean;
  readonly mustNotExist: boolean;
}

/** Whether a selector contradicts itself, so that no object can ever match it. What is not known is taken to fit. */
export const isContradictory = (selector: LabelSelector): boolean =>
  [...new Set(requirementsOf(selector).map(({ key }) => key))].some((key) => isImpossible(demandOn(selector, key)));

/**
 * Whether every object that the first selector selects is selected by the second, whatever its labels. "No" may be wrong where a value is
 * not known; "yes" never is.
 */
export function implies(first: LabelSelector, second: LabelSelector): boolean {
  if (isContradictory(first)) return true;
  if (second.unknown !== undefined) return JSON.stringify(first) === JSON.stringify(second);
  const demanded = new Set(requirementsOf(first).map((requirement) => JSON.stringify(requirement)));
  return requirementsOf(second).every(
    (requirement) => demanded.has(JSON.stringify(requirement)) || isMet(requirement, demandOn(first, requirement.key)),
  );
}

/** The one value that a selector allows a label to have; undefined when it allows several, or a value that is not known. */
export function onlyValue(selector: LabelSelector, key: string): string | undefined {
  const { among, notAmong } = demandOn(selector, key);
  const values = [...(among ?? [])].filter((value) => !notAmong.has(value));
  return values.length === 1 ? values[0] : undefined;
}

function demandOn(selector: LabelSelector, key: string): Demand {
  const mine = requirementsOf(selector).filter((requirement) => requirement.key === key);
  const among = mine.reduce<ReadonlySet<string> | undefined>(narrowed, undefined);
  return {
    ...(among === undefined ? {} : { among }),
    notAmong: new Set(mine.flatMap((requirement) => (requirement.operator === "NotIn" ? knownOf(requirement.values) : []))),
    mustExist: mine.some(({ operator }) => operator === "In" || operator === "Exists"),
    mustNotExist: mine.some(({ operator }) => operator === "DoesNotExist"),
  };
}

const knownOf = (values: readonly Value<string>[]): readonly string[] => values.filter((value): value is string => !isUnknown(value));

/** An `In` leaves the values it lists; one with a value that is not known leaves any. */
function narrowed(among: ReadonlySet<string> | undefined, requirement: Requirement): ReadonlySet<string> | undefined {
  if (requirement.operator !== "In" || requirement.values.some(isUnknown)) return among;
  return new Set(knownOf(requirement.values).filter((value) => among?.has(value) ?? true));
}

const isImpossible = ({ among, notAmong, mustExist, mustNotExist }: Demand): boolean =>
  (mustExist && mustNotExist) || (among !== undefined && [...among].every((value) => notAmong.has(value)));

function isMet(requirement: Requirement, { among, notAmong, mustExist, mustNotExist }: Demand): boolean {
  switch (requirement.operator) {
    case "Exists":
      return mustExist;
    case "DoesNotExist":
      return mustNotExist;
    case "In":
      return among !== undefined && [...among].every((value) => notAmong.has(value) || requirement.values.includes(value));
    case "NotIn":
      if (requirement.values.some(isUnknown)) return mustNotExist;
      return mustNotExist || knownOf(requirement.values).every((value) => notAmong.has(value) || among?.has(value) === false);
  }
}
