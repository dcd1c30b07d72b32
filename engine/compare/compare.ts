import { ConcreteEnds } from "../explain/concrete-ends";
import type { Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { type Excess, findExcess, type Version, type VersionPair } from "./excess";
import { evaluateTogether, type PolicySet } from "./joint-evaluation";
import { type Cluster, type Direction, type Flow, type NetworkPolicy } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import type { Profile } from "../profile";
import type { Ternary } from "../selector";
import { unplacedWorkloads } from "../pod-placement";
import { verdict } from "../verdict";

/** Whether everything one set of policies lets flow, the other lets flow as well. */
export interface Containment {
  /** "maybe": it depends on something that is not known, or that the specification leaves open. */
  readonly answer: Ternary;
  /** Absent when the answer is "yes". */
  readonly witness?: DifferenceWitness;
}

/** A flow that one set allows and the other denies, with both verdicts; when the answer is "maybe", one for which that may be so. */
export interface DifferenceWitness {
  readonly flow: Flow;
  readonly first: Verdict;
  readonly second: Verdict;
}

/** How two sets of policies relate. "stricter": the first allows less; "undecided": what is not known decides. */
export type Relation = "equivalent" | "stricter" | "looser" | "incomparable" | "undecided";

/** What a comparison does not speak about. */
export type ComparisonLimit =
  /** Pods and namespaces that are not listed, and other labels of those that are. Not a limit when the sets are written alike. */
  | "listed-pods"
  /** Pods of which no address is known, nor the ranges it comes from: they are taken to be outside every block, or in the ranges assumed for them. */
  | "unplaced-pods";

/** Two sets of policies over the same pods. */
export interface Comparison {
  readonly relation: Relation;
  /** Whether the second allows all that the first does. */
  readonly firstInSecond: Containment;
  /** Whether the first allows all that the second does. */
  readonly secondInFirst: Containment;
  readonly limits: readonly ComparisonLimit[];
}

/** Compares what two sets of policies let flow between all ends of one cluster: its pods, and every address. */
export function comparePolicies(cluster: Cluster, first: PolicySet, second: PolicySet, profile: Profile = {}): Comparison {
  const [one, other] = evaluateTogether(cluster, [first, second], profile) as [Evaluation, Evaluation];
  const witnessOf = (flow: Flow): DifferenceWitness => ({ flow, first: verdict(one, flow), second: verdict(other, flow) });
  const firstInSecond = containment(one, other, witnessOf);
  const secondInFirst = containment(other, one, witnessOf);
  return { relation: relationOf(firstInSecond.answer, secondInFirst.answer), firstInSecond, secondInFirst, limits: limitsOf(one, other) };
}

function relationOf(firstInSecond: Ternary, secondInFirst: Ternary): Relation {
  if (firstInSecond === "no" && secondInFirst === "no") return "incomparable";
  if (firstInSecond === "maybe" || secondInFirst === "maybe") return "undecided";
  return firstInSecond === "no" ? "looser" : secondInFirst === "no" ? "stricter" : "equivalent";
}

function containment(inner: Evaluation, outer: Evaluation, witnessOf: (flow: Flow) => DifferenceWitness): Containment {
  const { answer, shownBy } = findExcess(versionsOf(inner, outer));
  if (shownBy === undefined) return { answer: "yes" };
  return { answer: answer === "yes" ? "no" : "maybe", witness: witnessOf(flowOf(shownBy)) };
}

function versionsOf(first: Evaluation, second: Evaluation): VersionPair {
  const groups = first.universe.groups.all;
  const wording = new Wording(first);
  const otherWording = new Wording(second);
  return {
    evaluation: first,
    ends: new ConcreteEnds(first),
    first: rowsOf(first),
    second: rowsOf(second),
    differing: { ingress: groups, egress: groups },
    isAlike: (reading, group, direction) => wording.of(reading, group, direction) === otherWording.of(reading, group, direction),
  };
}

const rowsOf = ({ interpretations }: Evaluation): Version => ({
  row: (reading, group, direction) => {
    const interpretation = interpretations[reading];
    if (interpretation === undefined) throw new RangeError(`no interpretation ${String(reading)} in this evaluation`);
    return interpretation.row(group, direction);
  },
});

/** The flow on the lowest port that differs, of what certainly differs if anything does. */
function flowOf({ from, to, certain, possible }: Excess): Flow {
  const { first } = certain.isEmpty ? possible : certain;
  if (first === undefined) throw new RangeError("an excess without connections is none");
  return { from, to, ...first };
}

/** What the policies that apply to a group say, word for word. Names of policies and places do not count. */
class Wording {
  private readonly texts = new Map<string, string>();

  constructor(private readonly evaluation: Evaluation) {}

  of(reading: number, group: PodGroup, direction: Direction): string {
    const interpretation = this.evaluation.interpretations[reading];
    if (interpretation === undefined) return "";
    const key = `${String(reading)} ${interpretation.signatureOf(group, direction)}`;
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    const { networkPolicies, clusterPolicies } = interpretation.appliesTo(group, direction);
    const own = networkPolicies.map(({ policy, isCertain }) => networkPolicyText(this.evaluation.cluster, policy, direction, isCertain));
    const wide = clusterPolicies.map(({ policy, isCertain }) => clusterPolicyText(this.evaluation.cluster, policy, direction, isCertain));
    const text = JSON.stringify([[...new Set(own)].sort(), wide.sort()]);
    this.texts.set(key, text);
    return text;
  }
}

/** Whether a policy applies for certain depends on its subject; when it does, the subject no longer matters. */
function networkPolicyText({ policies }: Cluster, index: number, direction: Direction, isCertain: boolean): string {
  const { namespace, subject, unknownDirections, ...policy } = policies[index] as NetworkPolicy;
  return JSON.stringify([namespace, policy[direction], isCertain ? null : [subject, unknownDirections]]);
}

function clusterPolicyText({ clusterPolicies }: Cluster, index: number, direction: Direction, isCertain: boolean): string {
  const policy = clusterPolicies[index];
  const rules = policy?.[direction].map(({ action, peers, ports }) => [action, peers, ports]);
  return JSON.stringify([policy?.tier, policy?.priority, rules, isCertain ? null : policy?.subject]);
}

function limitsOf(first: Evaluation, second: Evaluation): readonly ComparisonLimit[] {
  if (textOf(first.cluster) === textOf(second.cluster)) return [];
  const isUnplaced = [first, second].some(({ cluster }) => unplacedWorkloads(cluster).length > 0);
  return ["listed-pods", ...(isUnplaced ? (["unplaced-pods"] as const) : [])];
}

/** The policies word for word, in any order, without the places they were written at. */
function textOf({ policies, clusterPolicies }: Cluster): string {
  const texts = [...policies, ...clusterPolicies].map((policy) => JSON.stringify({ ...policy, name: null, location: null }));
  return texts.sort().join("\n");
}
