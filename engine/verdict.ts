import type { DecidedBy, DirectionVerdict, Verdict } from "./decision";
import { type End, type EndPair, endPairs, endsOf, isSelf } from "./ends";
import { applicable, type Evaluation } from "./evaluation";
import type { Interpretation } from "./interpretation";
import { type Direction, type Flow, isUnknown, type Outcome, unknown, type Unknown, type Value } from "./model";
import type { Partition } from "./rows/partition";
import { isolatingPolicies, isolationDoubts, matchingClusterRules, matchingRules, type Question } from "./reasons";
import { distinctUnknowns } from "./unknowns";

/**
 * Whether one flow is allowed, and why: the policies that isolate either end, and every rule that speaks about the flow.
 *
 * A workload of the flow that is not part of the evaluated cluster, or an address that is none, is a ModelError.
 */
export function verdict(evaluation: Evaluation, flow: Flow): Verdict {
  const { from, to } = flow;
  const self = isSelf(from, to);
  if (self === "yes") {
    // Nothing keeps a pod from itself; but it has to be one of the cluster, like any other end.
    endsOf(evaluation, from);
    return toItself(undefined);
  }
  const verdicts = endPairs(evaluation, from, to).flatMap((pair) => verdictsBetween(evaluation, flow, pair));
  return agreement(self === "maybe" && from.kind === "workload" ? [...verdicts, toItself(from.workload.replicas)] : verdicts);
}

/** A pod and itself. Where it may be two replicas as well, their number is what would have to be known. */
function toItself(replicas: Value<number> | undefined): Verdict {
  const unknowns = isUnknown(replicas) ? [replicas] : [];
  return { outcome: "allowed", egress: { ...exempt("egress"), unknowns }, ingress: { ...exempt("ingress"), unknowns } };
}

function verdictsBetween(evaluation: Evaluation, flow: Flow, { from, to, isOwnNode }: EndPair): readonly Verdict[] {
  const nodeAnswers = isOwnNode === "maybe" ? ([true, false] as const) : ([isOwnNode === "yes"] as const);
  return applicable(evaluation, from.group, to.group).flatMap((interpretation) =>
    nodeAnswers.map((isFromOwnNode): Verdict => {
      const egress = endVerdict(evaluation, interpretation, flow, "egress", from, to);
      const ingress = isFromOwnNode ? exempt("ingress") : endVerdict(evaluation, interpretation, flow, "ingress", to, from);
      return { outcome: both(egress.outcome, ingress.outcome), egress, ingress };
    }),
  );
}

function endVerdict(
  { cluster, table }: Evaluation,
  interpretation: Interpretation,
  { protocol, port }: Flow,
  direction: Direction,
  end: End,
  other: End,
): DirectionVerdict {
  if (end.group === undefined) return { ...exempt(direction), decidedBy: "outside" };
  const question: Question = { cluster, interpretation, direction, subject: end.group, other, protocol, port };
  const { certain, possible } = interpretation.row(end.group, direction);
  const has = (bound: Partition): boolean => table.set(bound.at(other.index)).has(protocol, port);
  const outcome: Outcome = has(certain) ? "allowed" : has(possible) ? "undecided" : "denied";
  return withReasons(question, outcome);
}

/** Collects the reasons beside the answer; the answer itself comes from the rows, the one core of every question. */
function withReasons(question: Question, outcome: Outcome): DirectionVerdict {
  const { direction } = question;
  const admin = matchingClusterRules(question, "Admin");
  const decidedInAdmin = isFinal(admin);
  const isolatedBy = isolatingPolicies(question);
  const allowedBy = matchingRules(question);
  const isIsolated = question.interpretation.appliesTo(question.subject, direction).networkPolicies.some(({ isCertain }) => isCertain);
  const reachesBaseline = !decidedInAdmin && !isIsolated;
  const baseline = reachesBaseline ? matchingClusterRules(question, "Baseline") : [];
  const clusterRules = [...admin, ...baseline];
  const decidedBy: DecidedBy = decidedInAdmin
    ? "Admin"
    : isIsolated || isolatedBy.length > 0
      ? "NetworkPolicy"
      : isFinal(baseline)
        ? "Baseline"
        : "default";
  const unknowns = outcome === "undecided" ? unknownsOf([...clusterRules, ...allowedBy], isIsolated ? [] : isolationDoubts(question)) : [];
  return { direction, outcome, decidedBy, isolatedBy, allowedBy, clusterRules, unknowns };
}

/** Whether the last rule that matches ends the matter: a Pass only leaves its tier. */
const isFinal = (rules: readonly { readonly action: unknown; readonly undecided?: Unknown }[]): boolean =>
  rules.some(({ action, undecided }) => undecided === undefined && action !== "Pass");

function unknownsOf(rules: readonly { readonly undecided?: Unknown }[], doubts: readonly Unknown[]): readonly Unknown[] {
  const found = [...rules.flatMap(({ undecided }) => undecided ?? []), ...doubts];
  return found.length > 0
    ? distinctUnknowns(found)
    : [unknown("rules of equal priority decide differently, and their order is not defined")];
}

const exempt = (direction: Direction): DirectionVerdict => ({
  direction,
  outcome: "allowed",
  decidedBy: "exempt",
  isolatedBy: [],
  allowedBy: [],
  clusterRules: [],
  unknowns: [],
});

const both = (egress: Outcome, ingress: Outcome): Outcome =>
  egress === "denied" || ingress === "denied" ? "denied" : egress === "undecided" || ingress === "undecided" ? "undecided" : "allowed";

/** One verdict for several readings: theirs where they agree, undecided where they do not. */
function agreement(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts;
  if (first === undefined) throw new RangeError("a flow needs two ends");
  if (verdicts.every(({ outcome }) => outcome === first.outcome)) return first;
  const because = unknown("the answer depends on which pod, address family, or reading of host networking is meant");
  const merge = (direction: Direction): DirectionVerdict => {
    const each = verdicts.map((one) => one[direction]);
    const [one] = each as [DirectionVerdict];
    if (each.every(({ outcome }) => outcome === one.outcome)) return one;
    return { ...one, outcome: "undecided", unknowns: distinctUnknowns([because, ...each.flatMap(({ unknowns }) => unknowns)]) };
  };
  return { outcome: "undecided", egress: merge("egress"), ingress: merge("ingress") };
}
