import { exactly, type Match } from "./pod-index";
import type { RuleMatch } from "./rule-matching";
import { IndexSet } from "../sets/index-set";

/**
 * A few places of a universe as a universe of their own: rules seen through it say what they say there. So a row that is known is brought
 * up to date by the same computation that makes rows, at the cost of a few places.
 */
export class Projection {
  readonly size: number;
  readonly all: IndexSet;
  readonly none: IndexSet;
  private readonly seen = new Map<readonly RuleMatch[], readonly RuleMatch[]>();
  private readonly sets = new Map<IndexSet, IndexSet>();
  /** By place, its number among the places, counted from 1; 0: it is none of them. */
  private readonly numbers: Uint32Array;

  constructor(private readonly places: readonly number[]) {
    this.size = places.length;
    this.all = IndexSet.all(this.size);
    this.none = IndexSet.none(this.size);
    this.numbers = new Uint32Array(places.reduce((most, place) => Math.max(most, place), -1) + 1);
    for (const [at, place] of places.entries()) this.numbers[place] = at + 1;
  }

  /** What is left of a set: its members among the places, numbered from 0. */
  set(whole: IndexSet): IndexSet {
    if (whole.isAll) return this.all;
    const known = this.sets.get(whole);
    if (known !== undefined) return known;
    const members = whole.size < this.size ? this.among(whole.members()) : this.placesIn(whole);
    const found = members.length === 0 ? this.none : members.length === this.size ? this.all : IndexSet.of(this.size, members);
    this.sets.set(whole, found);
    return found;
  }

  private placesIn(whole: IndexSet): readonly number[] {
    const found: number[] = [];
    for (const [at, place] of this.places.entries()) if (whole.has(place)) found.push(at);
    return found;
  }

  private among(members: Uint32Array): readonly number[] {
    const found: number[] = [];
    for (const member of members) {
      const number = this.numbers[member] ?? 0;
      if (number > 0) found.push(number - 1);
    }
    return found;
  }

  /** The rules of a policy, the same list for the same list. Those that name nobody here say nothing, and are left out. */
  rules<M extends RuleMatch>(rules: readonly M[]): readonly M[] {
    const known = this.seen.get(rules);
    if (known !== undefined) return known as readonly M[];
    const seen = rules
      .map((rule) => ({ ...rule, peers: rule.peers?.map((peer) => this.match(peer)) }))
      .filter(({ peers }) => peers === undefined || peers.some(({ possible }) => !possible.isEmpty));
    this.seen.set(rules, seen);
    return seen;
  }

  /** Both bounds of an answer; one object where they are one. */
  match({ certain, possible }: Match<IndexSet>): Match<IndexSet> {
    const seen = this.set(possible);
    return certain === possible ? exactly(seen) : { certain: this.set(certain), possible: seen };
  }
}
