import { doubtsOf } from "../../cli/gate/doubts";
import { gateResult } from "../../cli/gate/gate";
import { evaluate } from "../../engine";
import type { Enforcement } from "../../engine/report";
import type { Problem } from "../../inputs";
import { cluster, ipBlock, rule } from "../builders";

const evaluation = evaluate(cluster().build());
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
  expect(doubtsOf({ evaluation, concerns: [misspelt, foreign], report })).toEqual(["a policy was not read"]);
});

test.each(["enforced", "partly", "none", "undecided", "unknown"] as const)(
  "enforcement that is %s is a doubt only where it is undecided",
  (state) => {
    expect(doubtsOf({ evaluation, concerns: [], report: { ...report, enforcement: enforcement(state) } })).toEqual(
      state === "undecided" ? ["whether policies are enforced is undecided: the add-on's configuration is not known"] : [],
    );
  },
);

test("pods that are taken to be outside every block, since nothing tells where they are, are a doubt", () => {
  const closed = cluster()
    .namespace("x")
    .deployment("a")
    .policy("p", { ingress: [rule({ peers: [ipBlock("0.0.0.0/0")] })] });
  expect(doubtsOf({ evaluation: evaluate(closed.build()), concerns: [], report })).toEqual([
    "the addresses of 1 workload's pods are not known, and blocks of addresses in policies may hold them",
  ]);
  expect(doubtsOf({ evaluation: evaluate({ ...closed.build(), podCidrs: ["10.0.0.0/8"] }), concerns: [], report })).toEqual([]);
});

test.each(["strict", "warn", "ignore"] as const)(
  "with --unknown %s, a doubt leaves the gate undecided only where that is strict",
  (unknown) => {
    const policy = { failOn: "error", failOnChange: "none", unknown } as const;
    expect(gateResult({ ...nothing, doubts: ["why"] }, policy)).toEqual(
      unknown === "strict" ? { result: "undecided", because: ["why"] } : { result: "passed", because: [] },
    );
  },
);
