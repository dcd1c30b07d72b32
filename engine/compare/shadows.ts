import type { Evaluation } from "../evaluation";
import type { Interpretation } from "../interpretation";
import { type ClusterPolicy, type ClusterRule, type Direction, directions, isUnknown, type Rule } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { isWithin, type PolicyPart, ruleWithout } from "./policy-parts";
import type { PortsMatch } from "../matching/port-matching";
import type { RuleMatch } from "../matching/rule-matching";
import type { IndexSet } from "../sets/index-set";

/** The pod groups a part applies to, or may, in each direction. */
export type Subjects = Readonly<Record<Direction, readonly PodGroup[]>>;

/** Knows which policies apply to the same pods, and which of their rules speak about the same ends. */
export class Shadows {
  private readonly subjects = new Map<string, Record<Direction, Set<PodGroup>>>();

  constructor(private readonly evaluation: Evaluation) {
    for (const interpretation of evaluation.interpretations) {
      for (const group of evaluation.universe.groups.all) for (const direction of directions) this.add(interpretation, group, direction);
    }
  }

  private add(interpretation: Interpretation, group: PodGroup, direction: Direction): void {
    for (const policy of policiesOn(interpretation, group, direction)) {
      const subjects = this.subjects.get(keyOf(policy)) ?? { ingress: new Set(), egress: new Set() };
      this.subjects.set(keyOf(policy), subjects);
      subjects[direction].add(group);
    }
  }

  /** The groups whose rows may change with the part. */
  subjectsOf(part: PolicyPart): Subjects {
    const subjects = this.subjects.get(keyOf(part));
    const inDirection = (direction: Direction): readonly PodGroup[] =>
      subjects === undefined || (part.rule !== undefined && part.rule.direction !== direction) ? [] : [...subjects[direction]];
    return { ingress: inDirection("ingress"), egress: inDirection("egress") };
  }

  /** Whether there is no pod the part applies to, or no connection that it matches. */
  matchesNothing(part: PolicyPart): boolean {
    const subjects = this.subjectsOf(part);
    const { rule } = part;
    if (rule === undefined) return directions.every((direction) => subjects[direction].length === 0);
    return this.evaluation.interpretations.every((interpretation) => {
      const match = this.matchOf(interpretation, part);
      if (match === undefined) return true;
      const where = whereOf(match, this.evaluation.universe.none);
      return where?.isEmpty === true || !this.standsForPorts(interpretation, match.ports, rule.direction, subjects[rule.direction], where);
    });
  }

  private standsForPorts(
    { ports }: Interpretation,
    { possible, names }: PortsMatch,
    direction: Direction,
    subjects: readonly PodGroup[],
    where: IndexSet | undefined,
  ): boolean {
    const { none } = this.evaluation.table;
    if (possible !== none) return subjects.length > 0;
    return names.some((name) =>
      direction === "ingress"
        ? subjects.some((group) => ports.resolveOn(name, group).possible !== none)
        : ports.resolveEverywhere(name).some((resolved) => resolved.possible !== none && (where?.intersects(resolved.pods) ?? true)),
    );
  }

  /**
   * The parts that may say the same: rules about the same ends, for the same pods; for an entry also the other entries of its rule; for a
   * policy the other policies. Those that decide first come first.
   */
  around(part: PolicyPart): readonly PolicyPart[] {
    const policies = this.policiesAround(part);
    const { rule } = part;
    if (rule === undefined) return policies.filter((policy) => !isWithin(part, policy));
    const rules = policies.flatMap((policy) =>
      (this.writtenRules(policy, rule.direction) ?? []).map((_, index): PolicyPart => ({
        ...policy,
        rule: { direction: rule.direction, index },
      })),
    );
    return [...this.siblings(part), ...rules.filter((other) => !isWithin(part, other) && this.meet(part, other))];
  }

