import fc from "fast-check";
import { fingerprintSource, lint, type LintResult } from "../../../engine/lint";
import type { Endpoint, Outcome } from "../../../engine/model";
import { verdict } from "../../../engine/verdict";
import { check } from "../../property-runs";
import { evaluated } from "./lint-yaml";
import { input } from "./random-input";

/** What the witness of a rule shows. */
const shows: Readonly<Record<string, Outcome>> = {
  NP101: "denied",
  NP102: "allowed",
  NP103: "allowed",
  NP106: "denied",
  NP107: "denied",
  NP110: "allowed",
  NP201: "allowed",
  NP204: "allowed",
  NP205: "allowed",
  NP207: "allowed",
  NP301: "denied",
  NP302: "allowed",
  NP303: "allowed",
  NP304: "allowed",
};

describe("on random policies", () => {
  const met = new Map<string, number>();

  test("every witness is what the engine says of it, no rule breaks, and findings have fingerprints of their own", () => {
    check(
      "witnesses of findings",
      120,
      fc.property(input, (objects) => {
        const evaluation = evaluated(objects);
        const { results } = lint({ evaluation, changes: [], objects });
        const isPresent = (end: Endpoint): boolean => end.kind === "address" || evaluation.cluster.workloads.includes(end.workload);
        const prove = ({ rule, witness }: LintResult): void => {
          if (witness === undefined) return;
          met.set(rule.code, (met.get(rule.code) ?? 0) + 1);
          expect([rule.code, witness.verdict.outcome]).toEqual([rule.code, shows[rule.code]]);
          const { from, to } = witness.flow;
          if (isPresent(from) && isPresent(to)) expect(verdict(evaluation, witness.flow)).toEqual(witness.verdict);
        };
        results.forEach(prove);
        expect(results.filter(({ rule }) => rule.code === "NP900")).toEqual([]);
        expect(new Set(results.map(fingerprintSource)).size).toBe(results.length);
      }),
    );
    expect([...met.keys()].sort()).toEqual(
      expect.arrayContaining(["NP103", "NP107", "NP110", "NP201", "NP204", "NP205", "NP207", "NP301", "NP302", "NP304"]),
    );
  });
});
