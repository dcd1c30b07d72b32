/** A cluster before and after a change, evaluated together: what is said of either is what is said of it alone. */
import fc from "fast-check";
import { diff, type DiffEnd, evaluate, evaluateChange, type Evaluation, reachability, verdict } from "../../engine";
import { workloadKey } from "../../engine/diff/workload-identity";
import { Interpretation } from "../../engine/interpretation";
import type { Cluster, NetworkPolicy, Workload } from "../../engine/model";
import type { Connections } from "../../engine/reachability";
import { IpSet } from "../../engine/sets/ip-set";
import { anyCluster } from "../arbitraries/cluster";
import { anyEdit, edited } from "../arbitraries/edit";
import { anyFlowPick, flowOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, ipBlock, labelled, ownPods, rule } from "../builders";
import { check } from "../property-runs";
import { wholeMap } from "./whole-map";

const features = { tiers: true, hostNetwork: true };
const anyBase = fc.oneof(anyCluster(), anyCluster(features), withUnknowns(anyCluster(features)));

/** The same cluster as another input would hold it: no object is the same, all are written elsewhere, and perhaps in another order. */
function readAgain(cluster: Cluster, isReversed: boolean): Cluster {
  const { workloads, policies, namespaces, clusterPolicies, ...others } = structuredClone(cluster);
  const elsewhere = <T>(objects: readonly T[]): readonly T[] => {
    const moved = objects.map((object, line) => ({ ...object, location: { file: "after.yaml", line } }));
    return isReversed ? moved.toReversed() : moved;
  };
  return {
    ...others,
    workloads: elsewhere(workloads),
    policies: elsewhere(policies),
    namespaces: elsewhere(namespaces),
    clusterPolicies: elsewhere(clusterPolicies),
  };
}

/** A cluster, and what became of it: as it was, after a few edits, or another one altogether. */
const anyChange = fc
  .record({
    base: anyBase,
    edits: fc.array(anyEdit, { maxLength: 4 }),
    other: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyBase }),
    isReversed: fc.boolean(),
  })
  .map(({ base, edits, other, isReversed }) => ({
    before: base,
    after: readAgain(
      edits.reduce((so, edit) => edited(so, base, edit), other ?? base),
      isReversed,
    ),
  }));

test("each cluster's map and verdicts are those of an evaluation of its own, with the places its own objects are written at", () => {
  let shared = 0;
  const property = fc.property(anyChange, fc.array(anyFlowPick, { maxLength: 4 }), fc.boolean(), (clusters, picks, isBeforeAskedFirst) => {
    const both = evaluateChange(clusters.before, clusters.after);
    if (both.before.table === both.after.table) shared++;
    const sides = isBeforeAskedFirst ? (["before", "after"] as const) : (["after", "before"] as const);
    for (const side of sides) {
      const alone = evaluate(clusters[side]);
      expect(wholeMap(both[side])).toEqual(wholeMap(alone));
      for (const pick of picks) {
        const flow = flowOf(clusters[side], pick);
        expect(verdict(both[side], flow)).toEqual(verdict(alone, flow));
      }
    }
  });
  check("changes evaluated at once", 200, property);
  expect(shared).toBeGreaterThan(0);
});

const inText = ({ certain, possible }: Connections): string => `${certain.toString()} ${possible.toString()}`;
const endText = (end: DiffEnd): string => (end.kind === "workload" ? workloadKey(end.workload) : end.addresses.toString());

/** Addresses between which and a workload something differs, put together where the difference is one. */
function joined(entries: readonly (readonly [text: string, addresses: IpSet])[]): readonly string[] {
  const found = new Map<string, IpSet>();
  for (const [text, addresses] of entries) found.set(text, addresses.union(found.get(text) ?? IpSet.none));
  return [...found].flatMap(([text, addresses]) => (addresses.isEmpty ? [] : [`${text} ${addresses.toString()}`])).sort();
}

/** What differs between two clusters, asked pair by pair of evaluations that know nothing of each other. */
function expectedDifferences(
  before: Evaluation,
  after: Evaluation,
): { readonly pairs: readonly string[]; readonly addresses: readonly string[] } {
  const [old, fresh] = [reachability(before), reachability(after)];
  const keys = [...new Set([...before.cluster.workloads, ...after.cluster.workloads].map(workloadKey))];
  const inBoth = (key: string) =>
    [before, after].map((each) => each.cluster.workloads.find((workload) => workloadKey(workload) === key)) as [Workload?, Workload?];
  const all = new Map(keys.map((key) => [key, inBoth(key)]));
  const pairs = keys.flatMap((from) =>
    keys.flatMap((to) => {
      const [[oldFrom, newFrom] = [], [oldTo, newTo] = []] = [all.get(from), all.get(to)];
      const was = oldFrom === undefined || oldTo === undefined ? "none none" : inText(old.between(oldFrom, oldTo));
      const is = newFrom === undefined || newTo === undefined ? "none none" : inText(fresh.between(newFrom, newTo));
      return was === is ? [] : [`${from} ${to}: ${was} → ${is}`];
    }),
  );
  const everywhere = [{ addresses: IpSet.all, connections: undefined }];
  const addresses = keys.flatMap((key) =>
    (["ingress", "egress"] as const).flatMap((direction) => {
      const [was, is] = all.get(key) ?? [];
      return (was === undefined ? everywhere : old.withAddresses(was, direction)).flatMap((one) =>
        (is === undefined ? everywhere : fresh.withAddresses(is, direction)).map((other): readonly [string, IpSet] => {
          const texts = [one, other].map(({ connections }) => (connections === undefined ? "none none" : inText(connections)));
          const common = one.addresses.intersect(other.addresses);
          return [`${direction} ${key}: ${texts.join(" → ")}`, texts[0] === texts[1] ? IpSet.none : common];
        }),
      );
    }),
  );
  return { pairs, addresses: joined(addresses) };
}

