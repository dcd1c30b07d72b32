import {
  type Cluster,
  type ClusterPolicy,
  type ClusterRule,
  type Direction,
  directions,
  isUnknown,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  type Rule,
} from "../model";
import type { PolicyPart } from "./policy-parts";
import {
  clusterPeerWithin,
  clusterRuleWithin,
  clusterSubjectWithin,
  isEmptyRule,
  peerWithin,
  portsWithin,
  ruleWithin,
  subjectWithin,
} from "./rule-containment";
import { isContradictory } from "./selector-implication";

/** Why a part changes nothing for any pod that may ever exist; undefined: what is written does not show that it is so. */
export type StructuralCause = { readonly kind: "never-matches" } | { readonly kind: "shadowed"; readonly by: readonly PolicyPart[] };

const neverMatches: StructuralCause = { kind: "never-matches" };

/** Finds parts that are redundant by what is written, without looking at any pod. */
export class StructuralRedundancy {
  /** Policies that a policy may be compared with: those of its namespace. */
  private readonly byNamespace = new Map<string, number[]>();

  constructor(private readonly cluster: Cluster) {
    for (const [place, { namespace }] of cluster.policies.entries()) {
      if (isUnknown(namespace)) continue;
      const places = this.byNamespace.get(namespace) ?? [];
      places.push(place);
      this.byNamespace.set(namespace, places);
    }
  }

  of(part: PolicyPart): StructuralCause | undefined {
    if (part.list === "policies") {
      const policy = this.cluster.policies[part.policy];
      return policy === undefined ? undefined : this.ofNetworkPolicyPart(policy, part);
    }
    const policy = this.cluster.clusterPolicies[part.policy];
    return policy === undefined ? undefined : this.ofClusterPolicyPart(policy, part);
  }

  private ofNetworkPolicyPart(policy: NetworkPolicy, part: PolicyPart): StructuralCause | undefined {
    if (isContradictory(policy.subject)) return neverMatches;
    if (part.rule === undefined) return this.ofNetworkPolicy(policy, part);
    const rule = policy[part.rule.direction]?.[part.rule.index];
    if (rule === undefined) return undefined;
    const sole = onlyEntry(rule, part);
    if (isEmptyRule(sole)) return neverMatches;
    const sibling = siblingWithin<Peer>(rule, part, (one, other) => peerWithin(one, other, policy.namespace));
    if (sibling !== undefined) return { kind: "shadowed", by: [sibling] };
    const holder = this.holderOf(policy, part, part.rule.direction, sole);
    return holder === undefined ? undefined : { kind: "shadowed", by: [holder] };
  }

  /** Another rule, of a policy that applies to the same pods or more, which matches all that this one does. */
  private holderOf(policy: NetworkPolicy, part: PolicyPart, direction: Direction, rule: Rule): PolicyPart | undefined {
    for (const place of this.broaderThan(policy, direction)) {
      const rules = this.cluster.policies[place]?.[direction] ?? [];
      const index = rules.findIndex(
        (other, at) => !(place === part.policy && at === part.rule?.index) && ruleWithin(rule, other, policy.namespace),
      );
      if (index !== -1) return { list: "policies", policy: place, rule: { direction, index } };
    }
    return undefined;
  }

  /** The policies that certainly isolate, in a direction, every pod this one applies to; itself among them. */
  private broaderThan(policy: NetworkPolicy, direction: Direction): readonly number[] {
    if (isUnknown(policy.namespace)) return [];
    return (this.byNamespace.get(policy.namespace) ?? []).filter((place) => {
      const other = this.cluster.policies[place];
      if (other === policy) return true;
      return other?.[direction] !== undefined && other.unknownDirections === undefined && subjectWithin(policy, other);
    });
  }

  /** A whole policy: others isolate its pods as well, and allow all that it allows. */
  private ofNetworkPolicy(policy: NetworkPolicy, part: PolicyPart): StructuralCause | undefined {
    const by: PolicyPart[] = [];
    for (const direction of directions) {
      const rules = policy[direction];
      if (rules === undefined) continue;
      const others = this.broaderThan(policy, direction).filter((place) => place !== part.policy);
      const [isolating] = others;
      if (isolating === undefined) return undefined;
      const holders = rules.map((rule) =>
        isEmptyRule(rule)
          ? isolating
          : others.find((place) => this.cluster.policies[place]?.[direction]?.some((other) => ruleWithin(rule, other, policy.namespace))),
      );
      if (holders.includes(undefined)) return undefined;
      by.push(
        ...[...(holders as number[]), ...(rules.length === 0 ? [isolating] : [])].map((place): PolicyPart => ({
          list: "policies",
          policy: place,
        })),
      );
    }
    return { kind: "shadowed", by: distinct(by) };
  }

