import fc from "fast-check";
import { type LabelCondition, negated, solve } from "../../../engine/expectations/label-conditions";
import { matchesPattern, textLike } from "../../../engine/expectations/pattern-text";

const key = fc.constantFrom("a", "b");
const value = fc.constantFrom("x", "y", "xy", "");
const pattern = fc.constantFrom("*", "x*", "*y", "x", "z*");
const condition: fc.Arbitrary<LabelCondition> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom("In" as const, "NotIn" as const), values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ key, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const) }),
  fc.record({ key, operator: fc.constantFrom("Like" as const, "NotLike" as const), pattern }),
);

function meets(found: string | undefined, asked: LabelCondition): boolean {
  switch (asked.operator) {
    case "In":
      return found !== undefined && asked.values.includes(found);
    case "NotIn":
      return found === undefined || !asked.values.includes(found);
    case "Exists":
      return found !== undefined;
    case "DoesNotExist":
      return found === undefined;
    case "Like":
      return found !== undefined && matchesPattern(asked.pattern, found);
    case "NotLike":
      return found === undefined || !matchesPattern(asked.pattern, found);
  }
}

const part = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 5 }).map((letters) => letters.join(""));

/** Every text of up to six of three letters, which is longer than what five-letter patterns need. */
const texts = [0, 1, 2, 3, 4, 5, 6].reduce<readonly string[]>(
  (all, length) => [
    ...all,
    ...all.filter((text) => text.length === length - 1).flatMap((text) => ["a", "b", "z"].map((letter) => text + letter)),
  ],
  [""],
);

test("a text like some patterns and unlike others is found exactly where there is one", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 2 }), fc.array(part, { maxLength: 2 }), (like, unlike) => {
      const isWanted = (text: string): boolean =>
        like.every((each) => matchesPattern(each, text)) && !unlike.some((each) => matchesPattern(each, text));
      const found = textLike(like, unlike);
      if (found === undefined) expect(texts.filter(isWanted)).toEqual([]);
      else expect(isWanted(found)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** Enough values to meet or miss any of the conditions above. */
const letters = ["x", "y", "z", "o"];
const tried = [
  undefined,
  "",
  "other",
  ...letters,
  ...letters.flatMap((a) => letters.flatMap((b) => [a + b, ...letters.map((c) => a + b + c)])),
];

test("labels are found exactly where there are some", () => {
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 5 }), (conditions) => {
      const found = solve(conditions);
      const exists = (["a", "b"] as const).every((each) =>
        tried.some((label) => conditions.every((asked) => asked.key !== each || meets(label, asked))),
      );
      expect(found !== undefined).toBe(exists);
      if (found !== undefined) for (const asked of conditions) expect(meets(found.get(asked.key), asked)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("a negated condition holds exactly where the condition does not", () => {
  fc.assert(fc.property(condition, fc.constantFrom(...tried), (asked, label) => meets(label, negated(asked)) !== meets(label, asked)));
});

test("a pattern's star stands for any text, and nothing else stands for anything", () => {
  expect(
    ["team-*", "*", "a.c", "a*c*"].map((each) => [each, ["team-a", "abc", "a.c", "axcx", ""].filter((text) => matchesPattern(each, text))]),
  ).toEqual([
    ["team-*", ["team-a"]],
    ["*", ["team-a", "abc", "a.c", "axcx", ""]],
    ["a.c", ["a.c"]],
    ["a*c*", ["abc", "a.c", "axcx"]],
  ]);
});
