import {
  type AddressConnections,
  type Connections,
  type Evaluation,
  parseAddress,
  reachability,
  type Reachability,
  type Verdict,
  verdict,
} from "../../engine";
import {
  type Direction,
  type Endpoint,
  type Flow,
  type Outcome,
  type Protocol,
  type Service,
  shown,
  type Workload,
} from "../../engine/model";
import { reachService, type ServiceReach } from "../../engine/services/services";

/** What bounds say of one port. */
export const outcomeIn = ({ certain, possible }: Connections, protocol: Protocol, port: number): Outcome =>
  certain.has(protocol, port) ? "allowed" : possible.has(protocol, port) ? "undecided" : "denied";

/** An answer of the map of all pairs, or of the map of addresses, that differs from the verdict. */
export interface Disagreement {
  readonly view: string;
  readonly got: string;
}

/** The engine's ways to answer one flow, which must all say the same. */
export class Views {
  private readonly reachability: Reachability;
  private readonly connections = new Map<Endpoint, Map<Endpoint, Connections>>();
  private readonly addresses = new Map<string, readonly AddressConnections[]>();
  private readonly workloads = new Map<Workload, number>();
  private readonly reached = new Map<Workload, ReadonlyMap<Workload, Connections>>();

  constructor(private readonly evaluation: Evaluation) {
    this.reachability = reachability(evaluation);
  }

  verdict(flow: Flow): Verdict {
    return verdict(this.evaluation, flow);
  }

  service(from: Endpoint, { namespace, name }: Service, port: number, protocol: Protocol): ServiceReach {
    return reachService(this.evaluation, from, { namespace: shown(namespace), name: shown(name) }, port, protocol);
  }

  /** What may flow between two ends, for every port at once. */
  between(from: Endpoint, to: Endpoint): Connections {
    const known = this.connections.get(from)?.get(to);
    if (known !== undefined) return known;
    const found = this.reachability.connections(from, to);
    const fromHere = this.connections.get(from) ?? new Map<Endpoint, Connections>();
    this.connections.set(from, fromHere.set(to, found));
    return found;
  }

  /** The views that do not share a verdict's outcome. */
  disagreements({ from, to, protocol, port }: Flow, outcome: Outcome): readonly Disagreement[] {
    const views: readonly (readonly [string, string])[] = [
      ["the connections of the two ends", outcomeIn(this.between(from, to), protocol, port)],
      ...this.betweenWorkloads(from, to, protocol, port),
      ...this.withAddress(from, to, protocol, port),
    ];
    return views.filter(([, got]) => got !== outcome).map(([view, got]) => ({ view, got }));
  }

  /** Workloads with several pods are left out: their pods may differ, and the map speaks for all of them. */
  private betweenWorkloads(from: Endpoint, to: Endpoint, protocol: Protocol, port: number): readonly (readonly [string, Outcome])[] {
    if (!isSingle(from) || !isSingle(to)) return [];
    const connections = this.reachability.between(from.workload, to.workload);
    const reached = this.reachedFrom(from.workload).get(to.workload);
    return [
      ["the map of two workloads", outcomeIn(connections, protocol, port)],
      ["the map of all pairs", reached === undefined ? "denied" : outcomeIn(reached, protocol, port)],
    ];
  }

  /** Workloads to which nothing flows are not in it. */
  private reachedFrom(workload: Workload): ReadonlyMap<Workload, Connections> {
    const known = this.reached.get(workload);
    if (known !== undefined) return known;
    const entries = this.reachability.from(workload).flatMap(({ to, connections }) => to.map((each) => [each, connections] as const));
    const found = new Map(entries);
    this.reached.set(workload, found);
    return found;
  }

  private withAddress(from: Endpoint, to: Endpoint, protocol: Protocol, port: number): readonly (readonly [string, string])[] {
    const [inside, outside, direction] = from.kind === "address" ? ([to, from, "ingress"] as const) : ([from, to, "egress"] as const);
    if (outside.kind !== "address" || !isSingle(inside)) return [];
    const address = parseAddress(outside.address);
    const holding = this.addressMap(inside.workload, direction).filter(({ addresses }) => addresses.contains(address));
    // Every address is in exactly one entry; of more or fewer, all are shown.
    return [["the map of addresses", holding.map(({ connections }) => outcomeIn(connections, protocol, port)).join(" and ")]];
  }

  private addressMap(workload: Workload, direction: Direction): readonly AddressConnections[] {
    const number = this.workloads.get(workload) ?? this.workloads.size;
    this.workloads.set(workload, number);
    const key = `${direction}${String(number)}`;
    const known = this.addresses.get(key);
    if (known !== undefined) return known;
    const found = this.reachability.withAddresses(workload, direction);
    this.addresses.set(key, found);
    return found;
  }
}

const isSingle = (end: Endpoint): end is Extract<Endpoint, { readonly kind: "workload" }> =>
  end.kind === "workload" && (end.workload.pods?.length ?? 0) <= 1;
