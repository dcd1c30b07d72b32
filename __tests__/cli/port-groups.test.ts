/** Ports with the same answer: each group answers for every port of it. */
import fc from "fast-check";
import { portGroups } from "../../cli/query/port-groups";
import { ConnectionSet, evaluate, reachability, verdict } from "../../engine";
import { protocols } from "../../engine/model";
import { boundaryPorts, flowOf } from "../arbitraries/flow";
import { anyFlowPick } from "../arbitraries/flow";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { check } from "../property-runs";

const clusters = fc.oneof(anyCluster(), withUnknowns(anyCluster()));

test("groups share out every port, and each answers for all of its own, with the same reasons", () => {
  check(
    "port groups",
    150,
    fc.property(clusters, anyFlowPick, (cluster, pick) => {
      const evaluation = evaluate(cluster);
      const { from, to } = flowOf(cluster, pick);
      const groups = portGroups(evaluation, from, to);
      const union = groups.reduce((all, { connections }) => all.union(connections), ConnectionSet.none);
      expect(union.isAll).toBe(true);
      for (const protocol of protocols) {
        for (const port of boundaryPorts(cluster)) {
          const answers = groups.filter(({ connections }) => connections.has(protocol, port)).map((each) => each.verdict);
          expect(answers).toEqual([verdict(evaluation, { from, to, protocol, port })]);
        }
      }
    }),
  );
});

test("what may flow by the groups is what may flow by the map of all pairs", () => {
  check(
    "port groups and reachability",
    150,
    fc.property(clusters, anyFlowPick, (cluster, pick) => {
      const evaluation = evaluate(cluster);
      const { from, to } = flowOf(cluster, pick);
      const groups = portGroups(evaluation, from, to);
      const having = (...outcomes: readonly string[]): string =>
        groups
          .filter((each) => outcomes.includes(each.verdict.outcome))
          .reduce((all, { connections }) => all.union(connections), ConnectionSet.none)
          .toString();
      const { certain, possible } = reachability(evaluation).connections(from, to);
      expect({ certain: having("allowed"), possible: having("allowed", "undecided") }).toEqual({
        certain: certain.toString(),
        possible: possible.toString(),
      });
    }),
  );
});
