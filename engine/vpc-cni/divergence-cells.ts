/** Pairs of ends that may differ for one reason. */
export interface Cell<Pair> {
  readonly size: number;
  /** Lists the pairs, by place: asked for only when the cell is looked at, as there may be many cells of many. */
  readonly pairs: () => (place: number) => Pair;
}

/** Each of some ends with each of others, in an order in which both change. */
export const crossed = <One, Other>(ones: readonly One[], count: number, others: () => readonly Other[]): Cell<readonly [One, Other]> => ({
  size: ones.length * count,
  pairs: () => {
    const list = others();
    return (place) => {
      const one = place % ones.length;
      const other = (Math.floor(place / ones.length) + one) % list.length;
      return [ones[one] as One, list[other] as Other];
    };
  },
});

/**
 * Looks at up to `limit` pairs of some cells. Small cells are taken whole; what is left is shared evenly by large ones, and spread over each,
 * so that no reason is passed over because another has many pairs. Returns how many pairs were left out.
 */
export function visitCells<Pair>(cells: readonly Cell<Pair>[], limit: number, visit: (pair: Pair) => void): number {
  let left = limit;
  let omitted = 0;
  const bySize = [...cells].sort((a, b) => a.size - b.size);
  for (const [place, { size, pairs }] of bySize.entries()) {
    const share = Math.min(size, Math.ceil(left / (bySize.length - place)));
    left -= share;
    omitted += size - share;
    if (share === 0) continue;
    const at = pairs();
    for (let taken = 0; taken < share; taken++) visit(at(Math.floor((taken * size) / share)));
  }
  return omitted;
}
