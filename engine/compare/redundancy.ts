import { ConcreteEnds } from "../explain/concrete-ends";
import { EditedRows } from "./edited-rows";
import type { Evaluation } from "../evaluation";
import { findExcess, type VersionPair } from "./excess";
import { directions } from "../model";
import { isWithin, type PartRef, partRef, partsOf, type PolicyPart } from "./policy-parts";
import type { Row } from "../rows/rows";
import { allOf, type Ternary } from "../selector";
import { Shadows } from "./shadows";
import { StructuralRedundancy } from "./structural-redundancy";

/** Why a part changes nothing. */
export type RedundancyCause =
  /** It contradicts itself: it matches nothing, whatever pods there are. */
  | { readonly kind: "never-matches" }
  /** It matches nothing that is there now. */
  | { readonly kind: "matches-nothing" }
  /** These say the same already, all of them together. None could be left out of the list. */
  | { readonly kind: "shadowed"; readonly by: readonly PartRef[] }
  /** What it says matters at its own end, but the other ends decide alike with and without it. */
  | { readonly kind: "other-end" }
  /** Without it, what is left for later tiers or for nobody to decide comes out the same. */
  | { readonly kind: "default" };

/** A part of the policies that can be taken out without changing any connection; one at a time, unless said otherwise. */
export interface Redundancy {
  /** What to take out, for `withoutParts`. */
  readonly part: PolicyPart;
  readonly ref: PartRef;
  /** `every-pod`: whatever pods and namespaces there may be. `today`: for those that are there now. */
  readonly scope: "every-pod" | "today";
  readonly because: RedundancyCause;
  /** Parts that shadow this one and are redundant themselves: of them and this one, not all can go. */
  readonly onlyWhileKept: readonly PartRef[];
}

/** The parts of a cluster's policies that change nothing. */
export interface RedundancyReport {
  readonly redundant: readonly Redundancy[];
  /** Parts of which something not known decides whether they change anything. */
  readonly undecided: readonly PartRef[];
  /** Parts that can all be taken out together: as many of the redundant ones as go in the order of the list, larger parts first. */
  readonly removable: readonly PolicyPart[];
}

/**
 * Finds the policies, rules and entries of rules that can be taken out without changing any connection between the ends of the cluster.
 * Entries of a redundant rule are not listed on their own. With values not known, what is listed can go however they turn out; bounds may then
 * lie further apart, since the engine does not see that two policies with one subject apply together.
 */
export function findRedundancy(evaluation: Evaluation): RedundancyReport {
  const finder = new RedundancyFinder(evaluation);
  const found: Found[] = [];
  const listed = new PartSet();
  const undecided: PartRef[] = [];
  for (const part of partsOf(evaluation.cluster)) {
    if (part.entry !== undefined && listed.hasAround(part, ({ rule }) => rule !== undefined)) continue;
    const result = finder.judge(part);
    if (result === "undecided") undecided.push(partRef(evaluation.cluster, part));
    else if (result !== undefined) {
      found.push(result);
      listed.add(part);
    }
  }
  return { redundant: found.map((each) => finder.describe(each, listed)), undecided, removable: finder.removable(found) };
}

type FoundCause =
  Exclude<RedundancyCause, { readonly kind: "shadowed" }> | { readonly kind: "shadowed"; readonly by: readonly PolicyPart[] };

interface Found {
  readonly part: PolicyPart;
  readonly scope: Redundancy["scope"];
  readonly because: FoundCause;
}

class RedundancyFinder {
  private readonly structural: StructuralRedundancy;
  private readonly ends: ConcreteEnds;
  private readonly shadows: Shadows;
  private readonly unedited: EditedRows;
  private isExact: boolean | undefined;

  constructor(private readonly evaluation: Evaluation) {
    this.structural = new StructuralRedundancy(evaluation.cluster);
    this.ends = new ConcreteEnds(evaluation);
    this.shadows = new Shadows(evaluation);
    this.unedited = new EditedRows(evaluation, []);
  }

  judge(part: PolicyPart): Found | "undecided" | undefined {
    const cause = this.structural.of(part);
    if (cause !== undefined) return { part, scope: "every-pod", because: cause };
    const answer = this.isRedundant(part, []);
    if (answer === "no") return undefined;
    return answer === "maybe" ? "undecided" : { part, scope: "today", because: this.causeOf(part) };
  }

  /** Whether taking out the part changes nothing, once others are gone already. */
  private isRedundant(part: PolicyPart, gone: readonly PolicyPart[]): Ternary {
    return this.isRedundantBeside(part, this.without(gone));
  }

  private without(gone: readonly PolicyPart[]): EditedRows {
    return gone.length === 0 ? this.unedited : new EditedRows(this.evaluation, gone, this.unedited);
  }

  private isRedundantBeside(part: PolicyPart, before: EditedRows): Ternary {
    const versions = this.versions(part, before);
    const lost = negated(findExcess(versions).answer);
    // Without a rule of a NetworkPolicy, less is allowed, never more.
    if (lost === "no" || (part.list === "policies" && part.rule !== undefined)) return lost;
    return allOf([lost, negated(findExcess({ ...versions, first: versions.second, second: versions.first }).answer)]);
  }

