import fc from "fast-check";
import { ConnectionSet, PortSet } from "../../engine";
import { ConnectionTable } from "../../engine/rows/connection-table";
import { highestPort, lowestPort, type Protocol, protocols } from "../../engine/model";
import { type Interval, IntervalSet } from "../../engine/sets/interval-set";
import { type Drawn, setLaws, subsetLaws } from "./set-laws";

/** Ports close together and at both ends, so that ranges touch, overlap and repeat. */
const anyPort = fc.oneof(
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 65528, max: highestPort }),
  fc.integer({ min: lowestPort, max: highestPort }),
);

const anyInterval = fc.tuple(anyPort, anyPort).map(([one, other]): Interval<number> => [Math.min(one, other), Math.max(one, other)]);

const anyPortSet = fc.array(anyInterval, { maxLength: 5 }).map((intervals) => IntervalSet.of(...intervals));

const drawn = <S>(none: S, all: S, any: fc.Arbitrary<S>): fc.Arbitrary<Drawn<S>> =>
  fc.record({ none: fc.constant(none), all: fc.constant(all), a: any, b: any, c: any });

const portProbes = (sets: readonly PortSet[]): readonly number[] => {
  const edges = sets.flatMap(({ intervals }) => intervals.flatMap(([from, to]) => [from - 1, from, to, to + 1]));
  return [...new Set([lowestPort, highestPort, ...edges])].filter((port) => port >= lowestPort && port <= highestPort);
};

describe("port sets", () => {
  const draw = drawn(PortSet.none, PortSet.all, anyPortSet);
  setLaws({ draw, has: (set, port: number) => set.contains(port), probes: portProbes, text: String, form: (set) => set });
  subsetLaws(draw);

  test("intervals are in order, and neither overlap nor touch", () => {
    fc.assert(
      fc.property(draw, ({ a, b }) => {
        for (const { intervals } of [a, a.union(b), a.subtract(b), a.intersect(b)]) {
          const ends = intervals.flat();
          expect(ends).toEqual(ends.toSorted((one, other) => one - other));
          expect(intervals.slice(1).every(([from], index) => from > (intervals[index]?.[1] ?? 0) + 1)).toBe(true);
        }
      }),
    );
  });

  test("sets meet exactly when their intersection is not empty", () => {
    fc.assert(
      fc.property(draw, ({ a, b }) => {
        expect(a.intersects(b)).toBe(portProbes([a, b]).some((port) => a.contains(port) && b.contains(port)));
      }),
    );
  });

  test.each([[0], [65536], [-1], [80.5], [Number.NaN]])("%d is no port", (port) => {
    expect(() => PortSet.of(port)).toThrow(RangeError);
    expect(() => PortSet.of(1, port)).toThrow(RangeError);
  });

  test("a range that ends before it starts is none", () => {
    expect(() => PortSet.of(81, 80)).toThrow("interval 81-80 ends before it starts");
  });
});

const anyConnectionSet = fc
  .record({ TCP: anyPortSet, UDP: anyPortSet, SCTP: anyPortSet })
  .map((ports) =>
    protocols.map((protocol) => ConnectionSet.of(protocol, ports[protocol])).reduce((all, one) => all.union(one), ConnectionSet.none),
  );

describe("connection sets", () => {
  const draw = drawn(ConnectionSet.none, ConnectionSet.all, anyConnectionSet);
  const probes = (sets: readonly ConnectionSet[]): readonly (readonly [Protocol, number])[] =>
    protocols.flatMap((protocol) => portProbes(sets.map((set) => set[protocol])).map((port) => [protocol, port] as const));
  setLaws({
    draw,
    has: (set, [protocol, port]: readonly [Protocol, number]) => set.has(protocol, port),
    probes,
    text: String,
    form: (set) => set,
  });
  subsetLaws(draw);

  test("one protocol never has another's ports", () => {
    fc.assert(
      fc.property(anyPortSet, fc.constantFrom(...protocols), fc.constantFrom(...protocols), anyPort, (ports, mine, other, port) => {
        expect(ConnectionSet.of(mine, ports).has(other, port)).toBe(mine === other && ports.contains(port));
      }),
    );
  });

  test("numbers in a table stand for sets: equal numbers for equal sets, and the algebra on numbers is that on sets", () => {
    fc.assert(
      fc.property(fc.array(draw, { minLength: 1, maxLength: 4 }), (several) => {
        const table = new ConnectionTable();
        for (const { a, b } of several) {
          const [x, y] = [table.intern(a), table.intern(b)];
          expect(x === y).toBe(a.equals(b));
          expect([table.set(table.union(x, y)), table.set(table.intersect(x, y)), table.set(table.subtract(x, y))].map(String)).toEqual(
            [a.union(b), a.intersect(b), a.subtract(b)].map(String),
          );
        }
        expect([table.set(table.none).isEmpty, table.set(table.all).isAll]).toEqual([true, true]);
      }),
    );
  });
});
