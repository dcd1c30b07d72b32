import type { Evaluation } from "../evaluation";
import type { Cluster, Direction, Endpoint, ServicePort, Workload } from "../model";
import { isUnknown } from "../model";
import type { Connections } from "../reachability";
import type { Ternary } from "../selector";
import type { ServiceRef } from "../services/service-backends";
import type { CniFlow, CniReachability, CniVerdict, ServiceConnections } from "./answers";
import { Attribution } from "./attribution";
import { cniBetween } from "./cni-between";
import { type CniDoor, cniEntry } from "./cni-entry";
import { cniVerdict } from "./cni-verdict";
import type { DivergenceCause } from "./divergence";
import { type Deviation, everyDeviation } from "./deviation";
import { type Ground, groundOf } from "./ground";
import { losesPing, ping, type PingAnswer } from "./ping";
import { ServiceFlows } from "./service-flow";
import { ServiceDirectory } from "./service-directory";
import { ServicePeers } from "./service-peers";
import type { CniSettings } from "./settings";
import { SharedRows } from "./shared-rows";
import { SubjectRows } from "./subject-rows";

/** A cluster as the VPC CNI enforces its policies. */
export interface VpcCniEvaluation extends CniReachability {
  readonly cluster: Cluster;
  readonly settings: CniSettings;
  /** The deviations from the specification that are switched on. */
  readonly active: ReadonlySet<Deviation>;
  /** What the specification says of the same cluster. */
  readonly specification: Evaluation;
  /**
   * Whether one flow is allowed, and why. A workload or Service that is not in the cluster, or an address that is none, is a ModelError.
   */
  verdict(flow: CniFlow): CniVerdict;
  /** What makes the answer for one flow another than the specification's; undefined where they agree. */
  cause(flow: CniFlow): DivergenceCause | undefined;
  /** Whether the agent enforces policies on the pods of a workload at all. */
  isEnforced(workload: Workload): Ternary;
  /** Whether ICMP gets from one end to another. */
  ping(from: Endpoint, to: Endpoint): PingAnswer;
  /** Whether policies let a workload's pods exchange ICMP with nobody in one direction, though they let connections through. */
  losesPing(workload: Workload, direction: Direction): boolean;
  /** How traffic from outside arrives through a Service, and what both make of it. A Service that is not in the cluster is a ModelError. */
  entry(service: ServiceRef): readonly CniDoor[];
  /** The same cluster with other deviations switched on. */
  withDeviations(active: ReadonlySet<Deviation>): VpcCniEvaluation;
}

/**
 * Evaluates a cluster as the VPC CNI enforces its policies. Where an evaluation of the cluster is at hand, give that: what it worked out is used.
 *
 * `active` are the deviations from the specification that are switched on.
 *
 * @default every deviation
 */
export function vpcCni(
  source: Cluster | Evaluation,
  settings: CniSettings,
  active: ReadonlySet<Deviation> = everyDeviation,
): VpcCniEvaluation {
  return new CniEvaluator(groundOf(source, settings), active);
}

/** The evaluator, with what its neighbours ask of it. */
export class CniEvaluator implements VpcCniEvaluation {
  readonly rows: SubjectRows;
  readonly services: ServiceFlows;
  private icmp: SubjectRows | undefined;

  constructor(
    readonly ground: Ground,
    readonly active: ReadonlySet<Deviation>,
    private readonly peers: ServicePeers = new ServicePeers(ground.cluster),
    private readonly directory: ServiceDirectory = new ServiceDirectory(ground.cluster),
    private readonly shared: SharedRows = new SharedRows(),
  ) {
    this.rows = new SubjectRows(ground, active, shared);
    this.services = new ServiceFlows(this.rows, peers, directory);
  }

  get cluster(): Cluster {
    return this.ground.cluster;
  }

  get settings(): CniSettings {
    return this.ground.settings;
  }

  get specification(): Evaluation {
    return this.ground.specification;
  }

  withDeviations(active: ReadonlySet<Deviation>): CniEvaluator {
    return new CniEvaluator(this.ground, active, this.peers, this.directory, this.shared);
  }

  verdict(flow: CniFlow): CniVerdict {
    return cniVerdict(this.rows, this.services, flow);
  }

  cause(flow: CniFlow): DivergenceCause | undefined {
    const attribution = new Attribution(this);
    const specification = attribution.specified(flow);
    const found = this.verdict(flow).outcome;
    return specification === found ? undefined : attribution.cause({ flow, specification, vpcCni: found });
  }

  isEnforced(workload: Workload): Ternary {
    return this.rows.enforcement(workload).isEnforced;
  }

  ping(from: Endpoint, to: Endpoint): PingAnswer {
    return ping(this.specification, this.icmpRows(), from, to);
  }

  losesPing(workload: Workload, direction: Direction): boolean {
    return losesPing(this.rows, this.icmpRows(), workload, direction);
  }

  entry(service: ServiceRef): readonly CniDoor[] {
    return cniEntry(this, service);
  }

  private icmpRows(): SubjectRows {
    return (this.icmp ??= new SubjectRows({ ...this.ground, packets: "icmp" }, this.active, this.shared));
  }

  between(from: Workload, to: Workload): Connections {
    return this.connections({ kind: "workload", workload: from }, { kind: "workload", workload: to });
  }

  connections(from: Endpoint, to: Endpoint): Connections {
    const { table } = this.ground.evaluation;
    const { certain, possible } = cniBetween(this.rows, from, to);
    return { certain: table.set(certain), possible: table.set(possible) };
  }

  toServices(from: Workload): readonly ServiceConnections[] {
    return this.cluster.services.flatMap((service) => {
      if (isUnknown(service.namespace) || isUnknown(service.name)) return [];
      const ref: ServiceRef = { namespace: service.namespace, name: service.name };
      return service.ports.map((port) => this.toPort({ kind: "workload", workload: from }, ref, port));
    });
  }

  private toPort(from: Endpoint, service: ServiceRef, { port, protocol }: ServicePort): ServiceConnections {
    if (isUnknown(port)) return { service, port, protocol, outcome: "undecided" };
    return { service, port, protocol, outcome: this.services.answer(from, service, port, protocol).outcome };
  }
}
