import type { PolicyRef, RuleRef } from "../decision";
import { type Cluster, type ClusterPolicy, type ClusterRule, type Direction, directions, type NetworkPolicy, type Rule } from "../model";
import { clusterPolicyRef, networkPolicyRef } from "../reasons";

/** Something that can be taken out of a cluster's policies: a whole policy, a rule, or one entry of a rule's peers or ports. */
export interface PolicyPart {
  readonly list: "policies" | "clusterPolicies";
  /** The place of the policy in that list of the cluster. */
  readonly policy: number;
  /** Absent: the whole policy. Indexes count from 0. */
  readonly rule?: { readonly direction: Direction; readonly index: number };
  /** One entry of the rule's peers or ports; absent: the whole rule. */
  readonly entry?: { readonly of: "peers" | "ports"; readonly index: number };
}

/** Names a part in reports: a rule with its entry, or a policy. */
export type PartRef = RuleRef | { readonly policy: PolicyRef };

/** Every part of every policy: policies, then their rules, then the entries of rules that have several of a kind. */
export const partsOf = (cluster: Cluster): readonly PolicyPart[] => [
  ...cluster.policies.flatMap((policy, index) => partsOfPolicy({ list: "policies", policy: index }, policy)),
  ...cluster.clusterPolicies.flatMap((policy, index) => partsOfPolicy({ list: "clusterPolicies", policy: index }, policy)),
];

function partsOfPolicy(whole: PolicyPart, policy: NetworkPolicy | ClusterPolicy): readonly PolicyPart[] {
  const rules = directions.flatMap((direction) =>
    (policy[direction] ?? []).flatMap((rule: Rule | ClusterRule, index) => {
      const part: PolicyPart = { ...whole, rule: { direction, index } };
      return [part, ...entriesOf(part, rule)];
    }),
  );
  return [whole, ...rules];
}

/** A single entry is no part: without it, its list would be empty, which means anything. A peer that fails closed makes the rule one piece. */
function entriesOf(part: PolicyPart, { peers, ports }: Rule | ClusterRule): readonly PolicyPart[] {
  if (peers !== "any" && peers.some(({ kind }) => kind === "unsupported")) return [];
  const several = (of: "peers" | "ports", list: readonly unknown[] | "any"): readonly PolicyPart[] =>
    list === "any" || list.length < 2 ? [] : list.map((_, index) => ({ ...part, entry: { of, index } }));
  return [...several("peers", peers), ...several("ports", ports)];
}

/** How a report names a part. */
export function partRef(cluster: Cluster, { list, policy, rule, entry }: PolicyPart): PartRef {
  const ref = policyRefOf(cluster, list, policy);
  if (rule === undefined) return { policy: ref };
  const whole = { policy: ref, direction: rule.direction, rule: rule.index };
  if (entry === undefined) return whole;
  return entry.of === "peers" ? { ...whole, peer: entry.index } : { ...whole, port: entry.index };
}

function policyRefOf({ policies, clusterPolicies }: Cluster, list: PolicyPart["list"], place: number): PolicyRef {
  const policy = policies[place];
  const clusterPolicy = clusterPolicies[place];
  if (list === "policies" && policy !== undefined) return networkPolicyRef(policy);
  if (list === "clusterPolicies" && clusterPolicy !== undefined) return clusterPolicyRef(clusterPolicy);
  throw new RangeError(`the cluster has no policy ${String(place)} in \`${list}\``);
}

/** Whether the two are one part, or the first is inside the second. */
export const isWithin = (inner: PolicyPart, outer: PolicyPart): boolean =>
  inner.list === outer.list &&
  inner.policy === outer.policy &&
  (outer.rule === undefined || (inner.rule?.direction === outer.rule.direction && inner.rule.index === outer.rule.index)) &&
  (outer.entry === undefined || (inner.entry?.of === outer.entry.of && inner.entry.index === outer.entry.index));

/** The cluster without some parts of its policies. Places of parts are those in the cluster given, however many are taken out. */
export function withoutParts(cluster: Cluster, parts: readonly PolicyPart[]): Cluster {
  const taken = (list: PolicyPart["list"], policy: number): readonly PolicyPart[] =>
    parts.filter((part) => part.list === list && part.policy === policy);
  return {
    ...cluster,
    policies: cluster.policies.flatMap((policy, place) => {
      const mine = taken("policies", place);
      if (mine.some(({ rule }) => rule === undefined)) return [];
      return [mine.length === 0 ? policy : withoutRules<Rule, NetworkPolicy>(policy, mine)];
    }),
    clusterPolicies: cluster.clusterPolicies.flatMap((policy, place) => {
      const mine = taken("clusterPolicies", place);
      if (mine.some(({ rule }) => rule === undefined)) return [];
      return [mine.length === 0 ? policy : withoutRules<ClusterRule, ClusterPolicy>(policy, mine)];
    }),
  };
}

function withoutRules<R extends Rule | ClusterRule, P extends { readonly ingress?: readonly R[]; readonly egress?: readonly R[] }>(
  policy: P,
  parts: readonly PolicyPart[],
): P {
  const left = (direction: Direction): Partial<Record<Direction, readonly R[]>> => {
    const rules = policy[direction];
    return rules === undefined ? {} : { [direction]: rules.flatMap((rule, index) => ruleWithout(rule, within(parts, direction, index))) };
  };
  return { ...policy, ...left("ingress"), ...left("egress") };
}

const within = (parts: readonly PolicyPart[], direction: Direction, index: number): readonly PolicyPart[] =>
  parts.filter(({ rule }) => rule?.direction === direction && rule.index === index);

/** What is left of a rule. One that loses all its peers or all its ports is gone: it would match anything. */
export function ruleWithout<R extends Rule | ClusterRule>(rule: R, parts: readonly PolicyPart[]): readonly R[] {
  if (parts.length === 0) return [rule];
  if (parts.some(({ entry }) => entry === undefined)) return [];
  const left = <T>(of: "peers" | "ports", list: readonly T[] | "any"): readonly T[] | "any" =>
    list === "any" ? list : list.filter((_, index) => !parts.some(({ entry }) => entry?.of === of && entry.index === index));
  const peers = left<unknown>("peers", rule.peers);
  const ports = left("ports", rule.ports);
  const isEmptied = (now: readonly unknown[] | "any", before: readonly unknown[] | "any") => now.length === 0 && before.length > 0;
  if (isEmptied(peers, rule.peers) || isEmptied(ports, rule.ports)) return [];
  return [{ ...rule, peers, ports }];
}