  private ofClusterPolicyPart(policy: ClusterPolicy, part: PolicyPart): StructuralCause | undefined {
    if (isContradictory(policy.subject.namespaces) || isContradictory(policy.subject.pods)) return neverMatches;
    if (part.rule === undefined) return this.ofClusterPolicy(policy);
    const rule = policy[part.rule.direction][part.rule.index];
    if (rule === undefined) return undefined;
    const sole = onlyEntry(rule, part);
    if (isEmptyRule(sole)) return neverMatches;
    const sibling = siblingWithin(rule, part, clusterPeerWithin);
    const by = sibling ?? this.earlierHolderOf(policy, part.rule.direction, part.rule.index, sole);
    return by === undefined ? undefined : { kind: "shadowed", by: [by] };
  }

  /** A rule that is read before this one, for the same pods or more, and takes all that it would match. */
  private earlierHolderOf(policy: ClusterPolicy, direction: Direction, index: number, rule: ClusterRule): PolicyPart | undefined {
    const { clusterPolicies } = this.cluster;
    for (const [place, other] of clusterPolicies.entries()) {
      const isSame = other === policy;
      if (!isSame && !isBefore(other, policy)) continue;
      const read = isSame ? other[direction].slice(0, index) : other[direction];
      const at = read.findIndex((earlier) => clusterRuleWithin(rule, earlier));
      if (at !== -1) return { list: "clusterPolicies", policy: place, rule: { direction, index: at } };
    }
    return undefined;
  }

  private ofClusterPolicy(policy: ClusterPolicy): StructuralCause | undefined {
    const rules = directions.flatMap((direction) => policy[direction].map((rule) => ({ direction, rule })));
    const holders = rules
      .filter(({ rule }) => !isEmptyRule(rule))
      .map(({ direction, rule }) => this.earlierHolderOf(policy, direction, 0, rule));
    if (holders.includes(undefined)) return undefined;
    return holders.length === 0 ? neverMatches : { kind: "shadowed", by: distinct(holders as PolicyPart[]) };
  }
}

/** Whether every pod of the second policy meets the first one earlier: same tier, lower number. */
const isBefore = (first: ClusterPolicy, second: ClusterPolicy): boolean =>
  first.tier === second.tier &&
  !isUnknown(first.priority) &&
  !isUnknown(second.priority) &&
  first.priority < second.priority &&
  clusterSubjectWithin(second.subject, first.subject);

/** The rule with only the entry that a part speaks of. */
function onlyEntry<R extends Rule | ClusterRule>(rule: R, { entry }: PolicyPart): R {
  const list = entry === undefined ? "any" : rule[entry.of];
  return entry === undefined || list === "any" ? rule : { ...rule, [entry.of]: [list[entry.index]] };
}

/** Another entry of the same list that stands for all that this one does. */
function siblingWithin<P>(
  { peers, ports }: { readonly peers: readonly P[] | "any"; readonly ports: readonly PortMatch[] | "any" },
  part: PolicyPart,
  isWithin: (one: P, other: P) => boolean,
): PolicyPart | undefined {
  const { entry } = part;
  if (entry === undefined) return undefined;
  const at =
    entry.of === "peers"
      ? otherWithin(peers, entry.index, isWithin)
      : otherWithin(ports, entry.index, (one, other) => portsWithin([one], [other]));
  return at === -1 ? undefined : { ...part, entry: { of: entry.of, index: at } };
}

function otherWithin<T>(list: readonly T[] | "any", index: number, isWithin: (one: T, other: T) => boolean): number {
  if (list === "any") return -1;
  const mine = list[index] as T;
  return list.findIndex((other, at) => at !== index && isWithin(mine, other));
}

const distinct = (parts: readonly PolicyPart[]): readonly PolicyPart[] => [
  ...new Map(parts.map((part) => [JSON.stringify(part), part])).values(),
];
