import type { Location, NetworkPolicy } from "../engine/model";
import { callerOf } from "./place";

/** What can carry the place of its declaration. */
interface Placed {
  readonly location?: Location;
}

/**
 * The object, with the file and line of this call as its place, so that a report about what is deployed can point at the source: policies,
 * and with their type written out (`declared<Service>({…})`) namespaces, workloads and Services, in whichever folder.
 */
export function declared<T extends Placed = NetworkPolicy>(object: Omit<T, "location">): T {
  const created = callerOf(declared);
  return (created === undefined ? object : { ...object, location: { created } }) as T;
}
