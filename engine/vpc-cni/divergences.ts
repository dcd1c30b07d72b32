import { type Direction, directions, isUnknown, ModelError, type Workload } from "../model";
import { reachability, type Reachability } from "../reachability";
import { AddressDivergences } from "./address-divergences";
import { Attribution } from "./attribution";
import type { DivergenceReport } from "./divergence";
import { type Cell, crossed, visitCells } from "./divergence-cells";
import { DivergenceGroups } from "./divergence-groups";
import { DivergentClasses, type DivergentSubjects } from "./divergent-classes";
import { differenceToService, serviceCells } from "./divergent-services";
import { pairDifference, workloadSide } from "./pair-difference";
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
  private readonly addresses: AddressDivergences;
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
    this.specified = reachability(cni.specification);
    this.addresses = new AddressDivergences(cni, this.specified, this.attribution, this.groups);
  }

  report(): DivergenceReport {
    const betweenWorkloads = this.betweenWorkloads();
    for (const direction of directions) for (const alike of this.subjects[direction]) this.addresses.compare(alike, direction);
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
      const pair = pairDifference(this.specified, this.cni, workloadSide(from), workloadSide(to));
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
}

interface OtherWorkload {
  readonly workload: Workload;
  /** In which of its directions the subject is looked at. */
  readonly direction: Direction;
}

type WorkloadCell = Cell<readonly [Workload, OtherWorkload]>;
