import { join } from "node:path";
import { describeMismatch, summary } from "./report";
import { runDirectory } from "./run-directory";

const results = runDirectory(join(__dirname, "data"));

/** The least that must be there of each family, so that no case is lost unseen. */
const least = [
  { family: "anp", cases: 38, assertions: 408 },
  { family: "anp-validation", cases: 39, assertions: 39 },
  { family: "api-doc", cases: 28, assertions: 111 },
  { family: "k8s-e2e", cases: 52, assertions: 3303 },
  { family: "k8s-validation", cases: 81, assertions: 104 },
  { family: "np-guard", cases: 95, assertions: 836352 },
  { family: "recipes", cases: 10, assertions: 31 },
  { family: "reference-impl", cases: 43, assertions: 2564 },
];

beforeAll(() => {
  process.stdout.write(`${summary(results).join("\n")}\n`);
});

describe("the conformance collection", () => {
  test("has no family that is not looked at below", () => {
    expect(results.map(({ family }) => family)).toEqual(least.map(({ family }) => family));
  });

  describe.each(least)("$family", ({ family, cases, assertions }) => {
    const result = results.find((each) => each.family === family);

    test("agrees in every assertion", () => {
      expect(result?.mismatches.slice(0, 20).map(describeMismatch)).toEqual([]);
    });

    test(`has at least ${cases} cases with ${assertions} assertions`, () => {
      expect(result?.cases).toBeGreaterThanOrEqual(cases);
      expect(result?.assertions).toBeGreaterThanOrEqual(assertions);
    });
  });
});
