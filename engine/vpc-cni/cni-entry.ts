import { addressEndpoint } from "../ends";
import type { Outcome, Protocol, Workload } from "../model";
import type { ServiceRef } from "../services/service-backends";
import { type Door, type DoorBackend, serviceEntry } from "../services/service-entry";
import { IpSet } from "../sets/ip-set";
import type { CniEvaluator } from "./vpc-cni";

/** A way into the cluster that a Service opens, with both answers at the pods behind it. */
export interface CniDoor extends Pick<Door, "via" | "port" | "seenAs"> {
  readonly protocol: Protocol;
  readonly arrivals: readonly CniArrival[];
}

/** What becomes of traffic that arrives at the pods of one workload from some addresses. */
export interface CniArrival {
  readonly workload: Workload;
  /** The port on the pods. */
  readonly port: number;
  /** Addresses that pods may see as the source, and that are treated alike. */
  readonly addresses: IpSet;
  /** The node whose address it is, where pods see that in place of the client's. */
  readonly node?: string;
  readonly specification: Outcome;
  readonly vpcCni: Outcome;
}

/**
 * How traffic from outside arrives through a Service of type NodePort or LoadBalancer, and what both make of it. Nothing resolves node ports
 * and load balancers: pods see an address, the client's own or that of a node, and only a rule for that address lets it in. From the pod's own
 * node everything is let in. A load balancer that has pods for targets is a client with addresses of its own subnets.
 *
 * A Service that is not in the cluster is a ModelError.
 */
export const cniEntry = (cni: CniEvaluator, ref: ServiceRef): readonly CniDoor[] =>
  serviceEntry(cni.specification, ref).doors.map(({ via, port, seenAs, protocol, backends = [] }) => ({
    via,
    port,
    seenAs,
    protocol,
    arrivals: backends.flatMap((backend) => arrivalsAt(cni, backend, protocol)),
  }));

function arrivalsAt(cni: CniEvaluator, { workload, port, sources }: DoorBackend, protocol: Protocol): readonly CniArrival[] {
  if (port === undefined) return [];
  return sources.flatMap(({ addresses, node, outcome }) =>
    [...byAnswer(cni, workload, addresses, protocol, port)].map(([vpcCni, part]) => ({
      workload,
      port,
      addresses: part,
      ...(node === undefined ? {} : { node }),
      specification: outcome,
      vpcCni,
    })),
  );
}

/** The addresses by what the plugin makes of them: its blocks can divide what is one for the specification. */
function byAnswer(cni: CniEvaluator, workload: Workload, addresses: IpSet, protocol: Protocol, port: number): ReadonlyMap<Outcome, IpSet> {
  const { universe } = cni.ground.evaluation;
  const found = new Map<Outcome, IpSet>();
  for (const index of universe.addressesIn(addresses)) {
    const part = universe.addressesOf(index)?.intersect(addresses) ?? IpSet.none;
    if (part.isEmpty) continue;
    const { certain, possible } = cni.connections(addressEndpoint(part), { kind: "workload", workload });
    const outcome = certain.has(protocol, port) ? "allowed" : possible.has(protocol, port) ? "undecided" : "denied";
    found.set(outcome, (found.get(outcome) ?? IpSet.none).union(part));
  }
  return found;
}
