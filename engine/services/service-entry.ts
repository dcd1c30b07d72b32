import type { Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { type Outcome, type Protocol, type Service, type ServicePort, type Unknown, unknown, type Value, type Workload } from "../model";
import type { Match } from "../matching/pod-index";
import { familiesOf } from "../matching/pod-groups";
import { reachability } from "../reachability";
import { type Backend, backendsOf, findService, type ServiceRef } from "./service-backends";
import { formatAddress, IpSet, parseAddress } from "../sets/ip-set";
import { verdict } from "../verdict";

/** The ways into the cluster that a Service opens. */
export interface ServiceEntry {
  readonly service: ServiceRef;
  /** One for each port and way in; none for a Service without any. */
  readonly doors: readonly Door[];
  /** What would have to be known to tell whether there are more doors, or whether those that are listed are there at all. */
  readonly unknowns: readonly Unknown[];
}

/** One port at which clients outside the cluster can knock. */
export interface Door {
  /** A port on every node, or the address of a load balancer. */
  readonly via: "node port" | "load balancer";
  readonly protocol: Protocol;
  /** The port clients use. */
  readonly port: Value<number>;
  /** Who may use it at all: `loadBalancerSourceRanges` close a load balancer, never the node ports behind it. Everyone while they are not known. */
  readonly open: IpSet;
  /** Whose address pods see: the client's, or that of the node where the traffic came in; `either` while that is not known. */
  readonly seenAs: "client" | "node" | "either";
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
  const missing = [service.unknownType, service.unknownPorts].filter((each) => each !== undefined);
  return { service: ref, doors: service.ports.flatMap((port) => doorsOf(evaluation, ref, service, port)), unknowns: missing };
}

/** The ways in that one port of a Service opens; of a Service whose type is not known, those it may open. */
function doorsOf(evaluation: Evaluation, ref: ServiceRef, service: Service, port: ServicePort): readonly Door[] {
  const isPerhapsEntered = service.unknownType !== undefined;
  const hasBalancer = service.type === "LoadBalancer" || isPerhapsEntered;
  const hasNodePort = service.type === "NodePort" || (hasBalancer && port.nodePort !== undefined) || isPerhapsEntered;
  const nodePort = port.nodePort ?? unknown("the API server chooses the node port");
  return [
    ...(hasBalancer ? [doorOf(evaluation, ref, service, port, { via: "load balancer", port: port.port })] : []),
    ...(hasNodePort ? [doorOf(evaluation, ref, service, port, { via: "node port", port: nodePort })] : []),
  ];
}

function doorOf(
  evaluation: Evaluation,
  ref: ServiceRef,
  service: Service,
  { targetPort, protocol }: ServicePort,
  way: Pick<Door, "via" | "port">,
): Door {
  const open = openThrough(service, way.via);
  const views = viewsOf(service);
  const found = backendsOf(evaluation.cluster, service, targetPort, protocol);
  const backends = found?.map((backend) => doorBackend(evaluation, backend, protocol, open, views));
  const fromService = [service.unknownType, service.unknownExternalTrafficPolicy].filter((each) => each !== undefined);
  const unknowns = [
    ...(backends === undefined ? [unknown(`the endpoints of service ${ref.namespace}/${ref.name}: it has no selector`)] : []),
    ...(way.via === "load balancer" && service.unknownSourceRanges !== undefined ? [service.unknownSourceRanges] : []),
    ...fromService,
    ...(views.includes("node") ? nodesNotKnown(evaluation) : []),
  ];
  const seenAs = views.length > 1 ? "either" : (views[0] ?? "node");
  return { ...way, protocol, open: open.possible, seenAs, ...(backends === undefined ? {} : { backends }), unknowns };
}

/** Whose address pods may see. */
type View = "client" | "node";

function viewsOf({ externalTrafficPolicy, unknownExternalTrafficPolicy }: Service): readonly View[] {
  if (unknownExternalTrafficPolicy !== undefined) return ["client", "node"];
  return [externalTrafficPolicy === "Local" ? "client" : "node"];
}

/** Who may come in by a door: nobody for certain when it is not known whether the door is there. */
function openThrough({ sourceRanges, unknownSourceRanges, unknownType }: Service, via: Door["via"]): Match<IpSet> {
  const listed = IpSet.unionOf(sourceRanges.map((range) => IpSet.cidr(range)));
  const isClosed = via === "load balancer" && sourceRanges.length > 0;
  const isOpen = via === "load balancer" && unknownSourceRanges !== undefined;
  const certain = isClosed || isOpen ? listed : IpSet.all;
  return { certain: unknownType === undefined ? certain : IpSet.none, possible: isClosed && !isOpen ? listed : IpSet.all };
}

/** Nodes can be missing from the input: their addresses are then any. */
function nodesNotKnown({ cluster: { nodes, unknownNodes } }: Evaluation): readonly Unknown[] {
  if (unknownNodes !== undefined) return [unknownNodes];
  return nodes.some(({ addresses }) => addresses.length > 0) ? [] : [unknown("the addresses of the nodes")];
}

function doorBackend(
  evaluation: Evaluation,
  backend: Backend,
  protocol: Protocol,
  open: Match<IpSet>,
  views: readonly View[],
): DoorBackend {
  const { workload, port, isEndpoint } = backend;
  if (port === undefined || isEndpoint === "no") {
    return { ...backend, clients: { certain: IpSet.none, possible: isEndpoint === "no" ? IpSet.none : open.possible }, sources: [] };
  }
  const seen = views.map((view) => {
    const isClient = view === "client";
    const sources = isClient
      ? clientSources(evaluation, workload, protocol, port, open.possible)
      : nodeSources(evaluation, workload, protocol, port);
    return {
      sources,
      clients: isClient ? clientsAmong(sources, open) : clientsBehind(sources, open, nodesNotKnown(evaluation).length > 0),
    };
  });
  const certain = seen.map(({ clients }) => clients.certain).reduce((a, b) => a.intersect(b));
  const clients = {
    certain: isEndpoint === "yes" ? certain : IpSet.none,
    possible: IpSet.unionOf(seen.map((each) => each.clients.possible)),
  };
  return { ...backend, clients, sources: seen.flatMap(({ sources }) => sources) };
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
    const first = parts[outcome].first;
    if (first === undefined) return [];
    return [{ addresses: parts[outcome], outcome, verdict: fromAddress(evaluation, formatAddress(first), workload, protocol, port) }];
  });
}

const clientsAmong = (sources: readonly SeenSource[], open: Match<IpSet>): Match<IpSet> => {
  const having = (...wanted: readonly Outcome[]): IpSet =>
    sources.filter(({ outcome }) => wanted.includes(outcome)).reduce((all, { addresses }) => all.union(addresses), IpSet.none);
  return { certain: having("allowed").intersect(open.certain), possible: having("allowed", "undecided") };
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
function clientsBehind(sources: readonly SeenSource[], open: Match<IpSet>, areNodesMissing: boolean): Match<IpSet> {
  // A node nobody described may be the pod's own, from which nothing is denied.
  const may = areNodesMissing || sources.some(({ outcome }) => outcome !== "denied");
  const must = sources.length > 0 && sources.every(({ outcome }) => outcome === "allowed");
  return { certain: must ? open.certain : IpSet.none, possible: may ? open.possible : IpSet.none };
}

const fromAddress = (evaluation: Evaluation, address: string, workload: Workload, protocol: Protocol, port: number): Verdict =>
  verdict(evaluation, { from: { kind: "address", address }, to: { kind: "workload", workload }, protocol, port });