test("their diff is that of two evaluations which know nothing of each other", () => {
  const property = fc.property(anyChange, fc.boolean(), fc.boolean(), (clusters, isAlone, isAsked) => {
    const both = isAlone
      ? { before: evaluate(clusters.before), after: evaluate(clusters.after) }
      : evaluateChange(clusters.before, clusters.after);
    if (isAsked) wholeMap(both.before);
    const found = diff(both.before, both.after);
    const expected = expectedDifferences(evaluate(clusters.before), evaluate(clusters.after));
    const isPair = ({ from, to }: (typeof found.connections)[number]): boolean => from.kind === "workload" && to.kind === "workload";
    const lines = found.connections
      .filter(isPair)
      .map(({ from, to, before, after }) => `${endText(from)} ${endText(to)}: ${inText(before)} → ${inText(after)}`);
    expect(lines).toEqual(expected.pairs);
    const outward = found.connections.flatMap(({ from, to, before, after }): readonly (readonly [string, IpSet])[] => {
      const change = `${inText(before)} → ${inText(after)}`;
      if (from.kind === "addresses") return [[`ingress ${endText(to)}: ${change}`, from.addresses]];
      return to.kind === "addresses" ? [[`egress ${endText(from)}: ${change}`, to.addresses]] : [];
    });
    expect(joined(outward)).toEqual(expected.addresses);
    const named = found.connections.flatMap(({ from, to }) => [from, to]).flatMap((end) => (end.kind === "workload" ? [end.workload] : []));
    const gone = new Set(found.workloadsRemoved);
    expect(named.filter((each) => !clusters.after.workloads.includes(each) && !gone.has(each))).toEqual([]);
  });
  check("diff of changes", 250, property);
});

describe("what is worked out for a cluster after a change", () => {
  const names = ["a", "b", "c", "d"];
  const town = names
    .reduce(
      (so, name) =>
        so
          .namespace(name, { team: name })
          .pod(`${name}-web`, { labels: { app: "web" } })
          .pod(`${name}-db`, { labels: { app: "db" } })
          .policy(`${name}-db`, { subject: labelled({ app: "db" }), ingress: [rule({ peers: [ownPods(labelled({ app: "web" }))] })] }),
      cluster(),
    )
    .build();
  const withPolicy = (policy: Partial<NetworkPolicy>): Cluster => ({
    ...town,
    policies: town.policies.map((each, place) => (place === 0 ? { ...each, ...policy } : each)),
  });

  /** How many rows are worked out from the beginning for the diff with what the town becomes. */
  function rowsMadeFor(after: Cluster): { readonly rows: number; readonly differences: number } {
    const both = evaluateChange(town, readAgain(after, true));
    wholeMap(both.before);
    const made = jest.spyOn(Interpretation.prototype, "rowAfter");
    const differences = diff(both.before, both.after).connections.length;
    const rows = made.mock.calls.length;
    made.mockRestore();
    expect(both.after.table).toBe(both.before.table);
    return { rows, differences };
  }

  test("is nothing where it says the same elsewhere and in another order", () => {
    expect(rowsMadeFor(town)).toEqual({ rows: 0, differences: 0 });
  });

  test("is the rows of the pods that a policy selects which says something else, also of addresses that no policy spoke of", () => {
    const opened = withPolicy({ ingress: [rule({ peers: [ipBlock("192.0.2.0/24")] })] });
    // No pod has an address here: the pods beside it get in no more, and the block gets in.
    expect(rowsMadeFor(opened)).toEqual({ rows: 1, differences: 2 });
  });

  test("is no row where a pod is like another, or a namespace gets other labels", () => {
    const [web] = town.workloads;
    expect(rowsMadeFor({ ...town, workloads: [...town.workloads, { ...(web as Workload), name: "a-web-2" }] }).rows).toBe(0);
    const namespaces = town.namespaces.map((each) => ({ ...each, labels: { ...each.labels, team: "other" } }));
    expect(rowsMadeFor({ ...town, namespaces })).toEqual({ rows: 0, differences: 0 });
  });

  test("is everything where most is different", () => {
    const renamed = { ...town, nodes: [{ name: "node", labels: {}, addresses: ["192.0.2.1"] }] };
    const both = evaluateChange(town, renamed);
    expect(both.after.table).not.toBe(both.before.table);
    expect(diff(both.before, both.after).connections.map(({ kind }) => kind)).toEqual(names.map(() => "added"));
  });
});

test("where hundreds of pods are closed at once, each pair that is cut off is named", () => {
  const names = Array.from({ length: 150 }, (_, at) => `n${String(at)}`);
  const open = names
    .reduce(
      (so, name) =>
        so
          .namespace(name)
          .pod(`${name}-pod`)
          .policy(`${name}-out`, { egress: [rule()] }),
      cluster(),
    )
    .build();
  const denials = names.map((namespace): NetworkPolicy => ({ namespace, name: "deny", subject: {}, ingress: [] }));
  const clusters = { before: open, after: { ...open, policies: [...open.policies, ...denials] } };
  const both = evaluateChange(clusters.before, clusters.after);
  expect(both.after.table).toBe(both.before.table);
  const found = diff(both.before, both.after).connections;
  const removed = found.filter(({ kind, from, to }) => kind === "removed" && from.kind === "workload" && to.kind === "workload");
  expect(removed).toHaveLength(150 * 149);
  expect(found).toHaveLength(150 * 149 + 150);
});
