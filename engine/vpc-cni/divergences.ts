import { addressEndpoint } from "../ends";
import { ownNodeAddresses } from "../exemption";
import { type Direction, type Endpoint, isUnknown, ModelError, type Workload } from "../model";
import { type Connections, reachability, type Reachability } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import type { CniFlow } from "./answers";
import { Attribution } from "./attribution";
import type { Divergence, DivergenceEnd, DivergenceReport } from "./divergence";
import { DivergentClasses } from "./divergent-classes";
import { divergentServices } from "./divergent-services";
import { PortSet } from "../sets/port-set";
import { CniEvaluator, type VpcCniEvaluation } from "./vpc-cni";

/** How much is looked at. */
export interface DivergenceLimits {
  /** How many pairs of ends whose rows differ are compared, and as many flows to Services. @default 2,000 */
  readonly pairs?: number;
}

/**
 * Where the VPC CNI answers otherwise than the specification: between workloads, from workloads to Services, and between workloads and
 * addresses. What the specification leaves undecided is no divergence, whatever the plugin makes of it.
 */
export function divergences(evaluation: VpcCniEvaluation, { pairs = 2_000 }: DivergenceLimits = {}): DivergenceReport {
  if (!(evaluation instanceof CniEvaluator))
    throw new ModelError("an evaluation that `vpcCni` did not make cannot be compared; make one with it");
  return new Comparison(evaluation, pairs).report();
}

class Comparison {
  private readonly classes: DivergentClasses;
  private readonly attribution: Attribution;
  private readonly specified: Reachability;
  private looked = 0;
  private omitted = 0;

  constructor(
    private readonly cni: CniEvaluator,
    private readonly limit: number,
  ) {
    this.classes = new DivergentClasses(cni);
    this.attribution = new Attribution(cni);
    this.specified = reachability(cni.specification);
  }

  report(): DivergenceReport {
    const { workloads } = this.cni.cluster;
    const found = [
      ...this.betweenWorkloads(),
      ...workloads.flatMap((workload) => [...this.withAddresses(workload, "egress"), ...this.withAddresses(workload, "ingress")]),
      ...this.toServices(),
    ];
    return { divergences: found, omitted: this.omitted };
  }

  private betweenWorkloads(): readonly Divergence[] {
    const { workloads } = this.cni.cluster;
    const places = new Map(workloads.map((workload, place) => [workload, place]));
    const seen = new Set<number>();
    const found: Divergence[] = [];
    const look = (from: Workload, to: Workload): void => {
      const key = (places.get(from) ?? 0) * workloads.length + (places.get(to) ?? 0);
      if (seen.has(key)) return;
      if (this.looked >= this.limit) {
        this.omitted++;
        return;
      }
      seen.add(key);
      this.looked++;
      const each = this.difference(asEnd(from), asEnd(to), from, to);
      if (each !== undefined) found.push(each);
    };
    const hosts = workloads.filter(({ hostNetwork }) => isUnknown(hostNetwork) || hostNetwork);
    for (const workload of workloads) {
      for (const to of [...this.workloadsIn(workload, "egress"), ...hosts]) look(workload, to);
      for (const from of this.workloadsIn(workload, "ingress")) look(from, workload);
    }
    return found;
  }

  private workloadsIn(workload: Workload, direction: Direction): readonly Workload[] {
    const { groups } = this.cni.ground.evaluation.universe;
    return [...this.classes.of(workload, direction).members()].flatMap((index) => {
      const group = groups.all[index];
      return group === undefined ? [] : groups.workloadsIn(group);
    });
  }

  /** Addresses with one answer are one entry; a pod's own nodes may be treated apart from the blocks they are in. */
  private withAddresses(workload: Workload, direction: Direction): readonly Divergence[] {
    const { universe, cluster } = this.cni.ground.evaluation;
    const differing = [...this.classes.of(workload, direction).members()].flatMap((index) => universe.addressesOf(index) ?? []);
    const nodes = direction === "egress" ? IpSet.unionOf(singles(ownNodeAddresses(cluster, workload, undefined).possible)) : IpSet.none;
    const unseen = this.unseen(direction);
    const parts = [...differing.map((each) => each.subtract(nodes).subtract(unseen)), ...singles(nodes), unseen].filter(
      ({ isEmpty }) => !isEmpty,
    );
    const found = new Map<string, Divergence>();
    for (const addresses of parts) {
      const endpoint = addressEndpoint(addresses);
      const here = asEnd(workload);
      const [from, to] = direction === "egress" ? [here, endpoint] : [endpoint, here];
      const each = this.difference(from, to, direction === "egress" ? workload : addresses, direction === "egress" ? addresses : workload);
      if (each === undefined) continue;
      const key = [each.opened, each.closed, each.undecided, each.cause.deviations].map(String).join("|");
      const known = found.get(key);
      found.set(key, known === undefined ? each : withMore(known, addresses));
    }
    return [...found.values()];
  }

