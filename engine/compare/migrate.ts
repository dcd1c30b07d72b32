import { type Comparison, comparePolicies } from "./compare";
import type { PolicyRef } from "../decision";
import {
  type Cluster,
  type ClusterPeer,
  type ClusterPolicy,
  type ClusterRule,
  type Direction,
  directions,
  isUnknown,
  type PortMatch,
  type Value,
} from "../model";
import type { Profile } from "../profile";
import { clusterPolicyRef } from "../reasons";

/** The most rules of a direction, peers or ports of a rule, and networks of a peer that a v1alpha2 ClusterNetworkPolicy may have. */
const listLimit = 25;
const lastPriority = 1000;

/** Why a rule has no counterpart in a ClusterNetworkPolicy. */
export type CarryProblem =
  /** A peer has fields that nobody knew when it was read. */
  | "unsupported-peer"
  /** Domain names stand in Accept rules of the Admin tier only. */
  | "domain-names"
  /** The policy would have to become several, and the priorities after its own are taken or not known. */
  | "too-many-rules";

/** A rule that was left out. */
export interface NotCarriedOver {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  /** Counts from 0, in the policy as it was. */
  readonly rule: number;
  readonly problem: CarryProblem;
}

/** AdminNetworkPolicies and a BaselineAdminNetworkPolicy as ClusterNetworkPolicies. */
export interface Migration {
  /** In the order given; those that were ClusterNetworkPolicies already are as they were. */
  readonly clusterPolicies: readonly ClusterPolicy[];
  /** Policies that got another name, since theirs was taken, or became several. */
  readonly renamed: readonly { readonly policy: PolicyRef; readonly names: readonly Value<string>[] }[];
  readonly notCarriedOver: readonly NotCarriedOver[];
}

/** A migration with what it means for one cluster. */
export interface ProvenMigration extends Migration {
  /** The cluster with the migrated policies. */
  readonly cluster: Cluster;
  /** First the cluster as it was, second as it is now; a witness for each way in which they differ. */
  readonly comparison: Comparison;
}

/** Replaces the AdminNetworkPolicies and the BaselineAdminNetworkPolicy of a cluster, and holds the result against what was there. */
export function migrateCluster(cluster: Cluster, profile: Profile = {}): ProvenMigration {
  const migration = migratePolicies(cluster.clusterPolicies);
  const migrated = { ...cluster, clusterPolicies: migration.clusterPolicies };
  return { ...migration, cluster: migrated, comparison: comparePolicies(cluster, cluster, migrated, profile) };
}

/**
 * Turns AdminNetworkPolicies into ClusterNetworkPolicies of the Admin tier and the same priority, and a BaselineAdminNetworkPolicy into one of
 * the Baseline tier with priority 0. What exceeds the smaller limits of the new kind becomes several rules, or several policies.
 */
export function migratePolicies(policies: readonly ClusterPolicy[]): Migration {
  const names = new Set(policies.filter(({ kind }) => kind === "ClusterNetworkPolicy").map(({ name }) => name));
  const results = policies.map((policy): MigratedPolicy => {
    if (policy.kind === "ClusterNetworkPolicy") return { policies: [policy], notCarriedOver: [] };
    return migratePolicy(policy, policies, names);
  });
  return {
    clusterPolicies: results.flatMap((result) => result.policies),
    renamed: policies.flatMap((policy, index) => {
      const now = results[index]?.policies.map(({ name }) => name) ?? [];
      return now.length === 1 && now[0] === policy.name ? [] : [{ policy: clusterPolicyRef(policy), names: now }];
    }),
    notCarriedOver: results.flatMap((result) => result.notCarriedOver),
  };
}

interface MigratedPolicy {
  readonly policies: readonly ClusterPolicy[];
  readonly notCarriedOver: readonly NotCarriedOver[];
}

