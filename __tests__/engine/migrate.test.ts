/** AdminNetworkPolicies become ClusterNetworkPolicies that mean the same, proven for every end. */
import fc from "fast-check";
import { migrateCluster, migratePolicies } from "../../engine";
import { type Cluster, type ClusterRule, type PortMatch, unknown } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import type { JsonObject } from "../../inputs/objects";
import { clusterPolicyObject } from "../../outputs/cluster-policy-objects";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, clusterRule, podsIn, tcp } from "../builders";
import { located } from "../inputs/kubernetes-objects";
import { allEnds, inWords, observations } from "./observations";
import { check } from "../property-runs";

const admin = "AdminNetworkPolicy" as const;
const baseline = "BaselineAdminNetworkPolicy" as const;

/** Random clusters in which every cluster-wide policy of the Admin tier is an AdminNetworkPolicy. */
const olderKinds = (drawn: Cluster): Cluster => ({
  ...drawn,
  clusterPolicies: drawn.clusterPolicies.map((policy) => (policy.tier === "Admin" ? { ...policy, kind: admin } : policy)),
});

describe("a random cluster", () => {
  test("means the same after the migration, or the proof shows what was left out", () => {
    const property = fc.property(anyCluster({ tiers: true, hostNetwork: true }).map(olderKinds), (drawn) => {
      const { cluster: migrated, comparison, notCarriedOver } = migrateCluster(drawn);
      const ends = allEnds(drawn);
      const isSame = observations(drawn, ends).map(inWords).join() === observations(migrated, ends).map(inWords).join();
      if (notCarriedOver.length === 0) expect(isSame).toBe(true);
      if (comparison.relation === "equivalent") expect(isSame).toBe(true);
      if (notCarriedOver.length === 0) expect(comparison).toMatchObject({ relation: "equivalent" });
      expect(migrated.clusterPolicies.every(({ kind }) => kind === "ClusterNetworkPolicy")).toBe(true);
    });
    check("migration", 30, property);
  });

  test("with unknowns, is still proven the same where nothing was left out", () => {
    const property = fc.property(withUnknowns(anyCluster({ tiers: true })).map(olderKinds), (drawn) => {
      const { comparison, notCarriedOver } = migrateCluster(drawn);
      if (notCarriedOver.length === 0) expect(comparison).toMatchObject({ relation: "equivalent" });
    });
    check("migration under unknowns", 60, property);
  });

  test("gives objects the API server accepts, and that read back as the same policies", () => {
    const property = fc.property(anyCluster({ tiers: true }).map(olderKinds), (drawn) => {
      const older = drawn.clusterPolicies.filter((policy) => policy.kind !== "ClusterNetworkPolicy" && !hasNameBesideNetworks(policy));
      const { clusterPolicies } = migratePolicies(older);
      const objects = clusterPolicies.map((policy, at) => located(clusterPolicyObject(policy) as JsonObject, at + 1));
      const { value, problems } = toCluster(objects);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(value.clusterPolicies.map(({ name, priority, tier }) => [name, priority, tier])).toEqual(
        clusterPolicies.map(({ name, priority, tier }) => [name, priority, tier]),
      );
    });
    check("migrated objects", 60, property);
  });
});

/** The API refuses such rules of either kind. */
const hasNameBesideNetworks = ({ egress }: Cluster["clusterPolicies"][number]): boolean =>
  egress.some(
    ({ peers, ports }) => ports !== "any" && ports.some(({ kind }) => kind === "named") && peers.some(({ kind }) => kind !== "pods"),
  );

const shop = cluster()
  .namespace("shop", { team: "red" })
  .pod("web", { ips: ["10.0.0.1"] })
  .pod("db", { ips: ["10.0.0.2"] });

/** As many rules, each about one port, by turns allowed and denied so that their order matters. */
const manyRules = (count: number): readonly ClusterRule[] =>
  Array.from({ length: count }, (_, n) => clusterRule(n % 2 === 0 ? "Accept" : "Deny", [podsIn()], [tcp(1 + Math.floor(n / 2), 100)]));

test("tiers, priorities and actions are carried over", () => {
  const { clusterPolicies, renamed } = migratePolicies(
    shop
      .clusterPolicy("a", { kind: admin, priority: 30, ingress: [clusterRule("Pass", [podsIn()])] })
      .clusterPolicy("default", { kind: baseline, tier: "Baseline", egress: [clusterRule("Deny", [podsIn()])] })
      .build().clusterPolicies,
  );
  expect(clusterPolicies).toMatchObject([
    { kind: "ClusterNetworkPolicy", name: "a", tier: "Admin", priority: 30, ingress: [{ action: "Pass" }] },
    { kind: "ClusterNetworkPolicy", name: "default", tier: "Baseline", priority: 0, egress: [{ action: "Deny" }] },
  ]);
  expect(renamed).toEqual([]);
});