  /** Addresses of the family that no program looks at, as one. */
  private unseen(direction: Direction): IpSet {
    const { ipFamily, enableV4Egress } = this.cni.settings;
    return direction === "ingress" || ipFamily === "IPv4" || enableV4Egress === false ? IpSet.none : IpSet.all.ofFamily("IPv4");
  }

  private toServices(): readonly Divergence[] {
    const { flows, omitted } = divergentServices(this.cni, this.limit);
    this.omitted += omitted;
    return flows.flatMap(({ flow, service, from }) => {
      const asked = ConnectionSet.of(flow.protocol, PortSet.of(flow.port));
      const vpc = this.cni.services.answer(flow.from, service, flow.port, flow.protocol).outcome;
      const specification = this.attribution.specified(flow);
      if (vpc === specification || specification === "undecided") return [];
      return [
        {
          from: { kind: "workload", workload: from },
          to: { kind: "service", service },
          opened: vpc === "allowed" ? asked : ConnectionSet.none,
          closed: vpc === "denied" ? asked : ConnectionSet.none,
          undecided: vpc === "undecided" ? asked : ConnectionSet.none,
          witness: { flow, specification, vpcCni: vpc },
          cause: this.attribution.cause(flow),
        },
      ];
    });
  }

  private difference(from: Endpoint, to: Endpoint, fromEnd: Workload | IpSet, toEnd: Workload | IpSet): Divergence | undefined {
    const specified = this.specified.connections(from, to);
    const enforced = this.cni.connections(from, to);
    const opened = enforced.certain.subtract(specified.possible);
    const closed = specified.certain.subtract(enforced.possible);
    const undecided = openOf(enforced).subtract(openOf(specified));
    const witness = closed.first ?? opened.first ?? undecided.first;
    if (witness === undefined) return undefined;
    const flow: CniFlow = { from, to, ...witness };
    const has = (set: ConnectionSet): boolean => set.has(witness.protocol, witness.port);
    return {
      from: endOf(fromEnd),
      to: endOf(toEnd),
      opened,
      closed,
      undecided,
      witness: {
        flow,
        specification: has(specified.certain) ? "allowed" : "denied",
        vpcCni: has(enforced.certain) ? "allowed" : has(enforced.possible) ? "undecided" : "denied",
      },
      cause: this.attribution.cause(flow),
    };
  }
}

/** What is possible and not certain. */
const openOf = ({ certain, possible }: Connections): ConnectionSet => possible.subtract(certain);

const asEnd = (workload: Workload): Endpoint => ({ kind: "workload", workload });

const endOf = (end: Workload | IpSet): DivergenceEnd =>
  end instanceof IpSet ? { kind: "addresses", addresses: end } : { kind: "workload", workload: end };

function withMore(divergence: Divergence, addresses: IpSet): Divergence {
  const wider = (end: DivergenceEnd): DivergenceEnd =>
    end.kind === "addresses" ? { ...end, addresses: end.addresses.union(addresses) } : end;
  return { ...divergence, from: wider(divergence.from), to: wider(divergence.to) };
}

/** More addresses in a row than this are no nodes, but the range that any node may be in. */
const nodesInRow = 1024n;

/** Addresses of nodes, each for itself. Of nodes that are not listed nothing can be told one by one. */
const singles = (addresses: IpSet): readonly IpSet[] =>
  (["IPv4", "IPv6"] as const).flatMap((family) =>
    addresses[family].intervals
      .filter(([from, to]) => to - from < nodesInRow)
      .flatMap(([from, to]) =>
        Array.from({ length: Number(to - from) + 1 }, (_, offset) => IpSet.range(family, from + BigInt(offset), from + BigInt(offset))),
      ),
  );
