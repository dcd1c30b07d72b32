import { addressEndpoint } from "../ends";
import { ownNodeAddresses } from "../exemption";
import type { Direction, Workload } from "../model";
import type { Reachability } from "../reachability";
import { IpSet } from "../sets/ip-set";
import { AddressCauses, type Surroundings } from "./address-causes";
import type { Attribution } from "./attribution";
import type { Differing, DivergenceCause, DivergentPair } from "./divergence";
import { type DivergenceGroups, examplesShown } from "./divergence-groups";
import type { ComparedRows, DivergentSubjects } from "./divergent-classes";
import { pairDifference, workloadSide } from "./pair-difference";
import { RowDifferences } from "./row-differences";
import type { CniEvaluator } from "./vpc-cni";

/** Addresses that are asked about as one. */
interface Part {
  readonly addresses: IpSet;
  /** Their class. Absent: they are not all of one. */
  readonly index?: number;
}

/** Workloads that rows and nodes treat alike. */
interface Alike {
  readonly workloads: readonly Workload[];
  readonly first: Workload;
  readonly direction: Direction;
  /** What decides about addresses that are not of their nodes. Absent: more than their rows and the blocks in them. */
  readonly plain?: { readonly rows: ComparedRows; readonly around: Surroundings };
}

/** Addresses with which something else flows for one cause. */
interface Found {
  readonly asked: IpSet;
  readonly parts: IpSet[];
  readonly differing: Differing;
  readonly cause: DivergenceCause;
}

/** Compares what both evaluators let through between workloads and addresses. */
export class AddressDivergences {
  private readonly causes: AddressCauses;
  private readonly differences: RowDifferences;
  private readonly hasNodes: boolean;
  private readonly parts = new Map<number, Part>();

  constructor(
    private readonly cni: CniEvaluator,
    private readonly specified: Reachability,
    private readonly attribution: Attribution,
    private readonly groups: DivergenceGroups,
  ) {
    this.causes = new AddressCauses(cni, attribution);
    this.differences = new RowDifferences(cni.ground.evaluation.table);
    this.hasNodes = cni.cluster.nodes.length > 0;
  }

  /** Workloads with the same rows differ alike from every address, but for their own nodes. */
  compare({ workloads, others, rows }: DivergentSubjects, direction: Direction): void {
    const { allAddresses } = this.cni.ground.evaluation.universe;
    const differing = Array.from(others.intersect(allAddresses).members(), (index) => this.partOf(index));
    const unseen = this.unseen(direction);
    for (const { nodes, workloads: alike } of this.byNodes(workloads, direction)) {
      const [first] = alike;
      const special = nodes.union(unseen);
      const rest = special.isEmpty ? differing : differing.map((part) => outside(part, special));
      const apart = [...singles(nodes), unseen].map((addresses): Part => ({ addresses }));
      const parts = [...rest, ...apart].filter(({ addresses }) => !addresses.isEmpty);
      if (first === undefined || parts.length === 0) continue;
      const around = rows === undefined ? undefined : this.causes.around(first, direction);
      const plain = rows === undefined || around === undefined ? {} : { plain: { rows, around } };
      this.ofParts({ workloads: alike, first, direction, ...plain }, parts);
    }
  }

  private partOf(index: number): Part {
    const known = this.parts.get(index);
    if (known !== undefined) return known;
    const part: Part = { addresses: this.cni.ground.evaluation.universe.addressesOf(index) ?? IpSet.none, index };
    this.parts.set(index, part);
    return part;
  }

  /** Workloads by the nodes they run on, or may: what they send to these is a matter of its own. */
  private byNodes(workloads: readonly Workload[], direction: Direction): Iterable<{ nodes: IpSet; workloads: readonly Workload[] }> {
    if (direction === "ingress" || !this.hasNodes) return [{ nodes: IpSet.none, workloads }];
    const byNodes = new Map<string, { nodes: IpSet; workloads: Workload[] }>();
    for (const workload of workloads) {
      const { certain, possible } = ownNodeAddresses(this.cni.ground.evaluation.cluster, workload, undefined);
      const nodes = IpSet.unionOf(singles(possible));
      const key = `${nodes.toString()} ${certain.toString()}`;
      const same = byNodes.get(key) ?? { nodes, workloads: [] };
      byNodes.set(key, same);
      same.workloads.push(workload);
    }
    return byNodes.values();
  }

  private ownNodes(workload: Workload): IpSet {
    return ownNodeAddresses(this.cni.ground.evaluation.cluster, workload, undefined).possible;
  }