test("a name that is taken is followed by the tier", () => {
  const { clusterPolicies, renamed } = migratePolicies(
    shop
      .clusterPolicy("default", { priority: 5 })
      .clusterPolicy("default", { kind: admin, priority: 6 })
      .clusterPolicy("default", { kind: baseline, tier: "Baseline" })
      .build().clusterPolicies,
  );
  expect(clusterPolicies.map(({ name }) => name)).toEqual(["default", "default-admin", "default-baseline"]);
  expect(renamed).toMatchObject([
    { policy: { kind: admin }, names: ["default-admin"] },
    { policy: { kind: baseline }, names: ["default-baseline"] },
  ]);
});

test("more rules than a ClusterNetworkPolicy may have become several policies, read one after the other", () => {
  const town = shop
    .clusterPolicy("long", { kind: admin, priority: 10, ingress: manyRules(60) })
    .clusterPolicy("next", { kind: admin, priority: 13, ingress: [clusterRule("Deny", [podsIn()])] })
    .build();
  const { clusterPolicies, comparison, notCarriedOver } = migrateCluster(town);
  expect(clusterPolicies.map(({ name, priority, ingress }) => [name, priority, ingress.length])).toEqual([
    ["long", 10, 25],
    ["long-admin", 11, 25],
    ["long-admin-2", 12, 10],
    ["next", 13, 1],
  ]);
  expect([comparison.relation, notCarriedOver]).toEqual(["equivalent", []]);
});

test.each([
  ["the next priority is taken", { priority: 11 }],
  ["the same priority is taken", { priority: 10 }],
  ["a priority is not known", { priority: unknown("var.priority") }],
])("more rules than fit are left out when %s, and a witness shows what that changes", (_name, { priority }) => {
  const other = { kind: admin, priority, ingress: [clusterRule("Pass", [podsIn()], [tcp(9999)])] };
  const town = shop
    .clusterPolicy("long", { kind: admin, priority: 10, ingress: [...manyRules(25), clusterRule("Deny", [podsIn()], [tcp(500)])] })
    .clusterPolicy("next", other)
    .build();
  const { notCarriedOver, comparison } = migrateCluster(town);
  expect(notCarriedOver).toMatchObject([{ policy: { name: "long" }, direction: "ingress", rule: 25, problem: "too-many-rules" }]);
  expect(comparison.relation).toBe("stricter");
  expect(comparison.secondInFirst.witness).toMatchObject({
    flow: { protocol: "TCP", port: 500 },
    first: { outcome: "denied", ingress: { clusterRules: [{ rule: 25 }] } },
    second: { outcome: "allowed" },
  });
});

test("more peers, networks and ports than a rule may have become several rules of one action", () => {
  const cidrs = Array.from({ length: 60 }, (_, n) => `10.0.${String(n)}.0/24`);
  const ports = Array.from({ length: 30 }, (_, n): PortMatch => tcp(2 * n + 1));
  const peers = Array.from({ length: 24 }, (_, n) => podsIn({ matchLabels: { app: String(n) } }));
  const town = shop
    .clusterPolicy("wide", { kind: admin, egress: [clusterRule("Deny", [...peers, { kind: "networks", cidrs }], ports)] })
    .build();
  const { clusterPolicies, comparison } = migrateCluster(town);
  const [{ egress }] = clusterPolicies as [Cluster["clusterPolicies"][number]];
  expect(egress.map((rule) => [rule.peers.length, rule.ports.length])).toEqual([
    [25, 25],
    [25, 5],
    [2, 25],
    [2, 5],
  ]);
  expect(comparison.relation).toBe("equivalent");
});

test("what has no counterpart is left out and named, with a witness where that matters", () => {
  const town = shop
    .clusterPolicy("a", { kind: admin, egress: [clusterRule("Deny", [{ kind: "unsupported", fields: ["new"] }])] })
    .clusterPolicy("default", {
      kind: baseline,
      tier: "Baseline",
      egress: [clusterRule("Accept", [{ kind: "domainNames", names: ["a.b"] }])],
    })
    .build();
  const { notCarriedOver, comparison } = migrateCluster(town);
  expect(notCarriedOver.map(({ policy, rule, problem }) => [policy.kind, rule, problem])).toEqual([
    [admin, 0, "unsupported-peer"],
    [baseline, 0, "domain-names"],
  ]);
  expect(comparison.secondInFirst).toMatchObject({
    answer: "no",
    witness: { first: { outcome: "denied" }, second: { outcome: "allowed" } },
  });
});
