/** What one selector says about another must hold for whatever labels there may be. */
import fc from "fast-check";
import { selects } from "../../engine";
import { unknown } from "../../engine/model";
import { implies, isContradictory, onlyValue } from "../../engine/compare/selector-implication";
import { anyLabels, anySelector } from "../arbitraries/alphabet";

test("a selector that implies another selects nothing that the other does not", () => {
  const property = fc.property(anySelector, anySelector, fc.array(anyLabels, { maxLength: 20 }), (first, second, objects) => {
    if (!implies(first, second)) return;
    expect(objects.filter((labels) => selects(first, labels) === "yes" && selects(second, labels) !== "yes")).toEqual([]);
  });
  fc.assert(property, { numRuns: 5000 });
});

test("every selector implies itself, and everything", () => {
  const property = fc.property(anySelector, (selector) => {
    expect([implies(selector, selector), implies(selector, {})]).toEqual([true, true]);
  });
  fc.assert(property, { numRuns: 500 });
});

test("a selector that contradicts itself selects nothing", () => {
  const property = fc.property(anySelector, fc.array(anyLabels, { maxLength: 20 }), (selector, objects) => {
    if (isContradictory(selector)) expect(objects.filter((labels) => selects(selector, labels) === "yes")).toEqual([]);
  });
  fc.assert(property, { numRuns: 5000 });
});

test.each([
  ["In and NotIn of the same values", { operator: "In", values: ["a"] }, { operator: "NotIn", values: ["a", "b"] }],
  ["In of other values", { operator: "In", values: ["a"] }, { operator: "In", values: ["b"] }],
  ["Exists and DoesNotExist", { operator: "Exists" }, { operator: "DoesNotExist" }],
] as const)("%s contradict each other", (_name, one, other) => {
  expect(
    isContradictory({
      matchExpressions: [
        { key: "app", ...one },
        { key: "app", ...other },
      ],
    }),
  ).toBe(true);
});

test("the words that need more than one requirement to see", () => {
  const narrow = {
    matchExpressions: [
      { key: "app", operator: "In", values: ["a", "b"] },
      { key: "app", operator: "NotIn", values: ["b"] },
    ],
  } as const;
  expect(implies(narrow, { matchLabels: { app: "a" } })).toBe(true);
  expect(implies(narrow, { matchExpressions: [{ key: "app", operator: "NotIn", values: ["b", "c"] }] })).toBe(true);
  expect(
    implies(
      { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] },
      { matchExpressions: [{ key: "app", operator: "NotIn", values: ["c"] }] },
    ),
  ).toBe(true);
  expect(implies({}, { matchExpressions: [{ key: "app", operator: "Exists" }] })).toBe(false);
  expect([onlyValue(narrow, "app"), onlyValue({}, "app")]).toEqual(["a", undefined]);
});

test("what is not known is implied by the same words only", () => {
  const later = unknown("var.app");
  const open = { matchLabels: { app: later } };
  expect([implies(open, open), implies(open, {}), implies(open, { matchLabels: { app: "a" } }), isContradictory(open)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([implies({}, { unknown: later }), implies({ unknown: later }, { unknown: later })]).toEqual([false, true]);
});
