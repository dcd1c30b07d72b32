/** How one list of objects became another; an object that was kept is the same object. */
export interface ListEdit {
  /** Places in the list before, of objects that are gone. */
  readonly removed: ReadonlySet<number>;
  /** Places in the list after, of objects that are new. */
  readonly added: readonly number[];
  /** For each place before, the place after; undefined where the object is gone. Absent: no object that was kept moved. */
  readonly moved?: readonly (number | undefined)[];
}

/** Compares two lists by the identity of what is in them. */
export function listEdit<T extends object>(before: readonly T[], after: readonly T[]): ListEdit {
  if (before === after) return { removed: new Set(), added: [] };
  const places = new Map(after.map((object, place) => [object, place]));
  const moved = before.map((object) => places.get(object));
  const kept = new Set(before);
  const removed = new Set([...moved.keys()].filter((place) => moved[place] === undefined));
  const added = [...after.keys()].filter((place) => !kept.has(after[place] as T));
  const isInPlace = moved.every((place, index) => place === undefined || place === index);
  return isInPlace ? { removed, added } : { removed, added, moved };
}
