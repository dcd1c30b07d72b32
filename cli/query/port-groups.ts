import { ConnectionSet, type Evaluation, PortSet, verdict, type Verdict } from "../../engine";
import {
  type ClusterPolicy,
  directions,
  type Endpoint,
  highestPort,
  lowestPort,
  type NetworkPolicy,
  type PortMatch,
  type Protocol,
  protocols,
  shown,
} from "../../engine/model";

/** Ports between two ends that get the same answer for the same reasons. */
export interface PortGroup {
  readonly connections: ConnectionSet;
  /** The lowest of them. */
  readonly protocol: Protocol;
  readonly port: number;
  readonly verdict: Verdict;
}

/**
 * Every port from one end to another, grouped by what is answered and why: what may flow first, then what is undecided, then what is denied.
 *
 * A rule speaks of a port by a range of numbers, or by a name that the destination declares. Between two neighbouring bounds of those nothing
 * tells ports apart, so that one of them answers for all.
 */
export function portGroups(evaluation: Evaluation, from: Endpoint, to: Endpoint): readonly PortGroup[] {
  const ports = portsSpokenOf(evaluation, [from, to]);
  const groups = new Map<string, PortGroup>();
  for (const protocol of protocols) {
    const starts = startsOf(protocol, ports, to);
    for (const [index, port] of starts.entries()) {
      const answer = verdict(evaluation, { from, to, protocol, port });
      const connections = ConnectionSet.of(protocol, PortSet.of(port, (starts[index + 1] ?? highestPort + 1) - 1));
      const key = JSON.stringify(answer);
      const known = groups.get(key);
      groups.set(
        key,
        known === undefined
          ? { connections, protocol, port, verdict: answer }
          : { ...known, connections: known.connections.union(connections) },
      );
    }
  }
  return [...groups.values()].sort((a, b) => rank[a.verdict.outcome] - rank[b.verdict.outcome]);
}

const rank: Readonly<Record<Verdict["outcome"], number>> = { allowed: 0, undecided: 1, denied: 2 };

/** Every `ports` entry of policies that could concern the ends: those of their namespaces, and the cluster-wide ones. */
function portsSpokenOf(evaluation: Evaluation, ends: readonly Endpoint[]): readonly PortMatch[] {
  const { byNamespace, everywhere } = portIndex(evaluation);
  const namespaces = new Set(ends.flatMap((end) => (end.kind === "workload" ? [end.workload.namespace] : [])));
  const near = [...namespaces].every((namespace) => typeof namespace === "string")
    ? [...namespaces].flatMap((namespace) => byNamespace.get(shown(namespace)) ?? [])
    : [...byNamespace.values()].flat();
  return [...near, ...everywhere];
}

/** The `ports` entries of a cluster by the namespace of their policy, and those of policies that are cluster-wide or of no known namespace. */
interface PortIndex {
  readonly byNamespace: ReadonlyMap<string, readonly PortMatch[]>;
  readonly everywhere: readonly PortMatch[];
}

/** Lists ask for many pairs of one cluster. */
const indexes = new WeakMap<Evaluation, PortIndex>();

function portIndex(evaluation: Evaluation): PortIndex {
  const known = indexes.get(evaluation) ?? newPortIndex(evaluation);
  indexes.set(evaluation, known);
  return known;
}

function newPortIndex({ cluster }: Evaluation): PortIndex {
  const byNamespace = new Map<string, PortMatch[]>();
  const everywhere = cluster.clusterPolicies.flatMap(portsOf);
  for (const policy of cluster.policies) {
    const { namespace } = policy;
    const list = typeof namespace === "string" ? (byNamespace.get(namespace) ?? []) : everywhere;
    if (typeof namespace === "string") byNamespace.set(namespace, list);
    list.push(...portsOf(policy));
  }
  return { byNamespace, everywhere };
}

const portsOf = (policy: NetworkPolicy | ClusterPolicy): readonly PortMatch[] =>
  directions.flatMap((direction) => (policy[direction] ?? []).flatMap(({ ports }) => (ports === "any" ? [] : ports)));

/** Where a run of ports that nothing tells apart begins, in order. */
function startsOf(protocol: Protocol, ports: readonly PortMatch[], to: Endpoint): readonly number[] {
  const starts = new Set([lowestPort]);
  const add = (from: number, last: number): void => {
    starts.add(from);
    starts.add(last + 1);
  };
  for (const port of ports) if (port.kind === "range" && port.protocol === protocol) add(port.from, port.to);
  for (const { port } of to.kind === "workload" ? to.workload.ports : []) if (typeof port === "number") add(port, port);
  return [...starts].filter((port) => port <= highestPort).sort((a, b) => a - b);
}
