import type { DirectionVerdict, RuleRef, Verdict } from "../../engine";
import { shown } from "../../engine/model";

/** The policies and rules behind a verdict, in one line. */
export const deciders = ({ egress, ingress }: Verdict): string => `egress: ${side(egress)}; ingress: ${side(ingress)}`;

function side({ outcome, decidedBy, isolatedBy, allowedBy, clusterRules }: DirectionVerdict): string {
  const parts = [
    ...clusterRules.map((rule) => `${shown(rule.action)} by ${named(rule)}`),
    ...(isolatedBy.length === 0 ? [] : [`isolated by ${isolatedBy.map(({ name }) => shown(name)).join(", ")}`]),
    ...allowedBy.map((rule) => `allowed by ${named(rule)}`),
  ];
  return `${outcome} (${[decidedBy, ...parts].join(", ")})`;
}

const named = ({ policy, direction, rule }: RuleRef): string => `${shown(policy.name)} ${direction}[${String(rule)}]`;
