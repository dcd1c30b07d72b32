import { join } from "node:path";
import { runTables, type TableResult } from "./tables";

const results = runTables(join(__dirname, "data"));
const resultOf = (family: string): TableResult | undefined => results.find((result) => result.family === family);

describe("the tables of the conformance collection", () => {
  test.each([
    ["anp-validation", 39],
    ["k8s-validation", 104],
  ])("%s agrees in every row, and no table is lost", (family, least) => {
    const { passed = 0, failures = [] } = resultOf(family) ?? {};
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(least);
  });
});
