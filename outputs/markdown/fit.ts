/** How much of a report is shown: rows of tables and what failed, and entries of the parts that are closed. */
export interface Limits {
  readonly rows: number;
  readonly details: number;
}

/** A comment is kept below 60,000 characters (GitHub refuses 65,536); a hidden first line of its own, which tells whose it is, goes with it. */
export const longestMarkdown = 59_700;

/** Rows are first cut down to this many; what is still too long then loses details. */
const fewestRows = 20;

/** No row and no list entry takes fewer characters: `- a: b` and the end of its line. */
const shortestEntry = 6;

/** The longest text that fits: everything, or fewer rows, or the fewest rows and fewer details. */
export function fit(write: (limits: Limits) => string, longest = longestMarkdown): string {
  // More entries than this cannot fit, however short they are, so they are not written to find that out.
  const plenty = Math.ceil(longest / shortestEntry);
  const all = write({ rows: plenty, details: plenty });
  if (all.length <= longest) return all;
  const fits = (limits: Limits): boolean => write(limits).length <= longest;
  const rows = most(fewestRows, plenty, (count) => fits({ rows: count, details: plenty }));
  if (rows !== undefined) return write({ rows, details: plenty });
  const closed = most(0, plenty, (count) => fits({ rows: fewestRows, details: count }));
  if (closed !== undefined) return write({ rows: fewestRows, details: closed });
  return write({ rows: most(0, fewestRows, (count) => fits({ rows: count, details: 0 })) ?? 0, details: 0 });
}

/** The largest number of a range that holds, where every smaller one holds too. None: not even the smallest does. */
function most(from: number, to: number, holds: (count: number) => boolean): number | undefined {
  if (!holds(from)) return undefined;
  let [good, bad] = [from, to + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** The first entries, and a line that says how many are not shown. */
export function firstOf<T>(entries: readonly T[], most: number, write: (entry: T) => readonly string[], noun: string): readonly string[] {
  const shown = entries.slice(0, most).flatMap(write);
  const rest = entries.length - Math.min(entries.length, most);
  return rest === 0 ? shown : [...shown, "", `… and ${String(rest)} more ${noun} cut to keep this short`];
}
