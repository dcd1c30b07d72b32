/** A label of which only the form is known is held against selectors as all values it can have would be, in whatever way they are looked up. */
import fc from "fast-check";
import { evaluate, verdict } from "../../engine";
import { unknown } from "../../engine/model";
import type { Labels, LabelSelector, Requirement, UnknownLabel } from "../../engine/model";
import { isNumbered, selects, type Ternary } from "../../engine/selector";
import { cluster, flow, labelled } from "../builders";
import { check } from "../property-runs";

const values = ["db-0", "db-1", "db-2", "db-3", "db-01", "db-", "db", "x-1", "1"];
const anyValues = fc.uniqueArray(fc.constantFrom(...values), { maxLength: 5 });
const anyRequirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ key: fc.constant("k"), operator: fc.constantFrom("In", "NotIn"), values: anyValues }),
  fc.record({ key: fc.constant("k"), operator: fc.constantFrom("Exists", "DoesNotExist") }),
);
const anySelector: fc.Arbitrary<LabelSelector> = fc
  .array(anyRequirement, { minLength: 1, maxLength: 2 })
  .map((matchExpressions) => ({ matchExpressions }));

/** A label with the values it can have; `undefined`: it is not there. */
interface Case {
  readonly label: UnknownLabel;
  readonly completions: readonly (string | undefined)[];
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({ from: fc.nat(2), count: fc.option(fc.integer({ min: 1, max: 2 })), mayBeAbsent: fc.boolean() })
  .map(({ from, count, mayBeAbsent }) => {
    const numbered = { prefix: "db-", from, ...(count === null ? {} : { to: from + count - 1 }) };
    // Without an end, one more than any selector asks for stands for all of them.
    const numbers = Array.from({ length: count ?? 9 }, (_, i) => `db-${String(from + i)}`);
    const label = { ...unknown("which pod"), numbered, ...(mayBeAbsent ? { mayBeAbsent: true as const } : {}) };
    return { label, completions: [...numbers, ...(mayBeAbsent ? [undefined] : [])] };
  });

const labelsWith = (value: string | undefined): Labels => (value === undefined ? {} : { k: value });

/** What all values together say. */
function together(selector: LabelSelector, completions: Case["completions"]): Ternary {
  const answers = new Set(completions.map((value) => selects(selector, labelsWith(value))));
  return answers.size === 1 ? ([...answers][0] as Ternary) : "maybe";
}

describe("a label of which only the form is known", () => {
  test("answers one condition exactly as all of its values do, and several without contradicting any", () => {
    const property = fc.property(anyCase, anySelector, ({ label, completions }, selector) => {
      const answer = selects(selector, { k: label });
      const exact = together(selector, completions);
      expect(selector.matchExpressions?.length === 1 || answer !== "maybe" ? exact : "maybe").toBe(answer);
    });
    check("labels of a known form", 1_000, property);
  });

  test("is grouped and looked up as it answers, beside labels that are known", () => {
    const property = fc.property(fc.array(anyCase, { minLength: 1, maxLength: 3 }), anySelector, anySelector, (cases, subject, peer) => {
      const town = cases.reduce(
        (so, { label }, n) => so.pod(`p${String(n)}`, { labels: { k: label, n: String(n) } }),
        cluster().namespace("x"),
      );
      const built = town
        .pod("client", { labels: { k: "db-1" } })
        .policy("a", { subject, ingress: [] })
        .policy("b", {
          subject: labelled({ k: "db-1" }),
          egress: [{ peers: [{ kind: "pods", namespaces: "own", pods: peer }], ports: "any" }],
        })
        .build();
      const evaluation = evaluate(built);
      cases.forEach(({ label }, n) => {
        const { ingress, egress } = verdict(evaluation, flow(built, "x/client", `x/p${String(n)}`, 80));
        const answers = { yes: "denied", no: "allowed", maybe: "undecided" } as const;
        const lets = { yes: "allowed", no: "denied", maybe: "undecided" } as const;
        expect(ingress.outcome).toBe(answers[selects(subject, { k: label })]);
        expect(egress.outcome).toBe(lets[selects(peer, { k: label })]);
      });
    });
    check("look-ups of labels of a known form", 200, property);
  });

  test.each([
    ["db-0", true],
    ["db-10", true],
    ["db-00", false],
    ["db-", false],
    ["db--1", false],
    ["db-1e1", false],
    ["DB-1", false],
  ])("has the value %s: %s", (text, expected) => {
    expect(isNumbered({ prefix: "db-", from: 0 }, text)).toBe(expected);
  });
});
