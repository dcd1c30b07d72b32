import type { PolicyRef } from "../decision";
import type { Evaluation } from "../evaluation";
import type { Interpretation } from "../interpretation";
import type { PodGroup } from "../matching/pod-groups";
import { type Cluster, type Direction, directions, type Workload } from "../model";
import { clusterPolicyRef, networkPolicyRef } from "../reasons";
import type { Ternary } from "../selector";
import type { AffectedWorkload } from "./label-change";
import type { PlacedMention } from "./label-mentions";

/** A policy that selects a workload otherwise than before, in at least one reading of the cluster. */
export interface LabelEffect {
  readonly policy: PolicyRef;
  /** Where the policy is: which of the cluster's lists, and at what place. */
  readonly list: "policies" | "clusterPolicies";
  readonly index: number;
  readonly direction: Direction;
  /** Absent: whether the policy applies to the workload. Else a peer of a rule that matches it or not; counted from 0. */
  readonly peer?: { readonly rule: number; readonly peer: number };
  /** As it is after the change. */
  readonly workload: Workload;
  /** What the readings agree on; "maybe" where they do not. */
  readonly before: Ternary;
  readonly after: Ternary;
}

/** Everything about policies that a label change turns for one workload. Only a peer that mentions the label can match otherwise. */
export const labelEffects = (
  before: Evaluation,
  after: Evaluation,
  affected: AffectedWorkload,
  mentions: readonly PlacedMention[],
): readonly LabelEffect[] => [...subjectEffects(before, after, affected), ...peerEffects(before, after, affected, mentions)];

function subjectEffects(before: Evaluation, after: Evaluation, { before: old, after: fresh }: AffectedWorkload): readonly LabelEffect[] {
  return directions.flatMap((direction) =>
    (["policies", "clusterPolicies"] as const).flatMap((list) => {
      const was = applying(before, old, direction, list);
      const is = applying(after, fresh, direction, list);
      const places = [...new Set([...was, ...is].flatMap((each) => [...each.keys()]))].sort((a, b) => a - b);
      return places.flatMap((index) => {
        const policy = policyAt(after.cluster, list, index);
        const answers = (each: readonly ReadonlyMap<number, Ternary>[]) => each.map((applies) => applies.get(index) ?? "no");
        return turned(answers(was), answers(is)).map((turn) => ({ policy, list, index, direction, workload: fresh, ...turn }));
      });
    }),
  );
}

/** The policies that apply to a workload, or may, by their place in the cluster's list; for each reading. */
function applying(
  evaluation: Evaluation,
  workload: Workload,
  direction: Direction,
  list: LabelEffect["list"],
): readonly ReadonlyMap<number, Ternary>[] {
  return evaluation.interpretations.map((interpretation) => {
    const applies = interpretation.appliesTo(groupOf(evaluation, workload), direction);
    const listed = list === "policies" ? applies.networkPolicies : applies.clusterPolicies;
    return new Map(listed.map(({ policy, isCertain }): [number, Ternary] => [policy, isCertain ? "yes" : "maybe"]));
  });
}

function policyAt({ policies, clusterPolicies }: Cluster, list: LabelEffect["list"], index: number): PolicyRef {
  return list === "policies"
    ? networkPolicyRef(policies[index] as Cluster["policies"][number])
    : clusterPolicyRef(clusterPolicies[index] as Cluster["clusterPolicies"][number]);
}

function peerEffects(
  before: Evaluation,
  after: Evaluation,
  { before: old, after: fresh }: AffectedWorkload,
  mentions: readonly PlacedMention[],
): readonly LabelEffect[] {
  return mentions.flatMap((mention) => {
    const { rule, peer, ...place } = mention;
    const turns = turned(matching(before, old, mention), matching(after, fresh, mention));
    return turns.map((turn) => ({ ...place, peer: { rule, peer }, workload: fresh, ...turn }));
  });
}

function matching(evaluation: Evaluation, workload: Workload, mention: PlacedMention): readonly Ternary[] {
  const { index } = groupOf(evaluation, workload);
  return evaluation.interpretations.map((interpretation): Ternary => {
    const match = rulesOf(interpretation, mention)[mention.rule]?.peers?.[mention.peer];
    if (match === undefined) return "no";
    return match.certain.has(index) ? "yes" : match.possible.has(index) ? "maybe" : "no";
  });
}

const rulesOf = (interpretation: Interpretation, { list, index, direction }: PlacedMention) =>
  list === "policies" ? interpretation.rulesOf(index, direction) : interpretation.clusterRulesOf(index, direction);

/** A workload's groups differ in addresses only, at which no selector looks. */
const groupOf = ({ universe }: Evaluation, workload: Workload): PodGroup => universe.groups.ofWorkload(workload)[0] as PodGroup;

/** A change of labels changes no reading, so that they come in the same order before and after. */
function turned(was: readonly Ternary[], is: readonly Ternary[]): readonly { readonly before: Ternary; readonly after: Ternary }[] {
  return was.every((answer, reading) => answer === is[reading]) ? [] : [{ before: agreed(was), after: agreed(is) }];
}

const agreed = (answers: readonly Ternary[]): Ternary =>
  answers.every((answer) => answer === answers[0]) ? (answers[0] ?? "maybe") : "maybe";
