/** Edits of pods, namespaces and policies, one after the other: what an update says is what a fresh evaluation says. */
import fc from "fast-check";
import { evaluate, type Evaluation, reachability, update, verdict } from "../../engine";
import { type Cluster, isUnknown, type Labels, type Namespace, type NetworkPolicy, type Workload } from "../../engine/model";
import { labelKeys, labelValues } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { anyFlowPick, flowOf, pickOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, labelled, ownPods, podsIn, rule } from "../builders";
import { Interpretation } from "../../engine/interpretation";
import { check } from "../property-runs";

const features = { tiers: true, hostNetwork: true };

/** Everything there is to say about pairs and addresses. */
function map(evaluation: Evaluation): readonly string[] {
  const all = reachability(evaluation);
  const nameOf = ({ namespace, name }: Workload): string => JSON.stringify([namespace, name]);
  return evaluation.cluster.workloads
    .flatMap((from) => [
      ...all
        .from(from)
        .flatMap(({ to, connections: { certain, possible } }) =>
          to.map((each) => `${nameOf(from)} ${nameOf(each)} ${certain.toString()} ${possible.toString()}`),
        ),
      ...(["ingress", "egress"] as const).flatMap((direction) =>
        all
          .withAddresses(from, direction)
          .map(
            ({ addresses, connections: { certain, possible } }) =>
              `${nameOf(from)} ${direction} ${addresses.toString()} ${certain.toString()} ${possible.toString()}`,
          ),
      ),
    ])
    .sort();
}

/** One edit; `other` is a cluster to take new objects from. */
const anyEdit = fc.record({
  kind: fc.constantFrom("come", "go", "relabel", "repod", "namespace", "describe", "policy", "policies", "back" as const),
  index: fc.nat(999),
  second: fc.nat(999),
  key: fc.constantFrom(...labelKeys, "new"),
  value: fc.option(fc.constantFrom(...labelValues, "new"), { nil: undefined }),
  other: fc.oneof(anyCluster(features), withUnknowns(anyCluster(features))),
});
type Edit = typeof anyEdit extends fc.Arbitrary<infer T> ? T : never;

const exchanged = <T>(list: readonly T[], index: number, change: (object: T) => T): readonly T[] =>
  list.map((each, place) => (place === index % list.length ? change(each) : each));

function relabelled(labels: Labels, { key, value }: Edit): Labels {
  const others = Object.fromEntries(Object.entries(labels).filter(([each]) => each !== key));
  return value === undefined ? others : { ...others, [key]: value };
}

let serial = 0;
/** New objects have names of their own, and addresses no other pod has. */
const renamed = ({ pods, ...workload }: Workload): Workload => ({
  ...workload,
  name: `new-${String(++serial)}`,
  ...(pods === undefined ? {} : { pods: [] }),
});

function edited(cluster: Cluster, origin: Cluster, edit: Edit): Cluster {
  const { kind, index, second, other } = edit;
  const { workloads, namespaces, policies } = cluster;
  switch (kind) {
    case "come":
      return { ...cluster, workloads: [...workloads, ...[index, second].map((pick) => renamed(pickOf(other.workloads, pick)))] };
    case "go":
      return workloads.length < 3 ? cluster : { ...cluster, workloads: workloads.filter((_, place) => place % 3 !== index % 3) };
    case "relabel":
      return { ...cluster, workloads: exchanged(workloads, index, (each) => ({ ...each, labels: relabelled(each.labels, edit) })) };
    case "repod":
      return {
        ...cluster,
        workloads: exchanged(workloads, index, ({ pods, ...each }) => ({
          ...each,
          ...(pods === undefined ? { replicas: 2 } : { pods: pods.slice(1) }),
        })),
      };
    case "namespace":
      return { ...cluster, namespaces: exchanged(namespaces, index, (each) => ({ ...each, labels: relabelled(each.labels, edit) })) };
    case "describe":
      return { ...cluster, namespaces: index % 2 === 0 ? namespaces.slice(1) : origin.namespaces };
    case "policy":
      return { ...cluster, policies: [...policies.slice(0, second % 4), newPolicy(namespaces, edit), ...policies.slice(second % 4)] };
    case "policies":
      return {
        ...cluster,
        policies: [...other.policies.slice(0, 2), ...policies.slice(1)],
        clusterPolicies: index % 2 === 0 ? cluster.clusterPolicies : other.clusterPolicies,
      };
    case "back":
      return origin;
  }
}

/** A policy that looks at a label and at a port that perhaps none looked at. */
function newPolicy(namespaces: readonly Namespace[], { index, key, value, second }: Edit): NetworkPolicy {
  const name = namespaces.length === 0 ? "a" : pickOf(namespaces, index).name;
  const selector = value === undefined ? { matchExpressions: [{ key, operator: "Exists" as const }] } : { matchLabels: { [key]: value } };
  const peer = { kind: "pods" as const, namespaces: second % 2 === 0 ? ("own" as const) : {}, pods: selector };
  const ports = second % 3 === 0 ? ("any" as const) : [{ kind: "named" as const, name: second % 3 === 1 ? "web" : "ssh" }];
  const rules = [{ peers: [peer], ports }];
  return {
    namespace: isUnknown(name) ? "a" : name,
    name: `new-${String(++serial)}`,
    subject: index % 2 === 0 ? {} : selector,
    ingress: rules,
    ...(index % 3 === 0 ? { egress: rules } : {}),
  };
}

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
      map(evaluation);
      for (const edit of edits) {
        const next = edited(evaluation.cluster, base, edit);
        const updated = update(evaluation, next);
        if (updated.table === evaluation.table && updated.universe !== evaluation.universe) reused++;
        evaluation = updated;
        if (!isAskedBetween && edit !== edits.at(-1)) continue;
        const fresh = evaluate(next);
        expect(map(updated)).toEqual(map(fresh));
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
    const answers = map(before);
    const next = edited(base, base, one);
    const updated = update(before, next);
    const afterwards = update(updated, edited(next, base, other));
    map(afterwards);
    expect(map(updated)).toEqual(map(evaluate(next)));
    expect(map(before)).toEqual(answers);
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
    map(evaluation);
    const made = jest.spyOn(Interpretation.prototype, "rowAfter");
    const updated = update(evaluation, next);
    const answers = map(updated);
    const count = made.mock.calls.length;
    made.mockRestore();
    expect(answers).toEqual(map(evaluate(next)));
    expect(updated.table).toBe(evaluation.table);
    return count;
  }
  const withWorkloads = (workloads: readonly Workload[]): Cluster => ({ ...town, workloads });
  const everyOther = town.workloads.filter(({ name }) => name !== "a-db");

  test("is every row at first, two for each kind of pod", () => {
    const made = jest.spyOn(Interpretation.prototype, "rowAfter");
    map(evaluate(town));
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
