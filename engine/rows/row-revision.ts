import type { Bound } from "./columns";
import type { Partition } from "./partition";
import { Projection } from "../matching/projection";
import type { RuleMatch } from "../matching/rule-matching";
import type { Contribution, Row } from "./rows";

/** What rules say at some places, by the list of these places. */
export type Projections = Map<readonly number[], ProjectedRules>;

interface ProjectedRules {
  readonly places: Projection;
  readonly contributions: Map<RuleMatch, readonly Contribution[]>;
}

/** What rules say at places, remembered for every row that is brought up to date there. */
export function seenFrom(projections: Projections, places: readonly number[]): ProjectedRules {
  const known = projections.get(places);
  if (known !== undefined) return known;
  const fresh: ProjectedRules = { places: new Projection(places), contributions: new Map() };
  projections.set(places, fresh);
  return fresh;
}

/** What is known of an interpretation because it was known of the one before. */
export interface Inherited {
  /** Destinations whose rows are not known to be exact. */
  readonly destinations: ReadonlySet<number>;
  /** Sources of which no destination's row is known to be exact. */
  readonly sources: ReadonlySet<number>;
}

/** A row with other values at some places. The same object where they are no others. */
export function broughtUpToDate(old: Row, places: readonly number[], fresh: Row): Row {
  const members = Uint32Array.from(places);
  const patched = (bound: Bound): Partition => {
    const values = members.map((_, at) => fresh[bound].at(at));
    return members.every((place, at) => old[bound].at(place) === values[at]) ? old[bound] : old[bound].overlaid(members, values);
  };
  const certain = patched("certain");
  if (old.certain === old.possible && fresh.certain === fresh.possible)
    return certain === old.certain ? old : { certain, possible: certain };
  return { certain, possible: patched("possible") };
}
