import type { ClusterRuleRef, DirectionVerdict, PolicyRef, RuleRef } from "../engine";
import { type Location, shown } from "../engine/model";

/** Names a policy as people write it: `backend/default-deny-ingress`. */
export const policyName = ({ namespace, name }: Pick<PolicyRef, "namespace" | "name">): string =>
  namespace === undefined ? shown(name) : `${shown(namespace)}/${shown(name)}`;

/**
 * Where an object was written, the most useful place first: source line, file and line, construct, resource. Empty when not known. A line of
 * JSON that a tool wrote says less than the resource it is about.
 */
export function place({ created, file, line, pointer, constructPath, address }: Location = {}): string {
  if (created !== undefined) return `${created.file}:${String(created.line)}`;
  const isWritten = pointer === undefined || (constructPath === undefined && address === undefined);
  if (file !== undefined && line !== undefined && isWritten) return `${file}:${String(line)}`;
  return constructPath ?? address ?? file ?? "";
}

/** One sentence on why one end lets a flow through or not, without the end's name, which stands before it. */
export function reason(verdict: DirectionVerdict): string {
  switch (verdict.decidedBy) {
    case "outside":
      return "outside the cluster, not subject to policy";
    case "exempt":
      return "a pod's traffic to itself, or from its own node, is never subject to policy";
    case "default":
      return `no policy isolates it for ${verdict.direction}`;
    case "Admin":
    case "Baseline":
      return verdict.clusterRules.map(clusterRuleSentence).join(", then ");
    case "NetworkPolicy":
      return networkPolicySentence(verdict);
  }
}

function networkPolicySentence({ direction, outcome, isolatedBy, allowedBy, unknowns }: DirectionVerdict): string {
  if (outcome === "allowed") return `${allowedBy.map(ruleName).join(" and ")} allows it`;
  const isolating = isolatedBy.map(policyName).join(", ");
  if (outcome === "denied") return `isolated by ${isolating}; no rule allows this ${direction}`;
  return `may be isolated by ${isolating}; not known: ${unknowns.map(({ because }) => because).join("; ")}`;
}

const clusterRuleSentence = (rule: ClusterRuleRef): string => `${shown(rule.action)} by ${ruleName(rule)} (${rule.tier} tier)`;

/** Names a rule by its place in the policy, as the API server does: `backend/allow ingress[0] from[1] ports[0]`. */
export function ruleName({ policy, direction, rule, peer, port }: RuleRef): string {
  const peers = direction === "ingress" ? "from" : "to";
  return [
    policyName(policy),
    `${direction}[${String(rule)}]`,
    ...(peer === undefined ? [] : [`${peers}[${String(peer)}]`]),
    ...(port === undefined ? [] : [`ports[${String(port)}]`]),
  ].join(" ");
}
