import { type Evaluation, update } from "../evaluation";
import { type LabelChange, relabelled } from "./label-change";
import { type LabelDifference, LabelDifferences } from "./label-differences";
import { type LabelEffect, labelEffects } from "./label-effects";
import { type LabelMention, labelMentions, turning } from "./label-mentions";

/** A policy that begins or ceases to apply to a workload, or a peer that begins or ceases to match it. */
export type PolicyEffect = Omit<LabelEffect, "list" | "index">;

/** What a label change does. */
export interface WhatIf {
  /** The cluster after the change, evaluated. */
  readonly after: Evaluation;
  /** Every pair of ends whose connections differ: the blast radius. */
  readonly connections: readonly LabelDifference[];
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
  const { cluster, affected, labels } = relabelled(before.cluster, change);
  const after = update(before, cluster);
  const owner = change.on.kind === "workload" ? "pods" : "namespaces";
  const mentions = labelMentions(cluster, owner, change.key);
  const turned = turning(mentions, cluster, owner, labels);
  const changes = affected.map((workload) => ({ workload, effects: labelEffects(before, after, workload, turned) }));
  const differences = new LabelDifferences(before, after, affected);
  return {
    after,
    connections: changes.flatMap(({ workload, effects }) => differences.of(workload, effects)),
    effects: changes.flatMap(({ effects }) => effects.filter((effect) => effect.before !== effect.after).map(withoutPlace)),
    trustedBy: mentions.map(({ policy, direction, rule, peer }) => ({ policy, direction, rule, peer })),
  };
}

const withoutPlace = ({ policy, direction, peer, workload, before, after }: LabelEffect): PolicyEffect => ({
  policy,
  direction,
  ...(peer === undefined ? {} : { peer }),
  workload,
  before,
  after,
});
