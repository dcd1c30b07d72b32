import fc from "fast-check";
import { unknown } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, flow, ipBlock, labelled, rule } from "../builders";
import { complete, completionsOf, flowIn, randomly } from "./completions";

const later = unknown("known after apply");
const town = cluster()
  .namespace("x")
  .pod("a", { labels: { app: "a" }, ips: ["10.0.0.1"] })
  .pod("b", { labels: { app: "b" } });

test("a known cluster has one completion: itself", () => {
  const known = town.policy("p", { subject: labelled({ app: "a" }), ingress: [rule()] }).build();
  const [only, ...others] = [...completionsOf(known, 10)];
  expect(others).toEqual([]);
  expect(only?.workloads).toEqual(known.workloads);
});

test("an unknown label takes every value that occurs, and one that does not", () => {
  const uncertain = town.pod("c", { labels: { app: later } }).build();
  const values = [...completionsOf(uncertain, 10)].map(({ workloads }) => workloads.at(-1)?.labels.app);
  expect(values).toEqual(["a", "b", "fresh"]);
});

test("unknown labels may also be absent, and never change those that are listed", () => {
  const uncertain = town.pod("c", { labels: { tier: "web" }, unknownLabels: later }).build();
  const labels = [...completionsOf(uncertain, 100)].map(({ workloads }) => workloads.at(-1)?.labels);
  expect(labels).toContainEqual({ tier: "web" });
  expect(labels).toContainEqual({ tier: "web", app: "b" });
  expect(labels.every((each) => each?.tier === "web")).toBe(true);
});

test("a block is always larger than the exceptions written with it", () => {
  const uncertain = town.policy("p", { ingress: [rule({ peers: [ipBlock(later, "10.0.0.0/24")] })] }).build();
  const blocks = [...completionsOf(uncertain, 100)].map(({ policies }) => policies[0]?.ingress?.[0]?.peers[0]);
  expect(blocks).toEqual([{ kind: "ipBlock", cidr: "0.0.0.0/0", except: ["10.0.0.0/24"] }]);
});

test("a flow keeps its ends in a completion", () => {
  const uncertain = town.pod("c", { labels: { app: later } }).build();
  const [completed] = [...completionsOf(uncertain, 1)];
  if (completed === undefined) throw new Error("no completion");
  const moved = flowIn(completed, uncertain, flow(uncertain, "x/c", "ip:192.0.2.1"));
  expect(moved.from).toEqual({ kind: "workload", workload: completed.workloads.at(-1) });
});

test("nothing unknown is left in a random completion", () => {
  const property = fc.property(
    withUnknowns(anyCluster({ tiers: true, hostNetwork: true })),
    fc.infiniteStream(fc.nat(999)),
    (uncertain, numbers) => {
      const completed = complete(
        uncertain,
        randomly(() => (numbers.next().value ?? 0) / 1000),
      );
      expect(JSON.stringify(uncertain)).toContain(`"because"`);
      // Nodes that are not listed stay open: the evaluator plays through what they may be.
      const { unknownNodes: _, ...filled } = completed;
      expect(JSON.stringify(filled)).not.toContain(`"because"`);
    },
  );
  fc.assert(property, { numRuns: 200 });
});
