import type { Cluster, Direction, Protocol, Workload } from "../model";
import { type DnsService, FlowReader, type IntentOptions, type RequiredFlow, scopeOf } from "./required-flow";
import { selects } from "../selector";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";

/** Addresses with which the same is wanted. */
export interface WantedAddresses {
  readonly addresses: IpSet;
  readonly connections: ConnectionSet;
}

/** Everything that is to be possible in the closed namespaces; what is not in it is to be impossible. */
export interface Intent {
  /** The namespaces that are closed, in order. */
  readonly scope: readonly string[];
  between(from: Workload, to: Workload): ConnectionSet;
  /** The workloads that something is wanted from `from` to. */
  targetsOf(from: Workload): ReadonlySet<Workload>;
  /** All addresses, in pieces with which the same is wanted. */
  withAddresses(workload: Workload, direction: Direction): readonly WantedAddresses[];
}

/** The ports names are resolved on. */
export const dnsConnections: ConnectionSet = (["UDP", "TCP"] as readonly Protocol[])
  .map((protocol) => ConnectionSet.of(protocol, PortSet.of(53)))
  .reduce((a, b) => a.union(b));

/** The workloads that certainly answer for names. */
export const dnsWorkloads = (cluster: Cluster, { namespace, pods }: DnsService): readonly Workload[] =>
  cluster.workloads.filter(
    (each) => each.namespace === namespace && selects({ matchLabels: pods }, each.labels, each.unknownLabels) === "yes",
  );

/** Reads flows as an intent. Errors as in `FlowReader.settle`. */
export function intentOf(cluster: Cluster, flows: readonly RequiredFlow[], options: IntentOptions): Intent {
  const reader = new FlowReader(cluster);
  const settled = flows.map((flow) => reader.settle(flow));
  const scope = scopeOf(settled, options);
  const pairs = new Pairs();
  const pieces: Record<Direction, Map<Workload, WantedAddresses[]>> = { ingress: new Map(), egress: new Map() };
  const addAddresses = (direction: Direction, workload: Workload, piece: WantedAddresses): void => {
    const known = pieces[direction].get(workload);
    if (known === undefined) pieces[direction].set(workload, [piece]);
    else known.push(piece);
  };
  for (const { from, to, connections } of settled) {
    if (from.kind === "workload" && to.kind === "workload") pairs.add(from.workload, to.workload, connections);
    else if (from.kind === "workload" && to.kind === "addresses")
      addAddresses("egress", from.workload, { addresses: to.block.addresses, connections });
    else if (from.kind === "addresses" && to.kind === "workload")
      addAddresses("ingress", to.workload, { addresses: from.block.addresses, connections });
  }
  if (options.dns !== undefined) addNameResolution(pairs, cluster, scope, options.dns);
  return {
    scope,
    between: (from, to) => pairs.get(from, to),
    targetsOf: (from) => pairs.targetsOf(from),
    withAddresses: (workload, direction) => divided(pieces[direction].get(workload) ?? []),
  };
}

function addNameResolution(pairs: Pairs, cluster: Cluster, scope: readonly string[], dns: DnsService): void {
  const servers = dnsWorkloads(cluster, dns);
  const clients = cluster.workloads.filter(({ namespace }) => typeof namespace === "string" && scope.includes(namespace));
  for (const client of clients) for (const server of servers) pairs.add(client, server, dnsConnections);
}

/** Connections by their two ends. */
class Pairs {
  private readonly bySource = new Map<Workload, Map<Workload, ConnectionSet>>();

  add(from: Workload, to: Workload, connections: ConnectionSet): void {
    const targets = this.bySource.get(from) ?? new Map<Workload, ConnectionSet>();
    targets.set(to, (targets.get(to) ?? ConnectionSet.none).union(connections));
    this.bySource.set(from, targets);
  }

  get(from: Workload, to: Workload): ConnectionSet {
    return this.bySource.get(from)?.get(to) ?? ConnectionSet.none;
  }

  targetsOf(from: Workload): ReadonlySet<Workload> {
    return new Set(this.bySource.get(from)?.keys());
  }
}

/** Overlapping pieces as disjoint ones that cover all addresses. */
function divided(pieces: readonly WantedAddresses[]): readonly WantedAddresses[] {
  let result: readonly WantedAddresses[] = [{ addresses: IpSet.all, connections: ConnectionSet.none }];
  for (const { addresses, connections } of pieces) {
    result = result.flatMap((each) => [
      ...present(each.addresses.intersect(addresses), each.connections.union(connections)),
      ...present(each.addresses.subtract(addresses), each.connections),
    ]);
  }
  return result;
}

const present = (addresses: IpSet, connections: ConnectionSet): readonly WantedAddresses[] =>
  addresses.isEmpty ? [] : [{ addresses, connections }];
