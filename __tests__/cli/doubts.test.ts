import { doubtsOf } from "../../cli/gate/doubts";
import { gateResult } from "../../cli/gate/gate";
import type { Enforcement } from "../../engine/report";
import type { Problem } from "../../inputs";

const report = { inputs: [], notes: [], unknowns: [] };
const nothing = { findings: [], expectations: [], inputs: [] };
const foreign: Problem = { severity: "warning", message: "a policy was not read", location: {}, concern: { about: "foreign-policy" } };
const misspelt: Problem = { ...foreign, message: "a field is misspelt", concern: { about: "unknown-field" } };
const enforcement = (state: Enforcement["state"]): Enforcement => ({
  state,
  grounds: [{ message: "the add-on's configuration is not known" }],
  policies: [],
});

test("policies that were not read are a doubt, misspelt fields are none", () => {
  expect(doubtsOf({ concerns: [misspelt, foreign], report })).toEqual(["a policy was not read"]);
});

test.each(["enforced", "partly", "none", "undecided", "unknown"] as const)(
  "enforcement that is %s is a doubt only where it is undecided",
  (state) => {
    expect(doubtsOf({ concerns: [], report: { ...report, enforcement: enforcement(state) } })).toEqual(
      state === "undecided" ? ["whether policies are enforced is undecided: the add-on's configuration is not known"] : [],
    );
  },
);

test.each(["strict", "warn", "ignore"] as const)(
  "with --unknown %s, a doubt leaves the gate undecided only where that is strict",
  (unknown) => {
    const policy = { failOn: "error", failOnChange: "none", unknown } as const;
    expect(gateResult({ ...nothing, doubts: ["why"] }, policy)).toEqual(
      unknown === "strict" ? { result: "undecided", because: ["why"] } : { result: "passed", because: [] },
    );
  },
);
