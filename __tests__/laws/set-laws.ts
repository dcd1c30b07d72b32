/** The laws every kind of set in the engine keeps, as one suite: call it with a way to draw sets, and a naive way to look into one. */
import fc from "fast-check";

/** What a set can do. */
interface Algebra<S> {
  readonly isEmpty: boolean;
  union(other: S): S;
  intersect(other: S): S;
  subtract(other: S): S;
  equals(other: S): boolean;
}

/** A kind of set. */
export interface SetKind<S extends Algebra<S>, M> {
  /** Draws three sets of one universe, with that universe's empty and full one. */
  readonly draw: fc.Arbitrary<Drawn<S>>;
  /** Whether a member is in a set. */
  readonly has: (set: S, member: M) => boolean;
  /** Enough members to tell the given sets apart: every place where one of them begins or ends, and those beside it. */
  readonly probes: (sets: readonly S[]) => readonly M[];
  /** Equal for equal sets, different for different ones. */
  readonly text: (set: S) => string;
  /** What a set is made of, less what it only remembers to be faster: the same for equal sets. */
  readonly form: (set: S) => unknown;
}

/** Sets of one universe. */
export interface Drawn<S> {
  readonly none: S;
  readonly all: S;
  readonly a: S;
  readonly b: S;
  readonly c: S;
}

/** Registers the laws as tests; call it inside a `describe`. */
export function setLaws<S extends Algebra<S>, M>(kind: SetKind<S, M>): void {
  membershipLaws(kind);
  lattice(kind);
  complement(kind);
  canonicalForm(kind);
}

type Equation<S> = (drawn: Drawn<S>) => readonly [left: S, right: S];

/** Both sides are the same set, whichever way that is asked. */
function holds<S extends Algebra<S>, M>({ draw, text, form }: SetKind<S, M>, equation: Equation<S>): void {
  fc.assert(
    fc.property(draw, (drawn) => {
      const [left, right] = equation(drawn);
      expect(text(left)).toBe(text(right));
      expect([left.equals(right), right.equals(left)]).toEqual([true, true]);
      // Not only alike from outside: one set has one form, so that forms can serve as keys.
      expect(form(left)).toEqual(form(right));
    }),
  );
}

/** Against the naive model: a set is the members it has. */
function membershipLaws<S extends Algebra<S>, M>({ draw, has, probes }: SetKind<S, M>): void {
  test.each([
    ["a union has what either has", (a: S, b: S) => a.union(b), (a: boolean, b: boolean) => a || b],
    ["an intersection has what both have", (a: S, b: S) => a.intersect(b), (a: boolean, b: boolean) => a && b],
    ["a difference has what only the first has", (a: S, b: S) => a.subtract(b), (a: boolean, b: boolean) => a && !b],
  ] as const)("%s", (_name, operation, member) => {
    fc.assert(
      fc.property(draw, ({ a, b }) => {
        const result = operation(a, b);
        const members = probes([a, b, result]);
        const wrong = members.filter((each) => has(result, each) !== member(has(a, each), has(b, each)));
        expect(wrong).toEqual([]);
      }),
    );
  });

  test("a set is empty, equal or different as its members are", () => {
    fc.assert(
      fc.property(draw, ({ none, all, a, b }) => {
        const members = probes([a, b, all]);
        expect([none.isEmpty, a.isEmpty]).toEqual([true, members.every((member) => !has(a, member))]);
        expect(a.equals(b)).toBe(members.every((member) => has(a, member) === has(b, member)));
      }),
    );
  });
}

function lattice<S extends Algebra<S>, M>(kind: SetKind<S, M>): void {
  const laws: readonly (readonly [string, Equation<S>])[] = [
    ["union is commutative", ({ a, b }) => [a.union(b), b.union(a)]],
    ["intersection is commutative", ({ a, b }) => [a.intersect(b), b.intersect(a)]],
    ["union is associative", ({ a, b, c }) => [a.union(b).union(c), a.union(b.union(c))]],
    ["intersection is associative", ({ a, b, c }) => [a.intersect(b).intersect(c), a.intersect(b.intersect(c))]],
    ["union is idempotent", ({ a }) => [a.union(a), a]],
    ["intersection is idempotent", ({ a }) => [a.intersect(a), a]],
    ["union absorbs intersection", ({ a, b }) => [a.union(a.intersect(b)), a]],
    ["intersection absorbs union", ({ a, b }) => [a.intersect(a.union(b)), a]],
    ["intersection distributes over union", ({ a, b, c }) => [a.intersect(b.union(c)), a.intersect(b).union(a.intersect(c))]],
    ["union distributes over intersection", ({ a, b, c }) => [a.union(b.intersect(c)), a.union(b).intersect(a.union(c))]],
    ["the empty set adds nothing", ({ none, a }) => [a.union(none), a]],
    ["the full set leaves nothing out", ({ all, a }) => [a.intersect(all), a]],
    ["nothing meets the empty set", ({ none, a }) => [none.intersect(a), none]],
    ["nothing is outside the full set", ({ all, a }) => [all.union(a), all]],
  ];
  test.each(laws)("%s", (_name, equation) => {
    expect.hasAssertions();
    holds(kind, equation);
  });
}

