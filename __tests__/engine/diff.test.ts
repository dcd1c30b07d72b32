import fc from "fast-check";
import { evaluate, type Reachability, reachability } from "../../engine";
import { diff, type DiffEnd } from "../../engine/diff/diff";
import { type Cluster, type Endpoint, shown, type Workload } from "../../engine/model";
import { workloadKey } from "../../engine/diff/workload-identity";
import { IpSet } from "../../engine/sets/ip-set";
import { anyCluster } from "../arbitraries/cluster";
import { boundaryAddresses } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, rule } from "../builders";
import { check } from "../property-runs";

const nameOf = ({ namespace, name }: Workload): string => `${shown(namespace)}/${shown(name)}`;

/** The same workloads under the policies of both: what differs is due to policies alone. */
const withPoliciesOf = (base: Cluster, other: Cluster): Cluster => ({
  ...base,
  policies: other.policies,
  clusterPolicies: other.clusterPolicies,
});

const named = (end: DiffEnd): string => (end.kind === "workload" ? nameOf(end.workload) : end.addresses.toString());

test("every pair of workloads that differs is there, and no other", () => {
  const property = fc.property(anyCluster({ tiers: true }), anyCluster({ tiers: true }), (base, other) => {
    const [before, after] = [base, withPoliciesOf(base, other)].map((each) => evaluate(each)) as [
      ReturnType<typeof evaluate>,
      ReturnType<typeof evaluate>,
    ];
    const [old, fresh] = [reachability(before), reachability(after)];
    const expected = base.workloads.flatMap((from) =>
      base.workloads.flatMap((to) => {
        const [was, is] = [old.between(from, to), fresh.between(from, to)];
        const same = was.certain.equals(is.certain) && was.possible.equals(is.possible);
        return same
          ? []
          : [
              `${nameOf(from)} ${nameOf(to)} +${is.possible.subtract(was.possible).toString()} -${was.possible.subtract(is.possible).toString()}`,
            ];
      }),
    );
    const found = diff(before, after)
      .connections.filter(({ from, to }) => from.kind === "workload" && to.kind === "workload")
      .map(({ from, to, opened, closed }) => `${named(from)} ${named(to)} +${opened.toString()} -${closed.toString()}`);
    expect([...found].sort()).toEqual([...expected].sort());
  });
  check("diff of workloads", 100, property);
});

test("so it is for other workloads, host networking and unknowns, each sender's receivers in the order of the clusters", () => {
  const any = withUnknowns(anyCluster({ tiers: true, hostNetwork: true }));
  const property = fc.property(any, any, (base, other) => {
    const [before, after] = [evaluate(base), evaluate(other)];
    const [old, fresh] = [reachability(before), reachability(after)];
    const inBoth = (key: string) =>
      [base, other].map(({ workloads }) => workloads.find((each) => workloadKey(each) === key)) as [Workload?, Workload?];
    const keys = [...new Set([...base.workloads, ...other.workloads].map(workloadKey))];
    const said = (map: Reachability, from: Workload | undefined, to: Workload | undefined): string => {
      if (from === undefined || to === undefined) return "none none";
      const { certain, possible } = map.between(from, to);
      return `${certain.toString()} ${possible.toString()}`;
    };
    const expected = keys.flatMap((from) =>
      keys.flatMap((to) => {
        const [[oldFrom, newFrom], [oldTo, newTo]] = [inBoth(from), inBoth(to)];
        const [was, is] = [said(old, oldFrom, oldTo), said(fresh, newFrom, newTo)];
        return was === is ? [] : [`${from} ${to}: ${was} → ${is}`];
      }),
    );
    const found = diff(before, after).connections.flatMap(({ from, to, before: was, after: is }) =>
      from.kind === "workload" && to.kind === "workload"
        ? [
            `${workloadKey(from.workload)} ${workloadKey(to.workload)}: ${was.certain.toString()} ${was.possible.toString()} → ${is.certain.toString()} ${is.possible.toString()}`,
          ]
        : [],
    );
    expect(found).toEqual(expected);
  });
  check("diff of other workloads", 60, property);
});

test("and every address, in exactly one entry", () => {
  const property = fc.property(anyCluster({ tiers: true }), anyCluster(), (base, other) => {
    const changed = withPoliciesOf(base, other);
    const [before, after] = [evaluate(base), evaluate(changed)];
    const found = diff(before, after).connections;
    for (const workload of base.workloads.slice(0, 3)) {
      const inside: Endpoint = { kind: "workload", workload };
      for (const address of [...boundaryAddresses(base), ...boundaryAddresses(changed)]) {
        const outside: Endpoint = { kind: "address", address };
        const [was, is] = [reachability(before).connections(inside, outside), reachability(after).connections(inside, outside)];
        const entries = found.filter(
          ({ from, to }) =>
            from.kind === "workload" &&
            from.workload === workload &&
            to.kind === "addresses" &&
            !to.addresses.intersect(IpSet.cidr(address)).isEmpty,
        );
        const same = was.possible.equals(is.possible) && was.certain.equals(is.certain);
        expect(entries.map(({ before: b, after: a }) => [b.possible.toString(), a.possible.toString()])).toEqual(
          same ? [] : [[was.possible.toString(), is.possible.toString()]],
        );
      }
    }
  });
  check("diff of addresses", 60, property);
});

test("a cluster does not differ from itself, wherever its objects are written", () => {
  const property = fc.property(anyCluster({ tiers: true, hostNetwork: true }), (drawn) => {
    const moved = { ...drawn, policies: drawn.policies.map((policy) => ({ ...policy, location: { file: "elsewhere.yaml" } })) };
    expect(diff(evaluate(drawn), evaluate(moved))).toEqual({ connections: [], workloadsAdded: [], workloadsRemoved: [] });
  });
  check("no difference", 40, property);
});

describe("what caused a difference", () => {
  const town = cluster().namespace("shop").pod("web").pod("api");

  test("is the policy that was added", () => {
    const after = town.policy("deny", { ingress: [] });
    const { connections } = diff(evaluate(town.build()), evaluate(after.build()));
    const one = connections.find(({ from, to }) => named(from) === "shop/web" && named(to) === "shop/api");
    expect(one).toMatchObject({ kind: "removed", closed: { TCP: { intervals: [[1, 65535]] } } });
    expect(one?.causes.policies.map(({ name }) => name)).toEqual(["deny"]);
  });

  test("is the policy that changed, and only where it applies", () => {
    const before = town.policy("deny", { ingress: [] });
    const after = town.policy("deny", { ingress: [rule({})] });
    const { connections } = diff(evaluate(before.build()), evaluate(after.build()));
    expect(connections.every(({ kind }) => kind === "added")).toBe(true);
    expect(new Set(connections.flatMap(({ causes }) => causes.policies.map(({ name }) => name)))).toEqual(new Set(["deny"]));
  });

  test("is a workload that is new", () => {
    const { connections, workloadsAdded } = diff(evaluate(town.build()), evaluate(town.pod("db").build()));
    expect(workloadsAdded.map(nameOf)).toEqual(["shop/db"]);
    expect(connections.map(({ from, to, kind }) => `${kind} ${named(from)} → ${named(to)}`).sort()).toEqual([
      `added ${IpSet.all.toString()} → shop/db`,
      "added shop/api → shop/db",
      `added shop/db → ${IpSet.all.toString()}`,
      "added shop/db → shop/api",
      "added shop/db → shop/db",
      "added shop/db → shop/web",
      "added shop/web → shop/db",
    ]);
    expect(connections.every(({ causes }) => causes.workloads.map(nameOf).includes("shop/db"))).toBe(true);
  });
});
