/** The most edits by which a name can be a slip of another. */
const mostEdits = 2;

/** The candidate that differs by the fewest letters, the first of equals; undefined when none is close enough to be meant. */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > mostEdits) continue;
    const edits = editDistance(name, candidate);
    if (edits <= Math.min(mostEdits, Math.floor(name.length / 2)) && edits < (best?.edits ?? Infinity)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** Letters to insert, remove, replace, or swap with their neighbour (optimal string alignment). */
export function editDistance(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const replaced = (last[j - 1] as number) + (isSame ? 0 : 1);
      const swapped = isSwapped ? (beforeLast[j - 2] as number) + 1 : Infinity;
      row.push(Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] as number;
}
