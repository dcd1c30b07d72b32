import type { CheckReport } from "../../engine/report";
import { renderReport } from "../../outputs";
import { codeRanges } from "../../outputs/terminal/check";
import { stories } from "./stories";

test("rules that were not run are told by what they miss, and codes that follow on each other as a range", () => {
  const check = stories["nothing-wrong"] as CheckReport;
  const codes = Array.from({ length: 32 }, (_, n) => `VPC${String(n + 1).padStart(3, "0")}`);
  const missing = (because: string, list: readonly string[]) => list.map((code) => ({ code, because }));
  const rulesNotRun = [...missing("it needs a plan", ["NP401", "NP403"]), ...missing("the cluster is missing", codes)];
  const text = renderReport({ ...check, rulesNotRun }, "text", { color: false, version: "1.2.3" });
  expect(text).toContain("  - 2 rules (NP401 and NP403): it needs a plan");
  expect(text).toContain("  - 32 rules (VPC001-VPC032): the cluster is missing");
});

test.each([
  [[], []],
  [["NP401"], ["NP401"]],
  [
    ["NP401", "NP402"],
    ["NP401", "NP402"],
  ],
  [["NP109", "NP110", "NP111"], ["NP109-NP111"]],
  [
    ["NP301", "NP303", "NP304", "NP305", "VPC306"],
    ["NP301", "NP303-NP305", "VPC306"],
  ],
])("of %j the ranges are %j", (codes, ranges) => {
  expect(codeRanges(codes)).toEqual(ranges);
});
