import type { Candidate } from "./closed-end";
import type { Verdict } from "../decision";
import { type Evaluation, evaluate } from "../evaluation";
import type { MeasuredEnd, MeasuredEnds } from "./measured-ends";
import { type Direction, type Flow, protocols, type Workload } from "../model";
import { merged, type PolicyChange } from "./policy-change";
import { type Connections, reachability, type Reachability } from "../reachability";
import { concernedBy, reducedCluster } from "./reduced-cluster";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import type { TrialGround } from "./trial-ground";
import { verdict } from "../verdict";

/** A source and a destination whose connections a change may alter. */
export interface Pair {
  readonly from: MeasuredEnd;
  readonly to: MeasuredEnd;
}

/** The first of the pairs that a change may alter. */
export const somePairs = (reach: Reach, most: number): readonly Pair[] => take(everyPair([reach]), most);

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

function* everyPair(reaches: readonly Reach[]): Generator<Pair> {
  for (const { direction, subjects, others } of reaches) {
    const ends = others.list();
    for (const workload of subjects) {
      const subject: MeasuredEnd = { endpoint: { kind: "workload", workload }, count: 1n };
      for (const other of ends) yield direction === "egress" ? { from: subject, to: other } : { from: other, to: subject };
    }
  }
}

/** The pairs that changes may alter, each once. */
function* distinct(reaches: readonly Reach[]): Generator<Pair> {
  const seen = new Map<unknown, Set<unknown>>();
  for (const pair of everyPair(reaches)) {
    const targets = seen.get(identityOf(pair.from)) ?? new Set();
    seen.set(identityOf(pair.from), targets);
    if (targets.size < targets.add(identityOf(pair.to)).size) yield pair;
  }
}

function take<T>(from: Iterator<T>, most: number): readonly T[] {
  const taken: T[] = [];
  while (taken.length < most) {
    const next = from.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

/** How many pairs are looked at together: few at first, as one that opens something is mostly enough to rule a change out. */
const firstPairs = 4;
const morePairs = 256;

/** Proves that changes allow a flow, and measures what they open beside it. */
export class ChangeMeter {
  /** What flows without any change. */
  private readonly before: Reachability;

  constructor(
    private readonly evaluation: Evaluation,
    private readonly wanted: Flow,
    /** After how many pairs counting is given up. */
    private readonly mostPairs: number,
    /** Where candidates are tried out quickly. Absent: each is tried on a reduced cluster of its own. */
    private readonly ground?: TrialGround,
  ) {
    this.before = reachability(evaluation);
  }

  /** The answer for the wanted flow once the changes are made. */
  proof(changes: readonly PolicyChange[]): Verdict {
    const cluster = reducedCluster(this.evaluation, concernedBy([this.wanted]), { changes });
    return verdict(evaluate(cluster, this.evaluation.profile), this.wanted);
  }

  /** Whether the wanted flow is allowed once the candidates' changes are made. */
  allows(candidates: readonly Candidate[]): boolean {
    const { from, to, protocol, port } = this.wanted;
    if (this.ground === undefined) return this.proof(merged(candidates.flatMap(({ changes }) => changes))).outcome === "allowed";
    return this.ground.connections(from, to, candidates).certain.has(protocol, port);
  }

  /** Counts what the candidates' changes open, until it is certain that they open more than `limit`. */
  opened(candidates: readonly Candidate[], limit: bigint | undefined): Opened {
    const pairs = this.pairsOf(candidates);
    const found: OpenedConnections[] = [];
    let connections = 0n;
    let [looked, part] = [0, take(pairs, firstPairs)];
    while (part.length > 0) {
      const isEnough = looked >= this.mostPairs || (limit !== undefined && connections > limit);
      if (isEnough) return { connections, pairs: found, isComplete: false };
      for (const each of this.openedInPart(candidates, part)) {
        found.push(each);
        connections += each.from.count * each.to.count * sizeOf(each.opened);
      }
      looked += part.length;
      part = take(pairs, Math.min(morePairs, Math.max(1, this.mostPairs - looked)));
    }
    return { connections, pairs: found, isComplete: true };
  }

  /** Every pair that changes may alter, each once; not the wanted one where only what is wanted can change. Made one by one: there can be many. */
  private *pairsOf(reaches: readonly Reach[]): Generator<Pair> {
    const isSinglePort = reaches.every((reach) => reach.isSinglePort);
    for (const pair of distinct(reaches)) if (!isSinglePort || !this.isWanted(pair)) yield pair;
  }

  private openedInPart(candidates: readonly Candidate[], pairs: readonly Pair[]): readonly OpenedConnections[] {
    const gained = this.ground?.hasAll(pairs) === true ? gainOn(this.ground, candidates) : this.gainAmong(pairs, candidates);
    const { protocol, port } = this.wanted;
    return pairs.flatMap((pair) => {
      const all = gained(pair);
      const opened = this.isWanted(pair) ? all.subtract(ConnectionSet.of(protocol, PortSet.of(port))) : all;
      return opened.isEmpty ? [] : [{ ...pair, opened }];
    });
  }

  private gainAmong(pairs: readonly Pair[], candidates: readonly Candidate[]): (pair: Pair) => ConnectionSet {
    const concerned = concernedBy(pairs.map(({ from, to }) => ({ from: from.endpoint, to: to.endpoint })));
    const changes = merged(candidates.flatMap((candidate) => candidate.changes));
    const cluster = reducedCluster(this.evaluation, concerned, { changes, isTrimmed: true });
    const after = reachability(evaluate(cluster, this.evaluation.profile));
    return ({ from, to }) => gain(this.before.connections(from.endpoint, to.endpoint), after.connections(from.endpoint, to.endpoint));
  }

  private isWanted({ from, to }: Pair): boolean {
    const same = ({ endpoint }: MeasuredEnd, other: Flow["from"]): boolean =>
      endpoint.kind === "workload"
        ? other.kind === "workload" && other.workload === endpoint.workload
        : other.kind === "address" && other.address === endpoint.address;
    return same(from, this.wanted.from) && same(to, this.wanted.to);
  }
}

const gainOn =
  (ground: TrialGround, candidates: readonly Candidate[]) =>
  ({ from, to }: Pair): ConnectionSet => {
    const before = ground.connections(from.endpoint, to.endpoint, []);
    const after = ground.connections(from.endpoint, to.endpoint, candidates);
    return before.certain === after.certain && before.possible === after.possible ? ConnectionSet.none : gain(before, after);
  };

/** What is likelier than before: possible and was not, or certain and was not. */
export const gain = (before: Connections, after: Connections): ConnectionSet =>
  after.possible.subtract(before.possible).union(after.certain.subtract(before.certain));

function sizeOf(connections: ConnectionSet): bigint {
  const ports = protocols.flatMap((protocol) => connections[protocol].intervals.map(([from, to]) => to - from + 1));
  return BigInt(ports.reduce((sum, each) => sum + each, 0));
}
