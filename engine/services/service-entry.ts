import type { Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { type Outcome, type Protocol, type ServicePort, type Unknown, unknown, type Value, type Workload } from "../model";
import type { Match } from "../matching/pod-index";
import { familiesOf } from "../matching/pod-groups";
import { reachability } from "../reachability";
import { type Backend, backendsOf, findService, type ServiceRef } from "./service-backends";
import { type Address, formatAddress, IpSet, parseAddress } from "../sets/ip-set";
import { verdict } from "../verdict";

/** The ways into the cluster that a Service opens. */
export interface ServiceEntry {
  readonly service: ServiceRef;
  /** One for each port and way in; none for a Service without any. */
  readonly doors: readonly Door[];
}

/** One port at which clients outside the cluster can knock. */
export interface Door {
  /** A port on every node, or the address of a load balancer. */
  readonly via: "node port" | "load balancer";
  readonly protocol: Protocol;
  /** The port clients use. */
  readonly port: Value<number>;
  /** Who may use it at all: `loadBalancerSourceRanges` close a load balancer, never the node ports behind it. */
  readonly open: IpSet;
  /** Whose address pods see: the client's, or that of the node where the traffic came in. */
  readonly seenAs: "client" | "node";
  /** Absent: the endpoints are not known. */
  readonly backends?: readonly DoorBackend[];
  readonly unknowns: readonly Unknown[];
}

/** What one workload behind the Service makes of clients outside. */
export interface DoorBackend extends Backend {
  /** The clients that get through: those that certainly do, whichever node they came in by, and those that may. */
  readonly clients: Match<IpSet>;
  /** What becomes of each address that pods may see, with the reason; addresses that are treated alike are together. */
  readonly sources: readonly SeenSource[];
}

/** Addresses pods may see as the source of traffic through a Service. */
export interface SeenSource {
  readonly addresses: IpSet;
  /** The node that has them, when they are seen in place of the client's. */
  readonly node?: string;
  readonly outcome: Outcome;
  /** Why, for the first of the addresses. */
  readonly verdict: Verdict;
}

/**
 * Who can enter from outside through a Service of type NodePort or LoadBalancer, and which source address pods see: under
 * `externalTrafficPolicy: Local` the client's, under `Cluster` that of a node, the pods' own or another.
 *
 * A load balancer that connects from addresses of its own, as one with pods for targets does, is a client with those addresses.
 * A Service that is not in the cluster is a ModelError.
 */
export function serviceEntry(evaluation: Evaluation, ref: ServiceRef): ServiceEntry {
  const service = findService(evaluation.cluster, ref);
  const { type, sourceRanges, externalTrafficPolicy } = service;
  const seenAs = externalTrafficPolicy === "Local" ? "client" : "node";
  const ranges = sourceRanges.map((range) => IpSet.cidr(range)).reduce((a, b) => a.union(b), IpSet.none);
  const doorOf = (via: Door["via"], port: Value<number>, servicePort: ServicePort): Door => {
    const open = via === "load balancer" && sourceRanges.length > 0 ? ranges : IpSet.all;
    const backends = backendsOf(evaluation.cluster, service, servicePort.targetPort, servicePort.protocol);
    const seen = backends?.map((backend) => doorBackend(evaluation, backend, servicePort.protocol, open, seenAs));
    const unknowns = [
      ...(seen === undefined ? [unknown(`the endpoints of service ${ref.namespace}/${ref.name}: it has no selector`)] : []),
      ...(seenAs === "node" ? nodesNotKnown(evaluation) : []),
    ];
    return { via, protocol: servicePort.protocol, port, open, seenAs, ...(seen === undefined ? {} : { backends: seen }), unknowns };
  };
  const doors = service.ports.flatMap((each) => [
    ...(type === "LoadBalancer" ? [doorOf("load balancer", each.port, each)] : []),
    ...(each.nodePort !== undefined && (type === "LoadBalancer" || type === "NodePort") ? [doorOf("node port", each.nodePort, each)] : []),
    ...(each.nodePort === undefined && type === "NodePort"
      ? [doorOf("node port", unknown("the API server chooses the node port"), each)]
      : []),
  ]);
  return { service: ref, doors };
}

/** Nodes can be missing from the input: their addresses are then any. */
function nodesNotKnown({ cluster: { nodes, unknownNodes } }: Evaluation): readonly Unknown[] {
  if (unknownNodes !== undefined) return [unknownNodes];
  return nodes.some(({ addresses }) => addresses.length > 0) ? [] : [unknown("the addresses of the nodes")];
}

function doorBackend(evaluation: Evaluation, backend: Backend, protocol: Protocol, open: IpSet, seenAs: Door["seenAs"]): DoorBackend {
  const { workload, port, isEndpoint } = backend;
  if (port === undefined || isEndpoint === "no") {
    return { ...backend, clients: { certain: IpSet.none, possible: isEndpoint === "no" ? IpSet.none : open }, sources: [] };
  }
  const sources =
    seenAs === "client" ? clientSources(evaluation, workload, protocol, port, open) : nodeSources(evaluation, workload, protocol, port);
  const clients = seenAs === "client" ? clientsAmong(sources) : clientsBehind(sources, open, nodesNotKnown(evaluation).length > 0);
  return { ...backend, clients: isEndpoint === "yes" ? clients : { ...clients, certain: IpSet.none }, sources };
}

/** Clients keep their address: each part of the address space has its own answer. */
function clientSources(evaluation: Evaluation, workload: Workload, protocol: Protocol, port: number, open: IpSet): readonly SeenSource[] {
  const parts: Record<Outcome, IpSet> = { allowed: IpSet.none, denied: IpSet.none, undecided: IpSet.none };
  for (const { addresses, connections } of reachability(evaluation).withAddresses(workload, "ingress")) {
    const certain = connections.certain.has(protocol, port);
    const outcome = certain ? "allowed" : connections.possible.has(protocol, port) ? "undecided" : "denied";
    parts[outcome] = parts[outcome].union(addresses.intersect(open));
  }
  return (["allowed", "undecided", "denied"] as const).flatMap((outcome) => {
    const first = firstOf(parts[outcome]);
    if (first === undefined) return [];
    return [{ addresses: parts[outcome], outcome, verdict: fromAddress(evaluation, formatAddress(first), workload, protocol, port) }];
  });
}

const clientsAmong = (sources: readonly SeenSource[]): Match<IpSet> => {
  const having = (...wanted: readonly Outcome[]): IpSet =>
    sources.filter(({ outcome }) => wanted.includes(outcome)).reduce((all, { addresses }) => all.union(addresses), IpSet.none);
  return { certain: having("allowed"), possible: having("allowed", "undecided") };
};

/** Clients are hidden behind the node they came in by; with nodes that are not known, behind any address besides. */
function nodeSources(evaluation: Evaluation, workload: Workload, protocol: Protocol, port: number): readonly SeenSource[] {
  const { nodes } = evaluation.cluster;
  // Nobody sees an address of a family of which it has none itself.
  const families = new Set(evaluation.universe.groups.ofWorkload(workload).flatMap(familiesOf));
  const known = nodes.flatMap(({ name, addresses }) =>
    addresses
      .filter((address) => families.has(parseAddress(address).family))
      .map((address): SeenSource => {
        const found = fromAddress(evaluation, address, workload, protocol, port);
        return { addresses: IpSet.cidr(address), node: name, outcome: found.outcome, verdict: found };
      }),
  );
  return nodesNotKnown(evaluation).length === 0 ? known : [...known, ...clientSources(evaluation, workload, protocol, port, IpSet.all)];
}

/** A client can come in by any node: it certainly gets through when it does behind each of them. */
function clientsBehind(sources: readonly SeenSource[], open: IpSet, areNodesMissing: boolean): Match<IpSet> {
  // A node nobody described may be the pod's own, from which nothing is denied.
  const may = areNodesMissing || sources.some(({ outcome }) => outcome !== "denied");
  const must = sources.length > 0 && sources.every(({ outcome }) => outcome === "allowed");
  return { certain: must ? open : IpSet.none, possible: may ? open : IpSet.none };
}

const fromAddress = (evaluation: Evaluation, address: string, workload: Workload, protocol: Protocol, port: number): Verdict =>
  verdict(evaluation, { from: { kind: "address", address }, to: { kind: "workload", workload }, protocol, port });

function firstOf(addresses: IpSet): Address | undefined {
  for (const family of ["IPv4", "IPv6"] as const) {
    const value = addresses[family].intervals[0]?.[0];
    if (value !== undefined) return { family, value };
  }
  return undefined;
}
