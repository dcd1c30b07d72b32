import type { CaseMismatch, FamilyResult } from "./run-directory";

/** A line for each family, with real counts, in columns. */
export function summary(results: readonly FamilyResult[]): readonly string[] {
  const width = Math.max(...results.map(({ family }) => family.length));
  return results.map(({ family, cases, assertions, mismatches }) => {
    const failed = Math.min(mismatches.length, assertions);
    return `${family.padEnd(width)}  ${count(cases)} cases  ${count(assertions)} assertions  ${count(assertions - failed)} passed  ${count(mismatches.length)} failed`;
  });
}

const count = (number: number): string => number.toLocaleString("en").padStart(7);

/** Everything about a mismatch that helps to find its cause. */
export const describeMismatch = ({ file, name, where, expected, got, because }: CaseMismatch): string =>
  [`${file} ${name}, ${where}`, `  expected ${expected}, got ${got}`, ...(because === "" ? [] : [`  ${because}`])].join("\n");
