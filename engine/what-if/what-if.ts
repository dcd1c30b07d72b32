import type { PolicyRef } from "../decision";
import { type ConnectionDifference, diff } from "../diff/diff";
import { type Evaluation, update } from "../evaluation";
import type { Interpretation } from "../interpretation";
import { type AffectedWorkload, type LabelChange, relabelled } from "./label-change";
import { type LabelMention, labelMentions, type PlacedMention } from "./label-mentions";
import { type Cluster, type Direction, directions, type Workload } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { clusterPolicyRef, networkPolicyRef } from "../reasons";
import type { Ternary } from "../selector";

/** A policy that selects a workload otherwise than before. */
export interface PolicyEffect {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  /** Absent: the policy applies to the workload or not. Else a peer of a rule that matches it or not; counted from 0. */
  readonly peer?: { readonly rule: number; readonly peer: number };
  /** As it is after the change. */
  readonly workload: Workload;
  readonly before: Ternary;
  readonly after: Ternary;
}

/** What a label change does. */
export interface WhatIf {
  /** The cluster after the change, evaluated. */
  readonly after: Evaluation;
  /** Every pair of ends whose connections differ: the blast radius. */
  readonly connections: readonly ConnectionDifference[];
  /** Policies that begin or cease to apply, and peers that begin or cease to match. */
  readonly effects: readonly PolicyEffect[];
  /** Peers that look at this label key of pods, or of namespaces: whoever may set the label is let in by setting it. */
  readonly trustedBy: readonly LabelMention[];
}

/**
 * What happens when one label of a workload's pods or of a namespace is added, changed or removed. The answers are those of a fresh
 * evaluation of the changed cluster. Errors are those of `relabelled`.
 */
export function whatIf(before: Evaluation, change: LabelChange): WhatIf {
  const { cluster, affected } = relabelled(before.cluster, change);
  const after = update(before, cluster);
  const mentions = labelMentions(cluster, change.on.kind === "workload" ? "pods" : "namespaces", change.key);
  return {
    after,
    connections: diff(before, after).connections,
    effects: affected.flatMap((each) => [...subjectEffects(before, after, each), ...peerEffects(before, after, each, mentions)]),
    trustedBy: mentions.map(({ policy, direction, rule, peer }) => ({ policy, direction, rule, peer })),
  };
}

function subjectEffects(before: Evaluation, after: Evaluation, { before: old, after: fresh }: AffectedWorkload): readonly PolicyEffect[] {
  return directions.flatMap((direction) =>
    (["networkPolicies", "clusterPolicies"] as const).flatMap((list) => {
      const was = applying(before, old, direction, list);
      const is = applying(after, fresh, direction, list);
      return [...new Set([...was.keys(), ...is.keys()])]
        .sort((a, b) => a - b)
        .flatMap((policy) => {
          const answers = { before: was.get(policy) ?? "no", after: is.get(policy) ?? "no" };
          const ref = policyAt(after.cluster, list, policy);
          return answers.before === answers.after || ref === undefined ? [] : [{ policy: ref, direction, workload: fresh, ...answers }];
        });
    }),
  );
}

/** The policies that apply to a workload, or may, by their place in the cluster's list. */
function applying(
  evaluation: Evaluation,
  workload: Workload,
  direction: Direction,
  list: "networkPolicies" | "clusterPolicies",
): ReadonlyMap<number, Ternary> {
  const answers = evaluation.interpretations.map((interpretation) => {
    const applies = interpretation.appliesTo(groupOf(evaluation, workload), direction)[list];
    return new Map(applies.map(({ policy, isCertain }): [number, Ternary] => [policy, isCertain ? "yes" : "maybe"]));
  });
  const policies = new Set(answers.flatMap((each) => [...each.keys()]));
  return new Map([...policies].map((policy) => [policy, agreed(answers.map((each) => each.get(policy) ?? "no"))]));
}

function policyAt(
  { policies, clusterPolicies }: Cluster,
  list: "networkPolicies" | "clusterPolicies",
  index: number,
): PolicyRef | undefined {
  const [policy, clusterPolicy] = [policies[index], clusterPolicies[index]];
  if (list === "networkPolicies") return policy === undefined ? undefined : networkPolicyRef(policy);
  return clusterPolicy === undefined ? undefined : clusterPolicyRef(clusterPolicy);
}

/** Only a peer that mentions the label can match otherwise. */
function peerEffects(
  before: Evaluation,
  after: Evaluation,
  { before: old, after: fresh }: AffectedWorkload,
  mentions: readonly PlacedMention[],
): readonly PolicyEffect[] {
  return mentions.flatMap((mention) => {
    const answers = { before: matching(before, old, mention), after: matching(after, fresh, mention) };
    const { policy, direction, rule, peer } = mention;
    return answers.before === answers.after ? [] : [{ policy, direction, peer: { rule, peer }, workload: fresh, ...answers }];
  });
}

function matching(evaluation: Evaluation, workload: Workload, mention: PlacedMention): Ternary {
  const { index } = groupOf(evaluation, workload);
  const answers = evaluation.interpretations.map((interpretation): Ternary => {
    const match = rulesOf(interpretation, mention)[mention.rule]?.peers?.[mention.peer];
    if (match === undefined) return "no";
    return match.certain.has(index) ? "yes" : match.possible.has(index) ? "maybe" : "no";
  });
  return agreed(answers);
}

const rulesOf = (interpretation: Interpretation, { list, index, direction }: PlacedMention) =>
  list === "policies" ? interpretation.rulesOf(index, direction) : interpretation.clusterRulesOf(index, direction);

/** A workload's groups differ in addresses only, at which no selector looks. */
const groupOf = ({ universe }: Evaluation, workload: Workload): PodGroup => universe.groups.ofWorkload(workload)[0] as PodGroup;

const agreed = (answers: readonly Ternary[]): Ternary =>
  answers.every((answer) => answer === answers[0]) ? (answers[0] ?? "maybe") : "maybe";
