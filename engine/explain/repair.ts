import type { Candidate, ClosedEnd } from "./closed-end";
import type { DirectionVerdict, Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import type { Direction, Flow } from "../model";
import { ChangeMeter, type Opened, widthOf } from "./opened-connections";
import { merged, type PolicyChange } from "./policy-change";
import { candidatesFor } from "./repair-candidates";

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
 * The change to policies that lets a denied flow through and opens the least beside it; of several such, the one that writes least. Where
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
  const plans = combinations(closed.map(candidatesFor)).map(planOf);
  const [small, wide] = [plans.filter(({ width }) => width <= limit), plans.filter(({ width }) => width > limit)];
  const meter = new ChangeMeter(evaluation, flow, limit);
  const search = new Search(meter);
  return search.best(small) ?? search.firstProven(wide, "counted when read");
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
  /** At most how many pairs of ends it may alter. */
  readonly width: number;
}

const planOf = (candidates: readonly Candidate[]): Plan => ({
  candidates,
  cost: candidates.reduce((sum, { cost }) => sum + cost, 0),
  width: candidates.reduce((sum, candidate) => sum + widthOf(candidate), 0),
});

/** Looks for the best plan; what one candidate opens alone is kept, since each is part of many plans. */
class Search {
  private readonly alone = new Map<Candidate, Opened>();

  constructor(private readonly meter: ChangeMeter) {}

  best(plans: readonly Plan[]): Repair | undefined {
    // The narrowest first: it mostly opens nothing, and then only what writes less is worth a look.
    const narrowest = this.firstProven(plans);
    if (narrowest === undefined) return undefined;
    let best = narrowest;
    for (const plan of [...plans].sort((a, b) => a.cost - b.cost)) {
      if (best.opens.connections === 0n && best.cost <= plan.cost) break;
      if (this.opensMore(plan, best)) continue;
      const found = this.tried(plan, best);
      if (found !== undefined && isBetter(found, best)) best = found;
    }
    return best;
  }

  /** The narrowest plan that works. */
  firstProven(plans: readonly Plan[], opens: "counted" | "counted when read" = "counted"): Repair | undefined {
    for (const plan of [...plans].sort((a, b) => a.width - b.width || a.cost - b.cost)) {
      const found = opens === "counted" ? this.tried(plan, undefined) : this.proven(plan);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether one of the plan's parts opens so much alone that the whole cannot be better. */
  private opensMore({ candidates, cost }: Plan, best: Repair): boolean {
    const bound = cost < best.cost ? best.opens.connections : best.opens.connections - 1n;
    return candidates.some((candidate) => this.openedAlone(candidate, best.opens.connections).connections > bound);
  }

  private openedAlone(candidate: Candidate, limit: bigint): Opened {
    const known = this.alone.get(candidate);
    // The limit only falls from one question to the next, so that what went past an earlier one goes past this one.
    if (known !== undefined) return known;
    const opened = this.meter.opened(candidate.changes, [candidate], limit);
    this.alone.set(candidate, opened);
    return opened;
  }

  private proven({ candidates, cost }: Plan): Repair | undefined {
    const { meter } = this;
    const changes = merged(candidates.flatMap((candidate) => candidate.changes));
    const proof = meter.proof(changes);
    if (proof.outcome !== "allowed") return undefined;
    let counted: Opened | undefined;
    return {
      changes,
      cost,
      verdict: proof,
      get opens() {
        return (counted ??= meter.opened(changes, candidates, undefined));
      },
    };
  }

  private tried({ candidates, cost }: Plan, best: Repair | undefined): Repair | undefined {
    const changes = merged(candidates.flatMap((candidate) => candidate.changes));
    const proof = this.meter.proof(changes);
    if (proof.outcome !== "allowed") return undefined;
    const [only, ...others] = candidates;
    const known = only !== undefined && others.length === 0 ? this.alone.get(only) : undefined;
    const opens = known?.isComplete === true ? known : this.meter.opened(changes, candidates, best?.opens.connections);
    return { changes, cost, verdict: proof, opens };
  }
}

/** A count that was given up went past the best one. */
const isBetter = (found: Repair, best: Repair): boolean =>
  found.opens.connections < best.opens.connections || (found.opens.connections === best.opens.connections && found.cost < best.cost);
