import { addressEndpoint } from "../ends";
import { ownNodeAddresses } from "../exemption";
import { type Direction, directions, isUnknown, ModelError, type Workload } from "../model";
import { reachability, type Reachability } from "../reachability";
import { IpSet } from "../sets/ip-set";
import { AddressCauses } from "./address-causes";
import { Attribution } from "./attribution";
import type { DivergenceCause, DivergenceReport, DivergentPair } from "./divergence";
import { type Cell, crossed, visitCells } from "./divergence-cells";
import { DivergenceGroups, examplesShown } from "./divergence-groups";
import { DivergentClasses, type DivergentSubjects } from "./divergent-classes";
import { differenceToService, serviceCells } from "./divergent-services";
import { type ComparedEnd, pairDifference, workloadSide } from "./pair-difference";
import { CniEvaluator, type VpcCniEvaluation } from "./vpc-cni";

/** How much is looked at. */
export interface DivergenceLimits {
  /** How many pairs of workloads whose rows differ are compared, and as many flows to Services. @default 2,000 */
  readonly pairs?: number;
}

/**
 * Where the VPC CNI answers otherwise than the specification: between workloads, from workloads to Services, and between workloads and
 * addresses; gathered by cause. What the specification leaves undecided is no divergence, whatever the plugin makes of it.
 */
export function divergences(evaluation: VpcCniEvaluation, { pairs = 2_000 }: DivergenceLimits = {}): DivergenceReport {
  if (!(evaluation instanceof CniEvaluator))
    throw new ModelError("an evaluation that `vpcCni` did not make cannot be compared; make one with it");
  return new Comparison(evaluation, pairs).report();
}

class Comparison {
  private readonly attribution: Attribution;
  private readonly causes: AddressCauses;
  private readonly specified: Reachability;
  private readonly groups = new DivergenceGroups();
  private readonly subjects: Readonly<Record<Direction, readonly DivergentSubjects[]>>;

  constructor(
    private readonly cni: CniEvaluator,
    private readonly limit: number,
  ) {
    const classes = new DivergentClasses(cni);
    this.subjects = { ingress: classes.in("ingress"), egress: classes.in("egress") };
    this.attribution = new Attribution(cni);
    this.causes = new AddressCauses(cni, this.attribution);
    this.specified = reachability(cni.specification);
  }

  report(): DivergenceReport {
    const betweenWorkloads = this.betweenWorkloads();
    for (const direction of directions) for (const alike of this.subjects[direction]) this.withAddresses(alike, direction);
    const toServices = this.toServices();
    return { divergences: this.groups.all(), omitted: betweenWorkloads + toServices };
  }

  /** Returns how many pairs that may differ were not looked at. */
  private betweenWorkloads(): number {
    const { workloads } = this.cni.cluster;
    const places = new Map(workloads.map((workload, place) => [workload, place]));
    const seen = new Set<number>();
    return visitCells(this.workloadCells(), this.limit, ([subject, { workload, direction }]) => {
      const [from, to] = direction === "egress" ? [subject, workload] : [workload, subject];
      const key = (places.get(from) ?? 0) * workloads.length + (places.get(to) ?? 0);
      if (seen.has(key)) return;
      seen.add(key);
      const pair = this.difference(workloadSide(from), workloadSide(to));
      if (pair !== undefined) this.groups.add(pair, this.attribution.cause(pair.witness));
    });
  }

  private workloadCells(): readonly WorkloadCell[] {
    const { workloads } = this.cni.cluster;
    const hosts = workloads.filter(({ hostNetwork }) => isUnknown(hostNetwork) || hostNetwork);
    // What a pod may send to its own node is no matter of rows.
    const toHosts = crossed(workloads, hosts.length, () => hosts.map((workload): OtherWorkload => ({ workload, direction: "egress" })));
    const byRows = directions.flatMap((direction) =>
      this.subjects[direction].map(({ workloads: subjects, others }) => {
        const list = (): readonly OtherWorkload[] =>
          [...others.members()].flatMap((index) => this.workloadsAt(index).map((workload) => ({ workload, direction })));
        const count = others.members().reduce((sum, index) => sum + this.workloadsAt(index).length, 0);
        return crossed(subjects, count, list);
      }),
    );
    return [...byRows, toHosts].filter(({ size }) => size > 0);
  }

  private workloadsAt(index: number): readonly Workload[] {
    const { groups } = this.cni.ground.evaluation.universe;
    const group = groups.all[index];
    return group === undefined ? [] : groups.workloadsIn(group);
  }

