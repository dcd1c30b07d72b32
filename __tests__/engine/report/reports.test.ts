import fc from "fast-check";
import { evaluate, IpSet } from "../../../engine";
import { addressesEnd, cidrsOf, clusterChange, connectionMatrix, exposureList, listConnections } from "../../../engine/report";
import { anyCluster } from "../../arbitraries/cluster";
import { check } from "../../property-runs";
import { cluster, labelled, ownPods, rule, tcp } from "../../builders";

const anyRange = fc.tuple(fc.nat(2 ** 31), fc.nat(2 ** 16)).map(([from, size]) => IpSet.range("IPv4", BigInt(from), BigInt(from + size)));
const anyRange6 = fc
  .tuple(fc.bigInt(0n, 2n ** 127n), fc.bigInt(0n, 2n ** 70n))
  .map(([from, size]) => IpSet.range("IPv6", from, from + size));

test("blocks make up exactly the addresses, and no two of them could be one", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyRange, anyRange6), { maxLength: 4 }), (ranges) => {
      const set = IpSet.unionOf(ranges);
      const blocks = cidrsOf(set);
      expect(IpSet.unionOf(blocks.map((block) => IpSet.cidr(block))).equals(set)).toBe(true);
      const sizes = blocks.map((block) => Number(block.split("/")[1]));
      expect(sizes.every((size) => size >= 0)).toBe(true);
      blocks.forEach((block, n) => {
        const next = blocks[n + 1];
        if (next === undefined || sizes[n] !== sizes[n + 1] || block.includes(":") !== next.includes(":")) return;
        const wider = IpSet.cidr(`${block.split("/")[0] ?? ""}/${String((sizes[n] as number) - 1)}`);
        expect(wider.isSubsetOf(set)).toBe(false);
      });
    }),
  );
  expect(cidrsOf(IpSet.all)).toEqual(["0.0.0.0/0", "::/0"]);
  expect(addressesEnd(IpSet.all).name).toBe("internet");
  expect(addressesEnd(IpSet.range("IPv4", 1n, 30n)).name).toBe("0.0.0.1/32, 0.0.0.2/31, 0.0.0.4/30 and 5 more");
});

const shop = cluster()
  .namespace("shop")
  .deployment("web", { labels: { app: "web" }, replicas: 1 })
  .deployment("db", { labels: { app: "db" }, replicas: 1 })
  .policy("deny", { ingress: [] });
const opened = shop.policy("allow", {
  subject: labelled({ app: "db" }),
  ingress: [rule({ peers: [ownPods(labelled({ app: "web" }))], ports: [tcp(5432)] })],
});

test("a change says what was opened, by which policy, with both verdicts", () => {
  const { connections, unchangedPairs } = clusterChange(evaluate(shop.build()), evaluate(opened.build()));
  expect(connections).toMatchObject([
    {
      kind: "added",
      from: { name: "shop/web" },
      to: { name: "shop/db" },
      before: { certain: "none", possible: "none" },
      after: { certain: "TCP 5432", possible: "TCP 5432" },
      opened: "TCP 5432",
      closed: "none",
      exposure: false,
      causes: { policies: [{ name: "allow", change: "added" }] },
      example: { protocol: "TCP", port: 5432, before: { outcome: "denied" }, after: { outcome: "allowed" } },
    },
  ]);
  expect(unchangedPairs).toBe(3);
  const back = clusterChange(evaluate(opened.build()), evaluate(shop.build()));
  expect(back.connections).toMatchObject([
    { kind: "removed", closed: "TCP 5432", causes: { policies: [{ name: "allow", change: "removed" }] } },
  ]);
});

test("a matrix counts the pairs of namespaces, and leaves out a pod and itself", () => {
  const evaluation = evaluate(opened.namespace("other").deployment("x", { replicas: 2 }).build());
  const { rows, cells } = connectionMatrix(evaluation, "namespace");
  expect(rows.map(({ name }) => name)).toEqual(["shop", "other", "internet"]);
  expect(
    cells.map((row) =>
      row.map((cell) =>
        cell === null
          ? "-"
          : `${cell.summary} ${cell.pairs === undefined ? "" : `${String(cell.pairs.connected)}/${String(cell.pairs.all)}`}`.trim(),
      ),
    ),
  ).toEqual([
    ["some 1/2", "all 2/2", "all"],
    ["none 0/2", "all", "all"],
    ["none", "all", "-"],
  ]);
  expect(connectionMatrix(evaluation, "workload").cells[0]?.[0]).toBeNull();
});

test("a list and a matrix say the same of every pair, and a list never says nothing", () => {
  check(
    "lists against matrices",
    60,
    fc.property(anyCluster({ tiers: true }), (of) => {
      const evaluation = evaluate(of);
      const list = listConnections(evaluation);
      const { rows, columns, cells } = connectionMatrix(evaluation, "workload");
      const fromList = new Map(
        list
          .filter(({ from, to }) => from.kind === "workload" && to.kind === "workload")
          .map(({ from, to, connections }) => [`${from.name} ${to.name}`, connections]),
      );
      for (const { connections } of list) expect(connections.possible).not.toBe("none");
      rows.forEach((row, r) => {
        columns.forEach((column, c) => {
          const cell = cells[r]?.[c];
          if (row.name === "internet" || column.name === "internet" || cell === null || cell === undefined) return;
          expect(cell.connections).toEqual(fromList.get(`${row.name} ${column.name}`) ?? { certain: "none", possible: "none" });
        });
      });
    }),
  );
});

test("a list can be about some workloads, and one direction", () => {
  const evaluation = evaluate(opened.build());
  const focus = ({ name }: { readonly name: unknown }) => name === "db";
  const names = (filter: Parameters<typeof listConnections>[1]) =>
    listConnections(evaluation, filter).map(({ from, to }) => `${from.name} → ${to.name}`);
  expect(names({ focus, direction: "in" })).toEqual(["shop/web → shop/db"]);
  expect(names({ focus, direction: "out" })).toEqual(["shop/db → internet"]);
  expect(names({ focus, podsOnly: true })).toEqual(["shop/web → shop/db"]);
});

test("exposure names addresses, namespaces and pods to come", () => {
  const of = cluster()
    .namespace("a")
    .deployment("x", { replicas: 1 })
    .namespace("b")
    .deployment("y", { replicas: 1 })
    .policy("p", { ingress: [rule({ peers: [ownPods(labelled({ app: "c" }))] })] });
  const found = exposureList(evaluate(of.build()));
  expect(
    found.map(({ workload, direction, isolated, entries }) => [workload.name, direction, isolated, entries.map(({ other }) => other.name)]),
  ).toEqual([
    ["a/x", "ingress", "no", ["internet", "pods of b", "any pod of every namespace and new namespaces"]],
    ["a/x", "egress", "no", ["internet", "any pod of a and new namespaces"]],
    ["b/y", "ingress", "yes", ["any pod {app=c} of b"]],
    ["b/y", "egress", "no", ["internet", "pods of a", "any pod of a and new namespaces"]],
  ]);
});
