import type { PodGroup } from "../matching/pod-groups";
import { exactly } from "../matching/pod-index";
import type { ClusterRuleMatch } from "../matching/rule-matching";
import { type Direction, isUnknown, type Tier } from "../model";
import type { Applied, AppliedClusterPolicy } from "../rows/rows";
import type { CniRows } from "./cni-rows";
import type { Entry } from "./entry-limit";

/** The cluster-wide policies that apply to a pod: those of AWS, and where it reads them, those of the specification. */
export function tiersOf(rows: CniRows, group: PodGroup, direction: Direction): Pick<Applied, "admin" | "baseline"> {
  return { admin: inTier(rows, group, direction, "Admin"), baseline: inTier(rows, group, direction, "Baseline") };
}

/** Every cluster-wide policy that applies to a pod in one direction. */
export function tierPolicies(rows: CniRows, group: PodGroup, direction: Direction): readonly AppliedClusterPolicy[] {
  const { admin, baseline } = tiersOf(rows, group, direction);
  return [...admin, ...baseline];
}

function inTier(rows: CniRows, group: PodGroup, direction: Direction, tier: Tier): readonly AppliedClusterPolicy[] {
  const { clusterPolicies } = rows.interpretation.appliesTo(group, direction);
  if (clusterPolicies.length === 0) return [];
  const { lists, evaluation } = rows.ground;
  const upstream = clusterPolicies.flatMap(({ policy, isCertain }): readonly AppliedClusterPolicy[] => {
    const object = evaluation.cluster.clusterPolicies[policy];
    if (policy >= lists.upstream || object?.tier !== tier || rows.active.has("upstream-tiers")) return [];
    const rules = rows.interpretation.clusterRulesOf(policy, direction).flatMap((rule) => withoutNames(rows, group, direction, rule));
    return [{ rules, isCertain, priority: object.priority }];
  });
  return rows.active.has("aws-kinds") ? [...upstream, ...awsPolicies(rows, group, direction, tier)] : upstream;
}

/** A rule with its port names resolved: one rule for the plain ports, and one more for each meaning of each name. */
function withoutNames(rows: CniRows, group: PodGroup, direction: Direction, rule: ClusterRuleMatch): readonly ClusterRuleMatch[] {
  const { names } = rule.ports;
  if (names.length === 0) return [rule];
  const { ports } = rows.contributions;
  const { all } = rows.ground.evaluation.universe;
  const meanings = names.flatMap((name) =>
    direction === "ingress" ? [{ pods: all, entries: ports.named(name, group) }] : ports.namedEverywhere(name),
  );
  const named = meanings.map(({ pods, entries }): ClusterRuleMatch => ({
    ...rule,
    peers: (rule.peers ?? [exactly(all)]).map(({ certain, possible }) => ({
      certain: certain.intersect(pods),
      possible: possible.intersect(pods),
    })),
    ports: portsOf(rows, entries),
  }));
  return [{ ...rule, ports: { ...rule.ports, names: [] } }, ...named];
}

const portsOf = (rows: CniRows, entries: readonly Entry[]): ClusterRuleMatch["ports"] => {
  const { table } = rows.ground.evaluation;
  return entries.reduce(
    (all, entry) => ({ certain: table.union(all.certain, entry.certain), possible: table.union(all.possible, entry.possible), names: [] }),
    { certain: table.none, possible: table.none, names: [] },
  );
};

/** All AWS policies of one priority are one: of their rules, those that deny are read first, then those that accept. */
function awsPolicies(rows: CniRows, group: PodGroup, direction: Direction, tier: Tier): readonly AppliedClusterPolicy[] {
  const { clusterPolicies } = rows.interpretation.appliesTo(group, direction);
  const { lists } = rows.ground;
  const applied = clusterPolicies.flatMap(({ policy, isCertain }) => {
    const aws = lists.aws[policy - lists.upstream];
    return policy < lists.upstream || aws?.tier !== tier ? [] : [{ aws, isCertain: isCertain && aws.isCertain }];
  });
  const priorities = new Set(applied.map(({ aws }) => aws.policy.priority));
  return [...priorities].map((priority) => {
    const same = applied.filter(({ aws }) => aws.policy.priority === priority);
    const rules = same.flatMap(({ aws, isCertain }) => awsRules(rows, group, direction, aws.rules, aws.policy[direction], isCertain));
    return { priority, isCertain: same.some(({ isCertain }) => isCertain), rules: [...rules].sort((a, b) => rank(a) - rank(b)) };
  });
}

const ranks = { Deny: 0, Accept: 1, Pass: 2 } as const;
const rank = ({ action }: ClusterRuleMatch): number => (isUnknown(action) ? 0 : ranks[action]);

function awsRules(
  rows: CniRows,
  group: PodGroup,
  direction: Direction,
  place: number,
  written: readonly { readonly action: ClusterRuleMatch["action"] }[],
  isCertain: boolean,
): readonly ClusterRuleMatch[] {
  const { universe } = rows.ground.evaluation;
  return rows.contributions.of(place, direction, group).flatMap((contribution): readonly ClusterRuleMatch[] => {
    const action = written[contribution.rule]?.action;
    if (action === undefined) return [];
    const where = contribution.block === "any" ? exactly(universe.all) : contribution.where;
    return [{ peers: [where], ports: portsOf(rows, contribution.entries), isUncertain: !isCertain || !contribution.isCertain, action }];
  });
}