function complement<S extends Algebra<S>, M>(kind: SetKind<S, M>): void {
  const laws: readonly (readonly [string, Equation<S>])[] = [
    ["a set less itself is empty", ({ none, a }) => [a.subtract(a), none]],
    ["a set less nothing is itself", ({ none, a }) => [a.subtract(none), a]],
    ["nothing can be taken from the empty set", ({ none, a }) => [none.subtract(a), none]],
    ["a complement's complement is the set", ({ all, a }) => [all.subtract(all.subtract(a)), a]],
    ["a set and its complement are everything", ({ all, a }) => [a.union(all.subtract(a)), all]],
    ["a set and its complement have nothing in common", ({ all, none, a }) => [a.intersect(all.subtract(a)), none]],
    ["a difference is the intersection with the complement", ({ all, a, b }) => [a.subtract(b), a.intersect(all.subtract(b))]],
    ["outside a union is outside both", ({ all, a, b }) => [all.subtract(a.union(b)), all.subtract(a).intersect(all.subtract(b))]],
    [
      "outside an intersection is outside either",
      ({ all, a, b }) => [all.subtract(a.intersect(b)), all.subtract(a).union(all.subtract(b))],
    ],
    ["taking away one after the other is taking away both", ({ a, b, c }) => [a.subtract(b).subtract(c), a.subtract(b.union(c))]],
  ];
  test.each(laws)("%s", (_name, equation) => {
    expect.hasAssertions();
    holds(kind, equation);
  });
}

function canonicalForm<S extends Algebra<S>, M>(kind: SetKind<S, M>): void {
  test("cut in two and put together again, a set is what it was", () => {
    expect.hasAssertions();
    holds(kind, ({ a, b }) => [a.subtract(b).union(a.intersect(b)), a]);
  });

  test("two sets have one text exactly when they are equal", () => {
    fc.assert(
      fc.property(kind.draw, ({ a, b }) => {
        expect(kind.text(a) === kind.text(b)).toBe(a.equals(b));
      }),
    );
  });

  test("operations leave their operands as they were", () => {
    fc.assert(
      fc.property(kind.draw, ({ a, b }) => {
        const before = [kind.text(a), kind.text(b)];
        a.union(b);
        a.intersect(b);
        a.subtract(b);
        expect([kind.text(a), kind.text(b)]).toEqual(before);
      }),
    );
  });
}

/** The laws of `isSubsetOf`, for kinds that have it. */
export function subsetLaws<S extends Algebra<S> & { isSubsetOf(other: S): boolean }>(draw: fc.Arbitrary<Drawn<S>>): void {
  test("a subset is what adds nothing, loses nothing, and has nothing outside", () => {
    fc.assert(
      fc.property(draw, ({ a, b }) => {
        const isSubset = a.isSubsetOf(b);
        expect([a.union(b).equals(b), a.intersect(b).equals(a), a.subtract(b).isEmpty]).toEqual([isSubset, isSubset, isSubset]);
      }),
    );
  });

  test("subsets are ordered: reflexive, antisymmetric, transitive, between nothing and everything", () => {
    fc.assert(
      fc.property(draw, ({ none, all, a, b, c }) => {
        expect([a.isSubsetOf(a), none.isSubsetOf(a), a.isSubsetOf(all)]).toEqual([true, true, true]);
        expect(a.isSubsetOf(b) && b.isSubsetOf(a)).toBe(a.equals(b));
        expect(a.intersect(b).isSubsetOf(a.union(c))).toBe(true);
      }),
    );
  });
}