  /** Workloads with the same rows differ alike from every address, but for their own nodes. */
  private withAddresses({ workloads, others }: DivergentSubjects, direction: Direction): void {
    const { universe } = this.cni.ground.evaluation;
    const differing = [...others.members()].flatMap((index) => universe.addressesOf(index) ?? []);
    const unseen = this.unseen(direction);
    const byNodes = new Map<string, { readonly nodes: IpSet; readonly workloads: Workload[] }>();
    for (const workload of workloads) {
      const nodes = direction === "egress" ? IpSet.unionOf(singles(this.ownNodes(workload))) : IpSet.none;
      const key = nodes.toString();
      const same = byNodes.get(key) ?? { nodes, workloads: [] };
      byNodes.set(key, same);
      same.workloads.push(workload);
    }
    for (const { nodes, workloads: alike } of byNodes.values()) {
      const parts = [...differing.map((each) => each.subtract(nodes).subtract(unseen)), ...singles(nodes), unseen];
      this.ofParts(
        alike,
        parts.filter(({ isEmpty }) => !isEmpty),
        direction,
      );
    }
  }

  private ownNodes(workload: Workload): IpSet {
    return ownNodeAddresses(this.cni.ground.evaluation.cluster, workload, undefined).possible;
  }

  /** Addresses with one answer are one pair. */
  private ofParts(workloads: readonly Workload[], parts: readonly IpSet[], direction: Direction): void {
    const [first] = workloads;
    if (first === undefined) return;
    const found = new Map<string, { addresses: IpSet; readonly asked: IpSet; readonly cause: DivergenceCause }>();
    for (const addresses of parts) {
      const pair = this.withPart(first, { asked: addresses, shown: addresses }, direction);
      if (pair === undefined) continue;
      const isOfNode = !addresses.intersect(this.ownNodes(first)).isEmpty;
      const cause = isOfNode ? this.attribution.cause(pair.witness) : this.causes.of(pair, first, addresses, direction);
      const key = [pair.opened, pair.closed, pair.undecided, JSON.stringify([cause.deviations, cause.rules])].map(String).join("|");
      const known = found.get(key);
      if (known === undefined) found.set(key, { addresses, asked: addresses, cause });
      else known.addresses = known.addresses.union(addresses);
    }
    for (const { addresses, asked, cause } of found.values()) {
      const shown = workloads.slice(0, examplesShown);
      for (const [place, workload] of shown.entries()) {
        const pair = this.withPart(workload, { asked, shown: addresses }, direction);
        const rest = place === 0 ? workloads.length - shown.length : 0;
        if (pair !== undefined) this.groups.add(pair, cause, 1 + rest);
      }
    }
  }

  private withPart(
    workload: Workload,
    { asked, shown }: { readonly asked: IpSet; readonly shown: IpSet },
    direction: Direction,
  ): DivergentPair | undefined {
    const [here, there] = [workloadSide(workload), { asked: addressEndpoint(asked), shown }];
    return direction === "egress" ? this.difference(here, there) : this.difference(there, here);
  }

  /** Addresses of the family that no program looks at, as one. */
  private unseen(direction: Direction): IpSet {
    const { ipFamily, enableV4Egress } = this.cni.settings;
    return direction === "ingress" || ipFamily === "IPv4" || enableV4Egress === false ? IpSet.none : IpSet.all.ofFamily("IPv4");
  }

  /** Returns how many flows that may differ were not looked at. */
  private toServices(): number {
    const plain = this.cni.withDeviations(new Set());
    const seen = new Map<Workload, Set<string>>();
    return visitCells(serviceCells(this.cni), this.limit, (flow) => {
      const [from, { to, port, protocol }] = flow;
      const mine = seen.get(from) ?? new Set<string>();
      const key = `${to.service.namespace}/${to.service.name}:${String(port)}/${protocol}`;
      if (mine.has(key)) return;
      seen.set(from, mine.add(key));
      const pair = differenceToService(this.cni, this.attribution, flow, plain);
      if (pair !== undefined) this.groups.add(pair, this.attribution.cause(pair.witness));
    });
  }

  private difference(from: ComparedEnd, to: ComparedEnd): DivergentPair | undefined {
    return pairDifference(this.specified, this.cni, from, to);
  }
}

interface OtherWorkload {
  readonly workload: Workload;
  /** In which of its directions the subject is looked at. */
  readonly direction: Direction;
}

type WorkloadCell = Cell<readonly [Workload, OtherWorkload]>;

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
