import fc from "fast-check";
import { evaluate, reachability, update, verdict } from "../../engine";
import { type Cluster, type NetworkPolicy, shown, type Workload } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { anyFlowPick, flowOf } from "../arbitraries/flow";
import { cluster, labelled, ownPods, rule, tcp } from "../builders";
import { check } from "../property-runs";

const nameOf = ({ namespace, name }: Workload): string => `${shown(namespace)}/${shown(name)}`;

/** Everything there is to say about pairs and addresses. */
function map(evaluation: ReturnType<typeof evaluate>): readonly string[] {
  const all = reachability(evaluation);
  const lines = evaluation.cluster.workloads.flatMap((from) => [
    ...all
      .from(from)
      .flatMap(({ to, connections }) =>
        to.map((each) => `${nameOf(from)} ${nameOf(each)} ${connections.certain.toString()} ${connections.possible.toString()}`),
      ),
    ...(["ingress", "egress"] as const).flatMap((direction) =>
      all
        .withAddresses(from, direction)
        .map(({ addresses, connections }) => `${nameOf(from)} ${direction} ${addresses.toString()} ${connections.possible.toString()}`),
    ),
  ]);
  return [...lines].sort();
}

/** An edit of the policies: some taken out, some put in, some exchanged. */
const anyEdit = fc.record({
  removed: fc.array(fc.nat(9), { maxLength: 3 }),
  added: anyCluster({ tiers: true }),
  at: fc.nat(9),
  reversed: fc.boolean(),
});
type Edit = typeof anyEdit extends fc.Arbitrary<infer T> ? T : never;

function edited(base: Cluster, { removed, added, at, reversed }: Edit): Cluster {
  const kept = base.policies.filter((_, place) => !removed.includes(place));
  const fresh = added.policies.slice(0, 3).map((policy, n): NetworkPolicy => ({ ...policy, name: `new${String(n)}` }));
  const policies = [...kept.slice(0, at), ...fresh, ...kept.slice(at)];
  const clusterPolicies = at % 2 === 0 ? base.clusterPolicies : added.clusterPolicies;
  return { ...base, policies: reversed ? policies.toReversed() : policies, clusterPolicies };
}

test("after an edit, everything is as if evaluated afresh", () => {
  const property = fc.property(
    anyCluster({ tiers: true, hostNetwork: true }),
    fc.array(anyEdit, { minLength: 1, maxLength: 3 }),
    fc.array(anyFlowPick, { maxLength: 4 }),
    (base, edits, picks) => {
      let evaluation = evaluate(base);
      for (const edit of edits) {
        map(evaluation);
        const next = edited(evaluation.cluster, edit);
        const updated = update(evaluation, next);
        const fresh = evaluate(next);
        expect(map(updated)).toEqual(map(fresh));
        for (const pick of picks) expect(verdict(updated, flowOf(next, pick))).toEqual(verdict(fresh, flowOf(next, pick)));
        evaluation = updated;
      }
    },
  );
  check("updates", 80, property);
});

test("the evaluation before keeps its answers", () => {
  const property = fc.property(anyCluster({ tiers: true }), anyEdit, (base, edit) => {
    const before = evaluate(base);
    const answers = map(before);
    map(update(before, edited(base, edit)));
    expect(map(before)).toEqual(answers);
  });
  check("updates leave the past alone", 40, property);
});

describe("what an update computes again", () => {
  const town = cluster()
    .namespace("shop")
    .pod("web", { labels: { app: "web" } })
    .pod("db", { labels: { app: "db" } })
    .policy("deny", { subject: labelled({ app: "db" }), ingress: [] })
    .policy("web", { subject: labelled({ app: "web" }), ingress: [rule({ peers: [ownPods(labelled({ app: "db" }))] })] });
  const before = town.build();
  const evaluation = evaluate(before);

  test("is little where the edit looks at nothing new", () => {
    const opened: NetworkPolicy = {
      ...(before.policies[0] as NetworkPolicy),
      ingress: [rule({ peers: [ownPods(labelled({ app: "web" }))], ports: [tcp(5432)] })],
    };
    const after = update(evaluation, { ...before, policies: [opened, before.policies[1] as NetworkPolicy] });
    expect(after.universe).toBe(evaluation.universe);
    const [web, db] = before.workloads as [Workload, Workload];
    expect(reachability(after).between(web, db).certain.toString()).toBe("TCP 5432");
    expect(reachability(evaluation).between(web, db).certain.toString()).toBe("none");
  });

  test("is what a source sends, where only its own policy changed after all pairs were asked for", () => {
    const open: NetworkPolicy = {
      ...(before.policies[0] as NetworkPolicy),
      ingress: [rule({ peers: [ownPods(labelled({ app: "web" }))] })],
    };
    const out: NetworkPolicy = { namespace: "shop", name: "out", subject: labelled({ app: "web" }), egress: [] };
    const closed = { ...before, policies: [open, out] };
    const shut = evaluate(closed);
    const answers = map(shut);
    const [web, db] = before.workloads as [Workload, Workload];
    const sending: NetworkPolicy = { ...out, egress: [rule({ peers: [ownPods(labelled({ app: "db" }))], ports: [tcp(5432)] })] };
    const after = update(shut, { ...before, policies: [open, sending] });
    const toDb = reachability(after)
      .from(web)
      .filter(({ to }) => to.includes(db));
    expect(toDb.map(({ connections }) => connections.certain.toString())).toEqual(["TCP 5432"]);
    expect(map(shut)).toEqual(answers);
  });

  test("is everything where it tells pods apart that were alike", () => {
    const other = town.policy("new", { subject: labelled({ tier: "front" }), ingress: [] }).build();
    const after = update(evaluation, { ...before, policies: other.policies });
    expect(after.universe).not.toBe(evaluation.universe);
  });
});
