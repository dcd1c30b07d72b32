/** All that can be observed between the ends of a cluster, as texts, so that two sets of policies can be held against each other. */
import { type Connections, evaluate, type Evaluation, formatAddress, parseAddress, reachability } from "../../engine";
import type { Cluster, Endpoint } from "../../engine/model";

/** What flows between two ends under each of the sets compared. */
export interface Observation {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: Connections;
}

/** Every single pod, every workload taken as a whole, and an address of each class that any policy of the cluster tells apart. */
export function allEnds(cluster: Cluster): readonly Endpoint[] {
  const workloads = cluster.workloads.flatMap((workload): readonly Endpoint[] => [
    { kind: "workload", workload },
    ...(workload.pods ?? []).map((pod) => ({ kind: "workload", workload, pod }) as const),
  ]);
  return [...workloads, ...addressesOf(evaluate(cluster))];
}

/** The lowest address of each class that is no pod's. */
function addressesOf({ universe, cluster }: Evaluation): readonly Endpoint[] {
  const taken = new Set(cluster.workloads.flatMap(({ pods = [] }) => pods.flatMap(({ ips }) => ips)).map(canonical));
  return [...universe.allAddresses.members()].flatMap((index): readonly Endpoint[] => {
    const addresses = universe.addressesOf(index)!;
    const family = addresses.IPv4.isEmpty ? "IPv6" : "IPv4";
    const [[first, last]] = addresses[family].intervals as [readonly [bigint, bigint]];
    for (let value = first; value <= last; value++) {
      const address = formatAddress({ family, value });
      if (!taken.has(address)) return [{ kind: "address", address }];
    }
    return [];
  });
}

const canonical = (address: string): string => formatAddress(parseAddress(address));

/** What flows between any two of the ends, two addresses left out. */
export function observations(cluster: Cluster, ends: readonly Endpoint[]): readonly Observation[] {
  const reach = reachability(evaluate(cluster));
  return ends.flatMap((from) =>
    ends
      .filter((to) => from.kind === "workload" || to.kind === "workload")
      .map((to) => ({ from, to, connections: reach.connections(from, to) })),
  );
}

/** An observation as a line of text. */
export const inWords = ({ from, to, connections }: Observation): string =>
  `${word(from)} → ${word(to)}: ${String(connections.certain)} / ${String(connections.possible)}`;

const word = (end: Endpoint): string =>
  end.kind === "address" ? end.address : `${JSON.stringify(end.workload.name)}${end.pod === undefined ? "" : `/${end.pod.name}`}`;
