/** Edits of pods, namespaces and policies, one after the other: what an update says is what a fresh evaluation says. */
import fc from "fast-check";
import { evaluate, update, verdict } from "../../engine";
import type { Cluster, NetworkPolicy, Workload } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { anyEdit, edited } from "../arbitraries/edit";
import { anyFlowPick, flowOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, labelled, ownPods, podsIn, rule } from "../builders";
import { Interpretation } from "../../engine/interpretation";
import { check } from "../property-runs";
import { wholeMap } from "./whole-map";

const features = { tiers: true, hostNetwork: true };

test("after edits of any kind, one upon the other, everything is as if evaluated afresh", () => {
  const clusters = fc.oneof(anyCluster(), anyCluster(features), withUnknowns(anyCluster(features)));
  let reused = 0;
  const property = fc.property(
    clusters,
    fc.array(anyEdit, { minLength: 1, maxLength: 6 }),
    fc.array(anyFlowPick, { maxLength: 4 }),
    fc.boolean(),
    (base, edits, picks, isAskedBetween) => {
      let evaluation = evaluate(base);
      wholeMap(evaluation);
      for (const edit of edits) {
        const next = edited(evaluation.cluster, base, edit);
        const updated = update(evaluation, next);
        if (updated.table === evaluation.table && updated.universe !== evaluation.universe) reused++;
        evaluation = updated;
        if (!isAskedBetween && edit !== edits.at(-1)) continue;
        const fresh = evaluate(next);
        expect(wholeMap(updated)).toEqual(wholeMap(fresh));
        for (const pick of picks) expect(verdict(updated, flowOf(next, pick))).toEqual(verdict(fresh, flowOf(next, pick)));
      }
    },
  );
  check("updates of everything", 250, property);
  expect(reused).toBeGreaterThan(50);
});

test("the evaluation before keeps its answers", () => {
  const property = fc.property(anyCluster(features), anyEdit, anyEdit, (base, one, other) => {
    const before = evaluate(base);
    const answers = wholeMap(before);
    const next = edited(base, base, one);
    const updated = update(before, next);
    const afterwards = update(updated, edited(next, base, other));
    wholeMap(afterwards);
    expect(wholeMap(updated)).toEqual(wholeMap(evaluate(next)));
    expect(wholeMap(before)).toEqual(answers);
  });
  check("updates of everything leave the past alone", 80, property);
});

describe("what an update computes again", () => {
  const names = ["a", "b", "c", "d"];
  const town = names
    .reduce(
      (so, name) =>
        so
          .namespace(name, { team: name })
          .pod(`${name}-web`, { labels: { app: "web" } })
          .pod(`${name}-db`, { labels: { app: "db" } })
          .policy(`${name}-own`, { subject: labelled({ app: "db" }), ingress: [rule({ peers: [ownPods(labelled({ app: "web" }))] })] })
          .policy(`${name}-next`, { subject: labelled({ app: "web" }), ingress: [rule({ peers: [podsIn(labelled({ team: "a" }))] })] }),
      cluster(),
    )
    .build();
  const named = (within: Cluster, name: string): Workload => within.workloads.find((each) => each.name === name) as Workload;

  /** How many rows are worked out from the beginning until the whole map is known. */
  function rowsMadeFor(next: Cluster): number {
    const evaluation = evaluate(town);
    wholeMap(evaluation);
    const made = jest.spyOn(Interpretation.prototype, "rowAfter");
    const updated = update(evaluation, next);
    const answers = wholeMap(updated);
    const count = made.mock.calls.length;
    made.mockRestore();
    expect(answers).toEqual(wholeMap(evaluate(next)));
    expect(updated.table).toBe(evaluation.table);
    return count;
  }
  const withWorkloads = (workloads: readonly Workload[]): Cluster => ({ ...town, workloads });
  const everyOther = town.workloads.filter(({ name }) => name !== "a-db");

  test("is every row at first, two for each kind of pod", () => {
    const made = jest.spyOn(Interpretation.prototype, "rowAfter");
    wholeMap(evaluate(town));
    expect(made).toHaveBeenCalledTimes(9);
    made.mockRestore();
  });

  test("is no row where a pod goes, or becomes like another", () => {
    expect(rowsMadeFor(withWorkloads(everyOther))).toBe(0);
    expect(rowsMadeFor(withWorkloads([...everyOther, { ...named(town, "a-db"), labels: { app: "web" } }]))).toBe(0);
  });

  test("is one row where a pod comes that is like no other", () => {
    const stranger = { ...named(town, "a-db"), name: "stranger", labels: { app: "other" } };
    expect(rowsMadeFor(withWorkloads([...town.workloads, stranger]))).toBe(1);
  });

  test("is no row where a namespace gets other labels: the rows that are there change in a few places", () => {
    const namespaces = town.namespaces.map((each) => (each.name === "b" ? { ...each, labels: { ...each.labels, team: "a" } } : each));
    expect(rowsMadeFor({ ...town, namespaces })).toBe(0);
  });

  test("is the rows of one policy's pods where it looks at a label that none looked at", () => {
    const [first] = town.policies as [NetworkPolicy];
    const extra: NetworkPolicy = { ...first, name: "extra", subject: labelled({ app: "web", tier: "front" }) };
    expect(rowsMadeFor({ ...town, policies: [...town.policies, extra] })).toBe(0);
    const web = { ...named(town, "a-web"), labels: { app: "web", tier: "front" } };
    const workloads = town.workloads.map((each) => (each.name === "a-web" ? web : each));
    expect(rowsMadeFor({ ...town, workloads, policies: [...town.policies, extra] })).toBe(1);
  });
});
