import fc from "fast-check";
import { evaluate, reachability } from "../../engine";
import { type Cluster, shown, type Workload } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { check } from "../property-runs";

const nameOf = ({ namespace, name }: Workload): string => `${shown(namespace)}/${shown(name)}`;

/** The map of all pairs as text, asked for a source at a time or pair by pair. */
function bySource(cluster: Cluster): readonly string[] {
  const map = reachability(evaluate(cluster));
  return cluster.workloads.flatMap((from) =>
    map
      .from(from)
      .flatMap(({ to, connections: { certain, possible } }) =>
        to.map((each) => `${nameOf(from)} ${nameOf(each)} ${certain.toString()} ${possible.toString()}`),
      ),
  );
}

function byPair(cluster: Cluster): readonly string[] {
  const map = reachability(evaluate(cluster));
  return cluster.workloads.flatMap((from) =>
    cluster.workloads.flatMap((to) => {
      const { certain, possible } = map.between(from, to);
      return possible.isEmpty ? [] : [`${nameOf(from)} ${nameOf(to)} ${certain.toString()} ${possible.toString()}`];
    }),
  );
}

const same = (cluster: Cluster): void => {
  expect([...bySource(cluster)].sort()).toEqual([...byPair(cluster)].sort());
};

test("a source at a time says what pair by pair says", () => {
  check("all pairs", 150, fc.property(anyCluster({ tiers: true, hostNetwork: true }), same));
});

test("with unknowns as well", () => {
  check("all pairs with unknowns", 80, fc.property(withUnknowns(anyCluster({ tiers: true, hostNetwork: true })), same));
});
