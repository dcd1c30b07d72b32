import type { Verdict } from "../decision";
import { type Evaluation, evaluate } from "../evaluation";
import type { MeasuredEnd, MeasuredEnds } from "./measured-ends";
import { type Direction, type Flow, protocols, type Workload } from "../model";
import type { PolicyChange } from "./policy-change";
import { type Connections, reachability, type Reachability } from "../reachability";
import { concernedBy, reducedCluster } from "./reduced-cluster";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import { verdict } from "../verdict";

/** A source and a destination whose connections a change may alter. */
export interface Pair {
  readonly from: MeasuredEnd;
  readonly to: MeasuredEnd;
}

/** Two ends, and what may flow between them that could not before. */
export interface OpenedConnections extends Pair {
  readonly opened: ConnectionSet;
}

/** What a change opens beside the flow it is made for. */
export interface Opened {
  /** The number of (source, destination, protocol, port) that become possible, the wanted flow not among them. */
  readonly connections: bigint;
  readonly pairs: readonly OpenedConnections[];
  /** False: counting was given up, there may be more. */
  readonly isComplete: boolean;
}

/** Ends between which a change may alter connections: each subject with each other end. */
export interface Reach {
  readonly direction: Direction;
  readonly subjects: readonly Workload[];
  readonly others: MeasuredEnds;
  /** Nothing but the port of the wanted flow can be opened. */
  readonly isSinglePort: boolean;
}

/** At most how many pairs a change may alter. */
export const widthOf = ({ subjects, others }: Reach): number => subjects.length * others.count;

const identityOf = ({ endpoint }: MeasuredEnd): unknown => (endpoint.kind === "workload" ? endpoint.workload : endpoint.address);

function distinct(pairs: readonly Pair[]): readonly Pair[] {
  const seen = new Map<unknown, Set<unknown>>();
  return pairs.filter(({ from, to }) => {
    const targets = seen.get(identityOf(from)) ?? new Set();
    seen.set(identityOf(from), targets);
    return targets.size < targets.add(identityOf(to)).size;
  });
}

/** How many pairs are looked at together: few at first, as one that opens something is mostly enough to rule a change out. */
const firstPairs = 4;
const morePairs = 256;

/** Proves that changes allow a flow, and measures what they open beside it. */
export class ChangeMeter {
  private readonly answers = new Map<unknown, Map<unknown, Connections>>();

  constructor(
    private readonly evaluation: Evaluation,
    private readonly wanted: Flow,
    /** After how many pairs counting is given up. */
    private readonly mostPairs: number,
  ) {}

  /** The answer for the wanted flow once the changes are made. */
  proof(changes: readonly PolicyChange[]): Verdict {
    const cluster = reducedCluster(this.evaluation, concernedBy([this.wanted]), { changes });
    return verdict(evaluate(cluster, this.evaluation.profile), this.wanted);
  }

  /** Looks up together what changes that are to be measured are likely to ask about first. */
  prepare(reaches: readonly Reach[]): void {
    this.ask(distinct(reaches.flatMap((reach) => this.pairsOf([reach]).slice(0, firstPairs))));
  }

  /** Counts what changes open, until it is certain that they open more than `limit`. */
  opened(changes: readonly PolicyChange[], reaches: readonly Reach[], limit: bigint | undefined): Opened {
    const pairs = this.pairsOf(reaches);
    const found: OpenedConnections[] = [];
    let connections = 0n;
    for (let start = 0, size = firstPairs; start < pairs.length; start += size, size = morePairs) {
      const isEnough = start >= this.mostPairs || (limit !== undefined && connections > limit);
      if (isEnough) return { connections, pairs: found, isComplete: false };
      for (const each of this.openedInPart(changes, pairs.slice(start, start + size))) {
        found.push(each);
        connections += each.from.count * each.to.count * sizeOf(each.opened);
      }
    }
    return { connections, pairs: found, isComplete: true };
  }

  /** Every pair that changes may alter, each once; not the wanted one where only what is wanted can change. */
  private pairsOf(reaches: readonly Reach[]): readonly Pair[] {
    const isSinglePort = reaches.every((reach) => reach.isSinglePort);
    const pairs = reaches.flatMap((reach) => {
      const { direction, subjects } = reach;
      const others = reach.others.list();
      return subjects.flatMap((workload): readonly Pair[] => {
        const subject: MeasuredEnd = { endpoint: { kind: "workload", workload }, count: 1n };
        return others.map((other) => (direction === "egress" ? { from: subject, to: other } : { from: other, to: subject }));
      });
    });
    return distinct(pairs).filter((pair) => !isSinglePort || !this.isWanted(pair));
  }

  private openedInPart(changes: readonly PolicyChange[], pairs: readonly Pair[]): readonly OpenedConnections[] {
    const after = this.reachabilityAmong(pairs, changes);
    this.ask(pairs);
    return pairs.flatMap((pair) => {
      const gained = gain(this.before(pair) as Connections, after.connections(pair.from.endpoint, pair.to.endpoint));
      const { protocol, port } = this.wanted;
      const opened = this.isWanted(pair) ? gained.subtract(ConnectionSet.of(protocol, PortSet.of(port))) : gained;
      return opened.isEmpty ? [] : [{ ...pair, opened }];
    });
  }

  private before({ from, to }: Pair): Connections | undefined {
    return this.answers.get(identityOf(from))?.get(identityOf(to));
  }

  /** Looks up what flows without any change. Several changes speak of the same pairs. */
  private ask(pairs: readonly Pair[]): void {
    const unasked = pairs.filter((pair) => this.before(pair) === undefined);
    if (unasked.length === 0) return;
    const before = this.reachabilityAmong(unasked, []);
    for (const { from, to } of unasked) {
      const answers = this.answers.get(identityOf(from)) ?? new Map<unknown, Connections>();
      this.answers.set(identityOf(from), answers.set(identityOf(to), before.connections(from.endpoint, to.endpoint)));
    }
  }

  private reachabilityAmong(pairs: readonly Pair[], changes: readonly PolicyChange[]): Reachability {
    const concerned = concernedBy(pairs.map(({ from, to }) => ({ from: from.endpoint, to: to.endpoint })));
    const cluster = reducedCluster(this.evaluation, concerned, { changes, isTrimmed: true });
    return reachability(evaluate(cluster, this.evaluation.profile));
  }

  private isWanted({ from, to }: Pair): boolean {
    const same = ({ endpoint }: MeasuredEnd, other: Flow["from"]): boolean =>
      endpoint.kind === "workload"
        ? other.kind === "workload" && other.workload === endpoint.workload
        : other.kind === "address" && other.address === endpoint.address;
    return same(from, this.wanted.from) && same(to, this.wanted.to);
  }
}

/** What is likelier than before: possible and was not, or certain and was not. */
export const gain = (before: Connections, after: Connections): ConnectionSet =>
  after.possible.subtract(before.possible).union(after.certain.subtract(before.certain));

function sizeOf(connections: ConnectionSet): bigint {
  const ports = protocols.flatMap((protocol) => connections[protocol].intervals.map(([from, to]) => to - from + 1));
  return BigInt(ports.reduce((sum, each) => sum + each, 0));
}
