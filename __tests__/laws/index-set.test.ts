import fc from "fast-check";
import { IndexSet } from "../../engine/sets/index-set";
import { type Drawn, setLaws } from "./set-laws";

/** Universes at and beside the ends of a 32-bit word, and some where lists are worth their while. */
const anyUniverse = fc.constantFrom(1, 2, 31, 32, 33, 63, 64, 65, 96, 320, 500);

/** Few members, nearly all, or any: sets of every form. */
function anyMembers(universe: number): fc.Arbitrary<readonly number[]> {
  const member = fc.integer({ min: 0, max: universe - 1 });
  const edge = fc.constantFrom(...[0, 31, 32, 63, 64, universe - 1].filter((each) => each < universe));
  const some = fc.array(fc.oneof(member, edge), { maxLength: 6 });
  const nearlyAll = some.map((missing) => Array.from({ length: universe }, (_, each) => each).filter((each) => !missing.includes(each)));
  const half = fc.infiniteStream(fc.boolean()).map((coins) => {
    const taken = [...coins.take(universe)];
    return Array.from({ length: universe }, (_, each) => each).filter((each) => taken[each]);
  });
  return fc.oneof(some, nearlyAll, half);
}

const draw: fc.Arbitrary<Drawn<IndexSet>> = anyUniverse.chain((universe) => {
  const any = anyMembers(universe).map((members) => IndexSet.of(universe, members));
  return fc.record({ none: fc.constant(IndexSet.none(universe)), all: fc.constant(IndexSet.all(universe)), a: any, b: any, c: any });
});

/** Which of its two forms a set is kept in is decided by its size alone. */
const form = (set: IndexSet): unknown => Object.entries(set).filter(([name]) => name !== "listed");

describe("index sets", () => {
  setLaws({
    form,
    draw,
    has: (set, member: number) => set.has(member),
    probes: (sets) => [...(sets[0] === undefined ? [] : IndexSet.all(sets[0].universe).members())],
    text: (set) => `${set.universe}: ${set.members().join()}`,
  });

  const drawMembers = anyUniverse.chain((universe) => fc.tuple(fc.constant(universe), anyMembers(universe)));

  test("hold what they were given, once and in order, and know how many that is", () => {
    fc.assert(
      fc.property(drawMembers, fc.nat(), ([universe, members], turn) => {
        const distinct = [...new Set(members)].sort((one, other) => one - other);
        const turned = [
          ...members.slice(turn % (members.length + 1)),
          ...members.slice(0, turn % (members.length + 1)),
          ...members.slice(0, 2),
        ];
        const set = IndexSet.of(universe, turned);
        expect([set.size, set.isEmpty, set.isAll]).toEqual([distinct.length, distinct.length === 0, distinct.length === universe]);
        expect(form(set)).toEqual(form(IndexSet.of(universe, distinct)));
        expect([...set.members()]).toEqual(distinct);
      }),
    );
  });

  test("a full set has everything below its universe, and nothing above", () => {
    fc.assert(
      fc.property(anyUniverse, (universe) => {
        const all = IndexSet.all(universe);
        expect([...all.members()]).toEqual(Array.from({ length: universe }, (_, each) => each));
        expect([all.has(universe), all.has(universe + 31), all.equals(IndexSet.of(universe, [...all.members()]))]).toEqual([
          false,
          false,
          true,
        ]);
      }),
    );
  });

  test("sets meet exactly when a member is in both", () => {
    fc.assert(
      fc.property(draw, ({ a, b }) => {
        expect(a.intersects(b)).toBe([...a.members()].some((member) => b.has(member)));
      }),
    );
  });

  test("an empty universe has one set, which is empty and full", () => {
    const all = IndexSet.all(0);
    expect([all.isEmpty, all.isAll, [...all.members()], all.equals(IndexSet.none(0)), all.union(IndexSet.none(0)).size]).toEqual([
      true,
      true,
      [],
      true,
      0,
    ]);
  });
});
