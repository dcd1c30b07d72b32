/** What a label change does is what a fresh evaluation of the changed cluster says, pair by pair and policy by policy. */
import fc from "fast-check";
import { evaluate, IpSet, reachability, verdict } from "../../engine";
import type { Connections, Reachability } from "../../engine";
import type { DiffEnd } from "../../engine/diff/diff";
import { type LabelChange, relabelled } from "../../engine/what-if/label-change";
import type { LabelDifference } from "../../engine/what-if/label-differences";
import { type Cluster, type LabelSelector, shown, type Workload } from "../../engine/model";
import { parseAddress } from "../../engine/sets/ip-set";
import { whatIf } from "../../engine/what-if/what-if";
import { labelKeys, labelValues } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { anyFlowPick, boundaryAddresses, flowOf, pickOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, clusterRule, flow, labelled, ownPods, podsIn, rule, tcp } from "../builders";
import { flowIn } from "../reference/completions";
import { referenceOutcome } from "../reference/evaluator";
import { namespaceLabels, selects } from "../reference/matching";
import { check } from "../property-runs";

const features = { tiers: true, hostNetwork: true };

/** A random label of a random workload or namespace that is added, changed or removed. */
const anyChange = fc.record({
  kind: fc.constantFrom("workload" as const, "namespace" as const),
  index: fc.nat(999),
  key: fc.constantFrom(...labelKeys),
  value: fc.option(fc.constantFrom(...labelValues), { nil: undefined }),
});

function changeOf(within: Cluster, { kind, index, key, value }: typeof anyChange extends fc.Arbitrary<infer T> ? T : never): LabelChange {
  const name = pickOf(within.namespaces, index).name;
  const on =
    kind === "workload"
      ? { kind, workload: pickOf(within.workloads, index) }
      : { kind, name: typeof name === "string" ? name : name.because };
  return { on, key, ...(value === undefined ? {} : { value }) };
}

const inWords = ({ certain, possible }: Connections): string => `${certain.toString()} | ${possible.toString()}`;

describe("on random clusters", () => {
  test("exactly the pairs that a fresh evaluation answers otherwise are reported, workloads and addresses", () => {
    const clusters = fc.oneof(anyCluster(features), withUnknowns(anyCluster(features)));
    const property = fc.property(clusters, anyChange, (drawn, pick) => {
      const change = changeOf(drawn, pick);
      const { connections } = whatIf(evaluate(drawn), change);
      const changed = relabelled(drawn, change).cluster;
      const [old, fresh] = [reachability(evaluate(drawn)), reachability(evaluate(changed))];
      expect(reportedPairs(connections)).toEqual(differentPairs(drawn, changed, old, fresh));
      expect(reportedAddresses(drawn, changed, connections)).toEqual(differentAddresses(drawn, changed, old, fresh));
    });
    check("what-if, pair by pair", 150, property);
  });

  test("the reference answers a flow otherwise only where connections differ", () => {
    const picks = fc.array(anyFlowPick, { minLength: 8, maxLength: 8 });
    const property = fc.property(anyCluster({ tiers: true }), anyChange, picks, (drawn, pick, flows) => {
      const change = changeOf(drawn, pick);
      const { after } = whatIf(evaluate(drawn), change);
      for (const asked of flows.map((each) => flowOf(drawn, each))) {
        const now = flowIn(after.cluster, drawn, asked);
        expect(verdict(after, now).outcome).toBe(referenceOutcome(after.cluster, now));
      }
    });
    check("what-if, against the reference", 100, property);
  });

  test("the effects are those of the selectors, asked one by one", () => {
    const property = fc.property(anyCluster({ tiers: true }), anyChange, (drawn, pick) => {
      const change = changeOf(drawn, pick);
      const { effects } = whatIf(evaluate(drawn), change);
      const changed = relabelled(drawn, change).cluster;
      const found = effects.map(({ policy, direction, peer, workload, before, after }) => {
        const place = peer === undefined ? "subject" : `${String(peer.rule)}/${String(peer.peer)}`;
        return `${shown(policy.name)} ${direction} ${place} ${shown(workload.name)} ${before}-${after}`;
      });
      expect(found.sort()).toEqual(expectedEffects(drawn, changed));
    });
    check("what-if, effects", 150, property);
  });
});

const nameOf = (end: DiffEnd): string => (end.kind === "workload" ? JSON.stringify(end.workload.name) : end.addresses.IPv4.toString());

const reportedPairs = (connections: readonly LabelDifference[]): readonly string[] =>
  connections
    .filter(({ from, to }) => from.kind === "workload" && to.kind === "workload")
    .map(({ from, to, before, after }) => `${nameOf(from)} ${nameOf(to)}: ${inWords(before)} -> ${inWords(after)}`)
    .sort();