  private policiesAround(part: PolicyPart): readonly PolicyPart[] {
    const found = new Map<string, PolicyPart>();
    const subjects = this.subjectsOf(part);
    for (const interpretation of this.evaluation.interpretations) {
      for (const direction of directions) {
        const applying = subjects[direction].flatMap((group) => policiesOn(interpretation, group, direction));
        for (const policy of applying) found.set(keyOf(policy), policy);
      }
    }
    return [...found.values()].sort((one, other) => this.turnOf(one, part) - this.turnOf(other, part));
  }

  /** When a policy is read: the Admin tier by priority, the part's own policy, the other NetworkPolicies, the Baseline tier. */
  private turnOf(policy: PolicyPart, part: PolicyPart): number {
    if (policy.list === "policies") return isWithin(part, policy) ? 2000 : 2001;
    const { tier, priority } = this.evaluation.cluster.clusterPolicies[policy.policy] as ClusterPolicy;
    const place = isUnknown(priority) ? 1001 : priority;
    return tier === "Admin" ? place : 3000 + place;
  }

  private siblings(part: PolicyPart): readonly PolicyPart[] {
    const { entry, rule } = part;
    const list =
      entry === undefined ? "any" : (this.writtenRules(part, rule?.direction ?? "ingress")?.[rule?.index ?? 0]?.[entry.of] ?? "any");
    if (entry === undefined || list === "any") return [];
    return [...list.keys()].filter((index) => index !== entry.index).map((index) => ({ ...part, entry: { of: entry.of, index } }));
  }

  /** Whether two rules may match a connection both. */
  private meet(part: PolicyPart, other: PolicyPart): boolean {
    const { universe, table, interpretations } = this.evaluation;
    return interpretations.some((interpretation) => {
      const [mine, others] = [this.matchOf(interpretation, part), this.matchOf(interpretation, other)];
      if (mine === undefined || others === undefined) return false;
      const [where, otherWhere] = [whereOf(mine, universe.none), whereOf(others, universe.none)];
      if (where !== undefined && otherWhere !== undefined && !where.intersects(otherWhere)) return false;
      const isNamed = mine.ports.names.length > 0 || others.ports.names.length > 0;
      return isNamed || table.intersect(mine.ports.possible, others.ports.possible) !== table.none;
    });
  }

  /** A rule, or one entry of it, looked up. */
  private matchOf(interpretation: Interpretation, part: PolicyPart): RuleMatch | undefined {
    const { list, policy, rule, entry } = part;
    if (rule === undefined) return undefined;
    const { direction, index } = rule;
    const matches = list === "policies" ? interpretation.rulesOf(policy, direction) : interpretation.clusterRulesOf(policy, direction);
    const match = matches[index];
    if (match === undefined || entry === undefined) return match;
    if (entry.of === "peers") return { ...match, peers: match.peers?.slice(entry.index, entry.index + 1) };
    const written = this.writtenRules(part, direction)?.[index];
    const [sole] = written === undefined ? [] : ruleWithout<Rule | ClusterRule>(written, this.siblings(part));
    return sole === undefined ? undefined : { ...match, ports: interpretation.ports.ports(sole.ports) };
  }

  private writtenRules({ list, policy }: PolicyPart, direction: Direction): readonly (Rule | ClusterRule)[] | undefined {
    return this.evaluation.cluster[list][policy]?.[direction];
  }
}

/** Whom a rule's peers may name; undefined: everyone. */
const whereOf = ({ peers }: RuleMatch, none: IndexSet): IndexSet | undefined =>
  peers?.reduce((all, { possible }) => all.union(possible), none);

const keyOf = ({ list, policy }: PolicyPart): string => `${list} ${String(policy)}`;

function policiesOn(interpretation: Interpretation, group: PodGroup, direction: Direction): readonly PolicyPart[] {
  const { networkPolicies, clusterPolicies } = interpretation.appliesTo(group, direction);
  return [
    ...networkPolicies.map(({ policy }) => ({ list: "policies", policy }) as const),
    ...clusterPolicies.map(({ policy }) => ({ list: "clusterPolicies", policy }) as const),
  ];
}
