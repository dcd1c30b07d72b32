import fc from "fast-check";
import { type Change, Partition } from "../../engine/rows/partition";
import { IndexSet } from "../../engine/sets/index-set";

/** Against the obvious form of the same thing: an array with a value for each member. */
interface Drawn {
  readonly partition: Partition;
  readonly array: readonly number[];
}

const anyUniverse = fc.constantFrom(1, 7, 32, 33, 64, 200);
const anyValue = fc.integer({ min: 0, max: 3 });

const anyWhere = (universe: number): fc.Arbitrary<IndexSet> =>
  fc.oneof(
    fc.array(fc.integer({ min: 0, max: universe - 1 }), { maxLength: 40 }).map((members) => IndexSet.of(universe, members)),
    fc.constant(IndexSet.all(universe)),
    fc.constant(IndexSet.none(universe)),
  );

/** What changes do to a value: set it, count up, or fold several into one. */
const anyFunction = fc.oneof(
  anyValue.map((value) => () => value),
  fc.constant((value: number) => (value + 1) % 4),
  fc.constant((value: number) => value >> 1),
);

const anyChanges = (universe: number): fc.Arbitrary<readonly Change[]> =>
  fc.array(fc.record({ where: anyWhere(universe), to: anyFunction }), { maxLength: 5 });

const applied = (array: readonly number[], changes: readonly Change[]): readonly number[] =>
  changes.reduce((so, { where, to }) => so.map((value, member) => (where.has(member) ? to(value) : value)), array);

const anyPartition = (universe: number): fc.Arbitrary<Drawn> =>
  fc.tuple(anyValue, anyChanges(universe)).map(([value, changes]) => ({
    partition: Partition.constant(universe, value).after(changes),
    array: applied(
      Array.from({ length: universe }, () => value),
      changes,
    ),
  }));

/** Every value, and that what is listed is what it promises to be: in rising order, and nothing like the rest. */
function same(partition: Partition, array: readonly number[]): void {
  expect(array.map((_, member) => partition.at(member))).toEqual(array);
  const { rest, members, values } = partition;
  const expected = array.flatMap((value, member) => (value === rest ? [] : [[member, value]]));
  expect(Array.from(members, (member, index) => [member, values[index]])).toEqual(expected);
  const placed = partition.entries().flatMap(([value, members]) => [...members.members()].map((member) => [member, value]));
  expect(placed.sort(([one = 0], [other = 0]) => one - other)).toEqual(array.map((value, member) => [member, value]));
}

const inUniverse = <T>(of: (universe: number) => fc.Arbitrary<T>): fc.Arbitrary<T> => anyUniverse.chain(of);

describe("a partition is an array with few values", () => {
  test("after changes, which apply in order", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(
        inUniverse((universe) => fc.tuple(anyPartition(universe), anyChanges(universe))),
        ([{ partition, array }, changes]) => {
          same(partition, array);
          same(partition.after(changes), applied(array, changes));
        },
      ),
    );
  });

  test("overlaid with new values for some members", () => {
    expect.hasAssertions();
    const anyOverlay = (universe: number) =>
      fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: universe - 1 }), anyValue), { maxLength: 9, selector: ([member]) => member });
    fc.assert(
      fc.property(
        inUniverse((universe) => fc.tuple(anyPartition(universe), anyOverlay(universe))),
        ([{ partition, array }, overlay]) => {
          const rising = overlay.toSorted(([one], [other]) => one - other);
          const members = Uint32Array.from(rising, ([member]) => member);
          const values = Uint32Array.from(rising, ([, value]) => value);
          const over = new Map(overlay);
          same(
            partition.overlaid(members, values),
            array.map((value, member) => over.get(member) ?? value),
          );
        },
      ),
    );
  });

  test("made of a list, in which the rest's value may be", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(inUniverse(anyPartition), anyValue, ({ array }, rest) => {
        const universe = array.length;
        same(Partition.of(universe, rest, Uint32Array.from(array.keys()), Uint32Array.from(array)), array);
      }),
    );
  });

  test("mapped, value by value", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(inUniverse(anyPartition), anyFunction, ({ partition, array }, to) => {
        same(partition.map(to), array.map(to));
      }),
    );
  });

  test("zipped with another, member by member", () => {
    expect.hasAssertions();
    const anyCombine = fc.constantFrom<(mine: number, others: number) => number>(
      (mine, others) => mine * 4 + others,
      (mine, others) => Math.min(mine, others),
      (mine, others) => (mine === others ? 1 : 0),
      () => 2,
    );
    fc.assert(
      fc.property(
        inUniverse((universe) => fc.tuple(anyPartition(universe), anyPartition(universe))),
        anyCombine,
        ([one, other], combine) => {
          same(
            one.partition.zip(other.partition, combine),
            one.array.map((value, member) => combine(value, other.array[member] ?? 0)),
          );
        },
      ),
    );
  });

  test("unchanged by what is made of it", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(
        inUniverse((universe) => fc.tuple(anyPartition(universe), anyPartition(universe), anyChanges(universe))),
        ([one, other, changes]) => {
          one.partition.after(changes);
          one.partition.zip(other.partition, (mine, others) => mine + others);
          same(one.partition, one.array);
          same(other.partition, other.array);
        },
      ),
    );
  });

  test("usable after a function given to it has thrown", () => {
    const partition = Partition.constant(8, 1).after([{ where: IndexSet.of(8, [2, 3]), to: () => 2 }]);
    const failing = (): number => {
      throw new Error("no value");
    };
    expect(() => partition.after([{ where: IndexSet.of(8, [3, 5]), to: failing }])).toThrow("no value");
    same(Partition.constant(8, 0), [0, 0, 0, 0, 0, 0, 0, 0]);
    same(partition, [1, 1, 2, 2, 1, 1, 1, 1]);
  });
});