/** Workloads keep their places when labels change, so that they are told by place. */
function differentPairs(drawn: Cluster, changed: Cluster, old: Reachability, fresh: Reachability): readonly string[] {
  return drawn.workloads
    .flatMap((from, i) =>
      drawn.workloads.map((to, j) => ({
        pair: `${JSON.stringify(from.name)} ${JSON.stringify(to.name)}`,
        was: inWords(old.between(from, to)),
        is: inWords(fresh.between(changed.workloads[i] as Workload, changed.workloads[j] as Workload)),
      })),
    )
    .filter(({ was, is }) => was !== is)
    .map(({ pair, was, is }) => `${pair}: ${was} -> ${is}`)
    .sort();
}

interface Probe {
  readonly workload: number;
  readonly address: string;
  readonly isOutward: boolean;
}

const probesOf = (drawn: Cluster): readonly Probe[] =>
  drawn.workloads.flatMap((_, workload) =>
    boundaryAddresses(drawn).flatMap((address) => [true, false].map((isOutward) => ({ workload, address, isOutward }))),
  );

const probeName = (drawn: Cluster, { workload, address, isOutward }: Probe): string =>
  `${JSON.stringify(drawn.workloads[workload]?.name)} ${isOutward ? "to" : "from"} ${address}`;

function reportedAddresses(drawn: Cluster, changed: Cluster, connections: readonly LabelDifference[]): readonly string[] {
  return probesOf(drawn).flatMap((probe) => {
    const workload = changed.workloads[probe.workload];
    return connections
      .filter(({ from, to }) => {
        const [end, other] = probe.isOutward ? [from, to] : [to, from];
        return (
          end.kind === "workload" &&
          end.workload.name === workload?.name &&
          other.kind === "addresses" &&
          other.addresses.contains(parseAddress(probe.address))
        );
      })
      .map(({ before, after }) => `${probeName(drawn, probe)}: ${inWords(before)} -> ${inWords(after)}`);
  });
}

function differentAddresses(drawn: Cluster, changed: Cluster, old: Reachability, fresh: Reachability): readonly string[] {
  const entries = (reach: Reachability, { workloads }: Cluster) =>
    workloads.map((workload) => ({ egress: reach.withAddresses(workload, "egress"), ingress: reach.withAddresses(workload, "ingress") }));
  const [before, after] = [entries(old, drawn), entries(fresh, changed)];
  const answer = (within: typeof before, { workload, address, isOutward }: Probe): string =>
    (within[workload]?.[isOutward ? "egress" : "ingress"] ?? [])
      .filter(({ addresses }) => addresses.contains(parseAddress(address)))
      .map(({ connections }) => inWords(connections))
      .join();
  return probesOf(drawn).flatMap((probe) => {
    const [was, is] = [answer(before, probe), answer(after, probe)];
    return was === is ? [] : [`${probeName(drawn, probe)}: ${was} -> ${is}`];
  });
}

/** What every selector of every policy says about every workload, before and after, where the two differ. */
function expectedEffects(drawn: Cluster, changed: Cluster): readonly string[] {
  const places = [...drawn.policies, ...drawn.clusterPolicies].flatMap((policy) => selectorPlaces(policy));
  return places
    .flatMap(({ name, isSelected }) =>
      drawn.workloads.map((workload, index) => {
        const [was, is] = [isSelected(drawn, workload), isSelected(changed, changed.workloads[index] as Workload)];
        return was === is ? "" : `${name} ${shown(workload.name)} ${was ? "yes-no" : "no-yes"}`;
      }),
    )
    .filter((line) => line !== "")
    .sort();
}

interface SelectorPlace {
  readonly name: string;
  readonly isSelected: (within: Cluster, workload: Workload) => boolean;
}

function selectorPlaces(policy: Cluster["policies"][number] | Cluster["clusterPolicies"][number]): readonly SelectorPlace[] {
  const own = "namespace" in policy ? policy.namespace : undefined;
  const selected =
    (namespaces: LabelSelector | "own", pods: LabelSelector): SelectorPlace["isSelected"] =>
    (within, workload) =>
      selects(pods, workload.labels) &&
      (namespaces === "own" ? workload.namespace === own : selects(namespaces, namespaceLabels(within, workload)));
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const rules = policy[direction];
    // A NetworkPolicy without rules isolates; a cluster-wide one says nothing.
    if (rules === undefined || ("tier" in policy && rules.length === 0)) return [];
    const subject = "tier" in policy ? selected(policy.subject.namespaces, policy.subject.pods) : selected("own", policy.subject);
    const peers = rules.flatMap((each, r) => {
      // A rule with a peer nobody knows fails closed as a whole: its peers match nothing of their own.
      if (each.peers === "any" || each.peers.some(({ kind }) => kind === "unsupported")) return [];
      return each.peers.flatMap((peer, p) =>
        peer.kind === "pods"
          ? [{ name: `${shown(policy.name)} ${direction} ${String(r)}/${String(p)}`, isSelected: selected(peer.namespaces, peer.pods) }]
          : [],
      );
    });
    return [{ name: `${shown(policy.name)} ${direction} subject`, isSelected: subject }, ...peers];
  });
}

