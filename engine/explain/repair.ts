import type { Candidate, ClosedEnd } from "./closed-end";
import type { DirectionVerdict, Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import type { Direction, Flow } from "../model";
import { ChangeMeter, type Opened, somePairs, widthOf } from "./opened-connections";
import { merged, type PolicyChange } from "./policy-change";
import { concernedBy } from "./reduced-cluster";
import { candidatesFor } from "./repair-candidates";
import { TrialGround } from "./trial-ground";
import { requirementsOf } from "../selector";

/** The smallest change found that lets a denied flow through. */
export interface Repair {
  readonly changes: readonly PolicyChange[];
  /** How much is written: 1 for a peer or port, 3 for a rule, 4 for a policy. */
  readonly cost: number;
  /** The answer after the change: the proof. */
  readonly verdict: Verdict;
  /** What else the change opens. Of a change that could alter more pairs than `RepairLimits` say, it is counted when first read. */
  readonly opens: Opened;
}

/** How far the search for a repair goes. */
export interface RepairLimits {
  /**
   * A change that could alter more pairs of ends than this is looked at only when no smaller one serves, and what it opens is counted
   * among so many pairs.
   * @default 256
   */
  readonly pairs?: number;
}

/**
 * The change to policies that lets a denied flow through and opens the least beside it; of several such, one that selects no whole
 * namespace, whose pods to come it would open as well, and then the one that writes least. Where
 * both ends deny, it changes both.
 *
 * Undefined when no rule can be written that certainly names both ends.
 */
export function repair(evaluation: Evaluation, flow: Flow, denied: Verdict, { pairs: limit = 256 }: RepairLimits = {}): Repair | undefined {
  const ends = directions.flatMap((direction) => endOf(evaluation, flow, direction, denied[direction]));
  const closed = ends.filter(({ verdict }) => verdict.outcome !== "allowed");
  const found = bestOf(evaluation, flow, closed, limit);
  // A verdict tells the reasons of one reading of the cluster; an end that is open in that one may be closed in another.
  return found ?? (closed.length < ends.length ? bestOf(evaluation, flow, ends, limit) : undefined);
}

const directions: readonly Direction[] = ["egress", "ingress"];

function bestOf(evaluation: Evaluation, flow: Flow, closed: readonly ClosedEnd[], limit: number): Repair | undefined {
  const candidates = closed.map(candidatesFor);
  const plans = combinations(candidates).map(planOf);
  const [small, wide] = [plans.filter(({ width }) => width <= limit), plans.filter(({ width }) => width > limit)];
  const meter = new ChangeMeter(evaluation, flow, limit, groundFor(evaluation, flow, candidates.flat(), limit));
  const search = new Search(meter);
  const best = search.best(small);
  if (best !== undefined) return { ...provenBy(meter, best.plan), opens: best.opens };
  const plan = search.narrowest(wide);
  return plan === undefined ? undefined : countedWhenRead(meter, plan);
}

/** Candidates that may alter no more pairs than `all` have all of them on the common ground, others the `first`. */
const pairsOnGround = { all: 64, first: 8 } as const;

/** Ground with the flow, and the pairs that are looked at first of what each candidate may alter. */
function groundFor(evaluation: Evaluation, flow: Flow, candidates: readonly Candidate[], limit: number): TrialGround {
  const pairs = candidates
    .filter((each) => widthOf(each) <= limit)
    .flatMap((each) => somePairs(each, widthOf(each) <= pairsOnGround.all ? pairsOnGround.all : pairsOnGround.first));
  const flows = [flow, ...pairs.map(({ from, to }) => ({ from: from.endpoint, to: to.endpoint }))];
  return new TrialGround(evaluation, concernedBy(flows), candidates);
}

function provenBy(meter: ChangeMeter, { candidates, cost }: Plan): Omit<Repair, "opens"> {
  const changes = merged(candidates.flatMap((candidate) => candidate.changes));
  return { changes, cost, verdict: meter.proof(changes) };
}

function countedWhenRead(meter: ChangeMeter, plan: Plan): Repair {
  let counted: Opened | undefined;
  return {
    ...provenBy(meter, plan),
    get opens() {
      return (counted ??= meter.opened(plan.candidates, undefined));
    },
  };
}

function endOf(evaluation: Evaluation, flow: Flow, direction: Direction, verdict: DirectionVerdict): readonly ClosedEnd[] {
  const [end, other] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  return end.kind === "address" ? [] : [{ evaluation, flow, direction, subject: end.workload, other, verdict }];
}

/** One candidate for each closed direction, in every way to choose them. */
const combinations = (lists: readonly (readonly Candidate[])[]): readonly (readonly Candidate[])[] =>
  lists.reduce<readonly (readonly Candidate[])[]>((all, list) => all.flatMap((chosen) => list.map((each) => [...chosen, each])), [[]]);

/** Changes to try together. */
interface Plan {
  readonly candidates: readonly Candidate[];
  readonly cost: number;
  /** What it comes to among plans that open as much: whole namespaces, with the pods to come there, before what is written. */
  readonly rank: number;
  /** At most how many pairs of ends it may alter. */
  readonly width: number;
}

function planOf(candidates: readonly Candidate[]): Plan {
  const cost = candidates.reduce((sum, each) => sum + each.cost, 0);
  return {
    candidates,
    cost,
    rank: cost + wholeNamespace * candidates.filter(isForWholeNamespace).length,
    width: candidates.reduce((sum, candidate) => sum + widthOf(candidate), 0),
  };
}

/** More than any change writes. */
const wholeNamespace = 1000;

/** Whether a change also opens pods that are not in the input, since its policy selects every pod of a namespace. */
const isForWholeNamespace = ({ changes }: Candidate): boolean =>
  changes.some(({ kind, after }) => kind === "NetworkPolicy" && requirementsOf(after.subject).length === 0);

/** A plan that works, and what it opens. */
interface Found {
  readonly plan: Plan;
  readonly opens: Opened;
}

/** Looks for the best plan; what one candidate opens alone is kept, since each is part of many plans. */
class Search {
  private readonly alone = new Map<Candidate, Opened>();

  constructor(private readonly meter: ChangeMeter) {}

  best(plans: readonly Plan[]): Found | undefined {
    // The narrowest first: it mostly opens nothing, and then only what writes less is worth a look.
    const narrowest = this.narrowest(plans);
    if (narrowest === undefined) return undefined;
    let best: Found = { plan: narrowest, opens: this.opened(narrowest, undefined) };
    for (const plan of [...plans].sort((a, b) => a.rank - b.rank)) {
      if (best.opens.connections === 0n && best.plan.rank <= plan.rank) break;
      if (this.opensMore(plan, best) || !this.meter.allows(plan.candidates)) continue;
      const found = { plan, opens: this.opened(plan, best.opens.connections) };
      if (isBetter(found, best)) best = found;
    }
    return best;
  }

  /** The narrowest plan that works. */
  narrowest(plans: readonly Plan[]): Plan | undefined {
    return [...plans].sort((a, b) => a.width - b.width || a.rank - b.rank).find(({ candidates }) => this.meter.allows(candidates));
  }

  /** Whether one of the plan's parts opens so much alone that the whole cannot be better. */
  private opensMore({ candidates, rank }: Plan, best: Found): boolean {
    const bound = rank < best.plan.rank ? best.opens.connections : best.opens.connections - 1n;
    return candidates.some((candidate) => this.openedAlone(candidate, best.opens.connections).connections > bound);
  }

  private openedAlone(candidate: Candidate, limit: bigint): Opened {
    const known = this.alone.get(candidate);
    // The limit only falls from one question to the next, so that what went past an earlier one goes past this one.
    if (known !== undefined) return known;
    const opened = this.meter.opened([candidate], limit);
    this.alone.set(candidate, opened);
    return opened;
  }

  private opened({ candidates }: Plan, limit: bigint | undefined): Opened {
    const [only, ...others] = candidates;
    const known = only !== undefined && others.length === 0 ? this.alone.get(only) : undefined;
    return known?.isComplete === true ? known : this.meter.opened(candidates, limit);
  }
}

/** A count that was given up went past the best one. */
const isBetter = (found: Found, best: Found): boolean =>
  found.opens.connections < best.opens.connections ||
  (found.opens.connections === best.opens.connections && found.plan.rank < best.plan.rank);
