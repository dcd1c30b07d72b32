/** What exposure keeps sets and lists of numbers in, held against the sets and lists of the language. */
import fc from "fast-check";
import { BitRows } from "../../engine/exposure/bit-rows";
import { NumberLists } from "../../engine/exposure/pair-numbers";
import { check } from "../property-runs";

const limit = 70;
const anySet = fc.uniqueArray(fc.nat(limit - 1));
const rising = (numbers: Iterable<number>): readonly number[] => [...numbers].sort((a, b) => a - b);

test("rows of bits answer as sets do, also in a block that was used before", () => {
  const rows = new BitRows();
  const rowOf = (numbers: readonly number[]): number => {
    const row = rows.empty();
    for (const number of numbers) rows.add(row, number);
    return row;
  };
  const members = (row: number): readonly number[] => rising(new Array(limit).keys()).filter((number) => rows.has(row, number));
  const property = fc.property(anySet, anySet, fc.integer({ min: 0, max: 40 }), (one, other, before) => {
    rows.clear(limit);
    for (let i = 0; i < before; i++) rowOf(rising(new Array(limit).keys()));
    const [first, second] = [rowOf(one), rowOf(other)];
    const united = rows.copy(first);
    rows.unite(united, second);
    const left = rows.copy(first);
    rows.subtract(left, second);
    expect(members(first)).toEqual(rising(one));
    expect(members(united)).toEqual(rising(new Set([...one, ...other])));
    expect(members(left)).toEqual(rising(one.filter((number) => !other.includes(number))));
    expect(rows.meet(first, second)).toBe(one.some((number) => other.includes(number)));
    expect(rows.includes(first, second)).toBe(other.every((number) => one.includes(number)));
  });
  check("rows of bits", 200, property);
});

test("equal lists have one number, others another", () => {
  const property = fc.property(fc.array(fc.array(fc.nat(2), { maxLength: 4 }), { maxLength: 60 }), (drawn) => {
    const lists = new NumberLists();
    const texts = new Map<string, number>();
    for (const list of drawn) {
      const number = lists.of(list);
      expect(number).toBe(texts.get(String(list)) ?? texts.size);
      expect(lists.get(number)).toEqual(list);
      texts.set(String(list), number);
    }
  });
  check("lists of numbers", 200, property);
});