function migratePolicy(policy: ClusterPolicy, all: readonly ClusterPolicy[], names: Set<Value<string>>): MigratedPolicy {
  const carried = { ingress: carryRules(policy, "ingress"), egress: carryRules(policy, "egress") };
  const wanted = Math.max(1, ...directions.map((direction) => Math.ceil(carried[direction].rules.length / listLimit)));
  const places = Math.min(wanted, roomFor(policy, all));
  const policies = Array.from({ length: places }, (_, place): ClusterPolicy => {
    const share = (direction: Direction): readonly ClusterRule[] =>
      carried[direction].rules.slice(place * listLimit, (place + 1) * listLimit).map(({ rule }) => rule);
    const { priority } = policy;
    return {
      ...policy,
      kind: "ClusterNetworkPolicy",
      name: freeName(policy, names),
      priority: isUnknown(priority) ? priority : priority + place,
      ingress: share("ingress"),
      egress: share("egress"),
    };
  });
  const beyond = directions.flatMap((direction) => {
    const left = new Set(carried[direction].rules.slice(places * listLimit).map(({ index }) => index));
    return [...left].map((rule): NotCarriedOver => ({ policy: clusterPolicyRef(policy), direction, rule, problem: "too-many-rules" }));
  });
  return { policies, notCarriedOver: [...carried.ingress.refused, ...carried.egress.refused, ...beyond] };
}

/** How many policies can stand in for this one, each read right after the other, without coming between others. */
function roomFor(policy: ClusterPolicy, all: readonly ClusterPolicy[]): number {
  const { tier, priority } = policy;
  const others = all.filter((other) => other !== policy && other.tier === tier).map((other) => other.priority);
  if (isUnknown(priority) || others.some((other) => isUnknown(other) || other === priority)) return 1;
  const later = (others as readonly number[]).filter((other) => other > priority);
  return Math.min(lastPriority + 1, ...later) - priority;
}

/** The policy's own name, or the next one like it that no ClusterNetworkPolicy has. */
function freeName({ kind, name }: ClusterPolicy, names: Set<Value<string>>): Value<string> {
  if (isUnknown(name)) return name;
  const suffix = kind === "AdminNetworkPolicy" ? "admin" : "baseline";
  let free = name;
  for (let count = 1; names.has(free); count++) free = count === 1 ? `${name}-${suffix}` : `${name}-${suffix}-${String(count)}`;
  names.add(free);
  return free;
}

interface CarriedRules {
  /** The new rules, each with the place of the rule it was made of. */
  readonly rules: readonly { readonly rule: ClusterRule; readonly index: number }[];
  readonly refused: readonly NotCarriedOver[];
}

function carryRules(policy: ClusterPolicy, direction: Direction): CarriedRules {
  const rules: { rule: ClusterRule; index: number }[] = [];
  const refused: NotCarriedOver[] = [];
  for (const [index, rule] of policy[direction].entries()) {
    const problem = problemWith(policy, rule);
    if (problem === undefined) rules.push(...withinLimits(rule).map((each) => ({ rule: each, index })));
    else refused.push({ policy: clusterPolicyRef(policy), direction, rule: index, problem });
  }
  return { rules, refused };
}

function problemWith({ tier }: ClusterPolicy, { action, peers }: ClusterRule): CarryProblem | undefined {
  if (peers.some(({ kind }) => kind === "unsupported")) return "unsupported-peer";
  const namesDomains = peers.some(({ kind }) => kind === "domainNames");
  return namesDomains && (tier !== "Admin" || action !== "Accept") ? "domain-names" : undefined;
}

/** One rule as several of the same action, read one after the other, that together match the same. A rule without ports matches nothing. */
function withinLimits(rule: ClusterRule): readonly ClusterRule[] {
  const peers = chunks(rule.peers.flatMap(smallPeers));
  const ports: readonly (readonly PortMatch[] | "any")[] = rule.ports === "any" ? ["any"] : chunks(rule.ports);
  return peers.flatMap((some) => ports.map((few): ClusterRule => ({ ...rule, peers: some, ports: few })));
}

const smallPeers = (peer: ClusterPeer): readonly ClusterPeer[] =>
  peer.kind === "networks" ? chunks(peer.cidrs).map((cidrs) => ({ ...peer, cidrs })) : [peer];

function chunks<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / listLimit) }, (_, n) => list.slice(n * listLimit, (n + 1) * listLimit));
}
