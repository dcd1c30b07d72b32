import type { Location } from "./location";

/** Whether two objects of the model say the same, wherever each was written, and in whatever order their fields are. */
export function isAlike<T extends { readonly location?: Location }>(one: T, other: T): boolean {
  return one === other || isSameObject(one, other, "location");
}

/** Whether two values of the model are the same throughout. A field that is undefined is as one that is absent. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (!Array.isArray(one)) return !Array.isArray(other) && isSameObject(one, other);
  return Array.isArray(other) && one.length === other.length && one.every((each, at) => isSameValue(each, other[at]));
}

function isSameObject(one: object, other: object, ignored?: string): boolean {
  const [mine, others] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  let fields = 0;
  for (const key of Object.keys(mine)) {
    if (key === ignored || mine[key] === undefined) continue;
    if (!Object.hasOwn(others, key) || !isSameValue(mine[key], others[key])) return false;
    fields++;
  }
  for (const key of Object.keys(others)) if (key !== ignored && others[key] !== undefined) fields--;
  return fields === 0;
}