describe("a label", () => {
  const shop = cluster()
    .namespace("shop", { team: "blue" })
    .pod("web", { labels: { app: "web" } })
    .pod("db", { labels: { app: "db" } })
    .policy("guard-db", {
      subject: labelled({ app: "db" }),
      ingress: [rule({ peers: [ownPods(labelled({ role: "client" }))], ports: [tcp(5432)] })],
    })
    .namespace("other")
    .pod("job");
  const town = shop.build();
  const pod = (name: string): Workload => town.workloads.find((each) => each.name === name) as Workload;

  test("that is added lets a pod in", () => {
    const { connections, effects, trustedBy } = whatIf(evaluate(town), {
      on: { kind: "workload", workload: pod("web") },
      key: "role",
      value: "client",
    });
    expect(connections.map(({ kind, from, to, opened }) => [kind, nameOf(from), nameOf(to), opened.toString()])).toEqual([
      ["added", '"web"', '"db"', "TCP 5432"],
    ]);
    expect(effects).toMatchObject([
      { policy: { name: "guard-db" }, direction: "ingress", peer: { rule: 0, peer: 0 }, before: "no", after: "yes" },
    ]);
    expect(trustedBy).toMatchObject([{ policy: { name: "guard-db" }, direction: "ingress", rule: 0, peer: 0 }]);
  });

  test("that is changed takes a pod out of a policy, and opens it to everyone", () => {
    const { connections, effects } = whatIf(evaluate(town), { on: { kind: "workload", workload: pod("db") }, key: "app", value: "db-2" });
    expect(effects).toMatchObject([{ policy: { name: "guard-db" }, direction: "ingress", before: "yes", after: "no" }]);
    expect(effects[0]).not.toHaveProperty("peer");
    const opened = connections.filter(({ opened: each }) => each.isAll);
    expect(opened.map(({ from, to }) => `${nameOf(from)} ${nameOf(to)}`)).toEqual(expect.arrayContaining(['"web" "db"', '"job" "db"']));
    expect(opened.some(({ from }) => from.kind === "addresses" && IpSet.all.isSubsetOf(from.addresses))).toBe(true);
  });

  test("that no policy looks at changes nothing", () => {
    const result = whatIf(evaluate(town), { on: { kind: "workload", workload: pod("web") }, key: "note", value: "x" });
    expect([result.connections, result.effects, result.trustedBy]).toEqual([[], [], []]);
  });

  test("of a namespace moves all of its pods", () => {
    const guarded = shop
      .clusterPolicy("wall", {
        ingress: [clusterRule("Deny", [podsIn(labelled({ team: "blue" }))])],
        subject: { namespaces: labelled({ "kubernetes.io/metadata.name": "other" }), pods: {} },
      })
      .build();
    const { connections, effects } = whatIf(evaluate(guarded), { on: { kind: "namespace", name: "shop" }, key: "team" });
    expect(effects.map(({ workload, before, after }) => [workload.name, before, after])).toEqual([
      ["web", "yes", "no"],
      ["db", "yes", "no"],
    ]);
    expect(connections.map(({ kind, from, to }) => [kind, nameOf(from), nameOf(to)])).toEqual([
      ["added", '"web"', '"job"'],
      ["added", '"db"', '"job"'],
    ]);
  });

  test("of something that is not there is refused, as is the name of a namespace", () => {
    const evaluation = evaluate(town);
    const stranger = { ...pod("web") };
    expect(() => whatIf(evaluation, { on: { kind: "workload", workload: stranger }, key: "a" })).toThrow(
      "workload `web` is not part of the cluster",
    );
    expect(() => whatIf(evaluation, { on: { kind: "namespace", name: "nowhere" }, key: "a" })).toThrow(
      "namespace `nowhere` is not described",
    );
    expect(() => whatIf(evaluation, { on: { kind: "namespace", name: "shop" }, key: "kubernetes.io/metadata.name", value: "x" })).toThrow(
      "is set by the API server",
    );
    expect(flow(town, "shop/web", "shop/db").port).toBe(80);
  });
});