  private versions(part: PolicyPart, before: EditedRows): VersionPair {
    const groups = this.shadows.subjectsOf(part);
    const affected = { ingress: new Set(groups.ingress), egress: new Set(groups.egress) };
    return {
      evaluation: this.evaluation,
      ends: this.ends,
      first: before,
      second: new EditedRows(this.evaluation, [part], before),
      differing: groups,
      isAlike: (_reading, group, direction) => !affected[direction].has(group),
    };
  }

  private causeOf(part: PolicyPart): FoundCause {
    if (this.shadows.matchesNothing(part)) return { kind: "matches-nothing" };
    const around = this.shadows.around(part);
    if (this.isRedundant(part, around) === "yes") return { kind: this.changesOwnEnd(part, around) ? "other-end" : "default" };
    return { kind: "shadowed", by: this.fewestShadowers(part, around) };
  }

  /** The fewest parts that must stay: each other one is taken out, the last first, as long as the part stays redundant. */
  private fewestShadowers(part: PolicyPart, around: readonly PolicyPart[]): readonly PolicyPart[] {
    const gone: PolicyPart[] = [];
    const kept: PolicyPart[] = [];
    const takeOut = (parts: readonly PolicyPart[]): void => {
      const [first] = parts;
      if (first === undefined) return;
      if (this.isRedundant(part, [...gone, ...parts]) === "yes") gone.push(...parts);
      else if (parts.length === 1) kept.unshift(first);
      else for (const half of halvesOf(parts)) takeOut(half);
    };
    // That not all of them can go is what brought us here.
    if (around.length === 1) return around;
    const candidates = around.toReversed();
    for (const some of this.isMonotone(around) ? halvesOf(candidates) : candidates.map((other) => [other])) takeOut(some);
    return kept;
  }

  /**
   * Whether the more of these parts are gone, the harder it is to do without another: rules of NetworkPolicies only add, where everything is
   * known. Then several can be tried at once, with the same result as one by one.
   */
  private isMonotone(parts: readonly PolicyPart[]): boolean {
    this.isExact ??= [...this.evaluation.interpretations].every((interpretation) =>
      this.evaluation.universe.groups.all.every((group) =>
        directions.every((direction) => {
          const { certain, possible } = interpretation.row(group, direction);
          return certain === possible;
        }),
      ),
    );
    return this.isExact && parts.every(({ list, rule }) => list === "policies" && rule !== undefined);
  }

  /** Whether the part says anything at all, seen from the pods it applies to, once nothing around it says the same. */
  private changesOwnEnd(part: PolicyPart, gone: readonly PolicyPart[]): boolean {
    const { first, second, differing, evaluation } = this.versions(part, this.without(gone));
    const readings = [...evaluation.interpretations.keys()];
    return directions.some((direction) =>
      differing[direction].some((group) =>
        readings.some((reading) => isDifferent(first.row(reading, group, direction), second.row(reading, group, direction))),
      ),
    );
  }

  describe({ part, scope, because }: Found, all: PartSet): Redundancy {
    const refOf = (each: PolicyPart): PartRef => partRef(this.evaluation.cluster, each);
    if (because.kind !== "shadowed") return { part, ref: refOf(part), scope, because, onlyWhileKept: [] };
    const alsoRedundant = because.by.filter((shadow) => all.hasAround(shadow));
    return {
      part,
      ref: refOf(part),
      scope,
      because: { kind: "shadowed", by: because.by.map(refOf) },
      onlyWhileKept: alsoRedundant.map(refOf),
    };
  }

  removable(found: readonly Found[]): readonly PolicyPart[] {
    const gone = new PartSet();
    const rows = new EditedRows(this.evaluation, []);
    const all: PolicyPart[] = [];
    for (const { part } of found) {
      if (gone.hasAround(part) || (all.length > 0 && this.isRedundantBeside(part, rows) !== "yes")) continue;
      rows.takeMore(part, this.shadows.subjectsOf(part));
      gone.add(part);
      all.push(part);
    }
    return all;
  }
}

/** Parts, looked up by their policy. */
class PartSet {
  private readonly byPolicy = new Map<string, PolicyPart[]>();

  add(part: PolicyPart): void {
    const key = keyOf(part);
    const parts = this.byPolicy.get(key) ?? [];
    this.byPolicy.set(key, parts);
    parts.push(part);
  }

  /** Whether the part, or one that it is inside of, is in the set. */
  hasAround(part: PolicyPart, isMeant: (outer: PolicyPart) => boolean = () => true): boolean {
    return this.byPolicy.get(keyOf(part))?.some((outer) => isMeant(outer) && isWithin(part, outer)) ?? false;
  }
}

const keyOf = ({ list, policy }: PolicyPart): string => `${list} ${String(policy)}`;

function halvesOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

const negated = (answer: Ternary): Ternary => (answer === "yes" ? "no" : answer === "no" ? "yes" : "maybe");

const isDifferent = (first: Row, second: Row): boolean =>
  [first.certain.zip(second.certain, unequal), first.possible.zip(second.possible, unequal)].some((partition) =>
    partition.entries().some(([value]) => value !== 0),
  );

const unequal = (a: number, b: number): number => (a === b ? 0 : 1);
