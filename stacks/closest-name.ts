import { distance } from "fastest-levenshtein";

/** The candidate that takes the fewest edits to reach, letter case aside; the first of equals. Candidates must not be empty. */
export function closestName(name: string, candidates: readonly string[]): string {
  const distances = candidates.map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }));
  return distances.reduce((best, other) => (other.distance < best.distance ? other : best)).candidate;
}
