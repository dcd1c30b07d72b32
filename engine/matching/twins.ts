import { isAlike, type Location, shown, type Value } from "../model";

/** Objects, each with the object that says the same and took its place. */
export type Twins<T> = ReadonlyMap<T, T>;

interface Named {
  readonly name: Value<string>;
  readonly namespace?: Value<string>;
  readonly location?: Location;
}

/** Finds the objects of a list that are in another as other objects which say the same. Each is the twin of one other at most. */
export function twinsIn<T extends Named>(before: readonly T[], after: readonly T[]): Twins<T> {
  const twins = new Map<T, T>();
  if (before === after) return twins;
  const [old, fresh] = [new Set(before), new Set(after)];
  const candidates = byName([...old].filter((object) => !fresh.has(object)));
  for (const object of fresh) {
    if (old.has(object)) continue;
    const others = candidates.get(nameOf(object)) ?? [];
    const place = others.findIndex((other) => isAlike(other, object));
    for (const twin of place < 0 ? [] : others.splice(place, 1)) twins.set(twin, object);
  }
  return twins;
}

function byName<T extends Named>(objects: readonly T[]): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>();
  for (const object of objects) {
    const name = nameOf(object);
    const others = found.get(name);
    if (others === undefined) found.set(name, [object]);
    else others.push(object);
  }
  return found;
}

/** Where to look for a twin; several objects may be found there. */
const nameOf = ({ namespace = "", name }: Named): string => `${shown(namespace)}/${shown(name)}`;