  /** Addresses with one answer are one pair. */
  private ofParts(alike: Alike, parts: readonly Part[]): void {
    const found = new Map<string, Found>();
    const seen = new Map<Differing, Map<number, Found>>();
    const nodes = this.ownNodes(alike.first);
    for (const part of parts) {
      const isOfNode = this.hasNodes && !part.addresses.intersect(nodes).isEmpty;
      const one = isOfNode || part.index === undefined ? this.asked(alike, part, found) : this.read(alike, part, part.index, seen, found);
      one?.parts.push(part.addresses);
    }
    for (const each of found.values()) this.report(alike, each);
  }

  /** Asks both evaluators about one of the addresses. */
  private asked({ first, direction }: Alike, { addresses }: Part, found: Map<string, Found>): Found | undefined {
    const pair = this.withPart(first, { asked: addresses, shown: addresses }, direction);
    return pair === undefined ? undefined : gathered(found, addresses, pair, this.attribution.cause(pair.witness));
  }

  /** Reads both rows where nothing else decides: what differs alike inside the same blocks is looked into once. */
  private read(alike: Alike, part: Part, index: number, seen: Map<Differing, Map<number, Found>>, found: Map<string, Found>) {
    const { plain, direction, first } = alike;
    if (plain === undefined) return this.asked(alike, part, found);
    const differing = this.differences.at(plain.rows, index);
    if (differing === undefined) return undefined;
    const blocks = plain.around.blocks.at(index);
    const ofDiffering = seen.get(differing) ?? new Map<number, Found>();
    seen.set(differing, ofDiffering);
    const known = ofDiffering.get(blocks);
    if (known !== undefined) return known;
    const { addresses } = part;
    const pair = (): DivergentPair => this.pair(first, { asked: addresses, shown: addresses }, direction);
    const fresh = gathered(found, addresses, differing, this.causes.of(direction, differing, plain.around, blocks, pair));
    ofDiffering.set(blocks, fresh);
    return fresh;
  }

  private report({ workloads, direction, plain }: Alike, { asked, parts, differing, cause }: Found): void {
    const shown = workloads.slice(0, examplesShown);
    let all: IpSet | undefined;
    const ends = (): Addresses => ({ asked, shown: (all ??= IpSet.unionOf(parts)) });
    for (const [place, workload] of shown.entries()) {
      const times = place === 0 ? 1 + workloads.length - shown.length : 1;
      if (plain !== undefined && !this.hasNodes) {
        this.groups.addAlike(differing, cause, times, () => this.pair(workload, ends(), direction));
        continue;
      }
      const pair = this.withPart(workload, ends(), direction);
      if (pair !== undefined) this.groups.add(pair, cause, times);
    }
  }

  /** The pair, where the two are known to differ. */
  private pair(workload: Workload, addresses: Addresses, direction: Direction): DivergentPair {
    const pair = this.withPart(workload, addresses, direction);
    if (pair === undefined) throw new Error("both evaluators agree where their rows differ");
    return pair;
  }

  private withPart(workload: Workload, { asked, shown }: Addresses, direction: Direction): DivergentPair | undefined {
    const [here, there] = [workloadSide(workload), { asked: addressEndpoint(asked), shown }];
    return direction === "egress"
      ? pairDifference(this.specified, this.cni, here, there)
      : pairDifference(this.specified, this.cni, there, here);
  }

  /** Addresses of the family that no program looks at, as one. */
  private unseen(direction: Direction): IpSet {
    const { ipFamily, enableV4Egress } = this.cni.settings;
    return direction === "ingress" || ipFamily === "IPv4" || enableV4Egress === false ? IpSet.none : IpSet.all.ofFamily("IPv4");
  }
}

/** Addresses of one answer: one of them is asked about, all are shown. */
interface Addresses {
  readonly asked: IpSet;
  readonly shown: IpSet;
}

/** What is found about some addresses: one entry for all that differ alike for one cause. */
function gathered(found: Map<string, Found>, asked: IpSet, differing: Differing, cause: DivergenceCause): Found {
  const { opened, closed, undecided } = differing;
  const key = [opened, closed, undecided, JSON.stringify([cause.deviations, cause.rules])].map(String).join("|");
  const known = found.get(key) ?? { asked, parts: [], differing, cause };
  found.set(key, known);
  return known;
}

/** What is left of a part; it is no longer all of a class when something was taken away. */
function outside(part: Part, special: IpSet): Part {
  const addresses = part.addresses.subtract(special);
  return addresses.equals(part.addresses) ? part : { addresses };
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
