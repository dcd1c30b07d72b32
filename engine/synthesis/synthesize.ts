import type { PolicyRef } from "../decision";
import { attribute, futileFlows, isMeant, sides } from "./difference-causes";
import { type Cover, type CoveredEnd, type CoveredFlow, Covers } from "./flow-cover";
import { dnsWorkloads } from "./intent";
import type { Cluster, NetworkPolicy, Workload } from "../model";
import { assemblePolicies } from "./policy-assembly";
import { type Difference, type Link, type Proof, proveExactly } from "./prove-exactly";
import {
  type DnsService,
  FlowReader,
  type IntentOptions,
  isReplaced,
  type RequiredFlow,
  scopeOf,
  type SettledEnd,
  type SettledFlow,
} from "./required-flow";

/** Something about the wish that policies cannot fulfil, or only with more than was asked for. */
export type SynthesisProblem =
  /** What tells the end apart from the others is nothing a policy can name: what is allowed for it is allowed for them. */
  | {
      readonly kind: "inseparable";
      readonly end: CoveredEnd;
      readonly others: readonly Workload[];
      /** The flows that are open for no other reason. */
      readonly opens: readonly Link[];
    }
  /** Wanted, and not certainly allowed whatever NetworkPolicies there are; the verdict says what stands against it. */
  | {
      readonly kind: "impossible";
      readonly missing: Difference;
      /** The flows that ask for it. None: name resolution does. */
      readonly flows: readonly RequiredFlow[];
    }
  /** The namespace of one end is not known, so no policy can name it. */
  | { readonly kind: "unplaced"; readonly flow: RequiredFlow }
  /** Neither end is a pod, or a block holds nothing but ranges of pods. */
  | { readonly kind: "outside"; readonly flow: RequiredFlow }
  /** No workload of the cluster certainly is the DNS service. */
  | { readonly kind: "no-dns"; readonly dns: DnsService };

/** Policies for a list of flows, with how exactly they fit. */
export interface Synthesis {
  /** By namespace: the one that closes it, then the others by name. */
  readonly policies: readonly NetworkPolicy[];
  /** The namespaces they close. */
  readonly namespaces: readonly string[];
  /** The policies these take the place of: all that the closed namespaces have now. */
  readonly replaced: readonly PolicyRef[];
  /** What the cluster with these policies allows beyond the flows, and what it does not allow of them. */
  readonly proof: Proof;
  /** Every extra of the proof is opened by an inseparable end named here, and everything missing is named here as well. */
  readonly problems: readonly SynthesisProblem[];
}

/**
 * The NetworkPolicies that allow exactly the flows: each namespace closed in both directions, and each flow opened where it leaves and where
 * it arrives. Flows seen in logs are given like any other.
 *
 * The same flows give the same policies, in whatever order and however often they are listed. A workload that is not in the cluster, text that
 * is no CIDR block, or a port outside 1 to 65535 is a ModelError.
 */
export function synthesize(cluster: Cluster, flows: readonly RequiredFlow[], options: IntentOptions = {}): Synthesis {
  const wish = readWish(cluster, flows, options);
  const prove = (policies: readonly NetworkPolicy[]): Proof => proveExactly(cluster, policies, flows, options);
  const tried = assemblePolicies(wish.scope, wish.covered);
  const proofOfTried = prove(tried);
  const futile = futileFlows(attribute(proofOfTried.missing, wish.covered));
  const useful = wish.covered.filter((flow) => !futile.has(flow));
  const policies = futile.size === 0 ? tried : assemblePolicies(wish.scope, useful);
  const proof = futile.size === 0 ? proofOfTried : prove(policies);
  const problems = [...wish.problems, ...inseparable(proof, useful), ...impossible(proof, wish.covered)];
  return { policies, namespaces: wish.scope, replaced: replacedPolicies(cluster, wish.scope), proof, problems };
}

/** The flows as policies can write them, and those no policy can. */
interface Wish {
  readonly scope: readonly string[];
  readonly covered: readonly CoveredFlow[];
  readonly problems: readonly SynthesisProblem[];
}

function readWish(cluster: Cluster, flows: readonly RequiredFlow[], options: IntentOptions): Wish {
  const reader = new FlowReader(cluster);
  const covers = new Covers(cluster);
  const settled = flows.map((flow) => reader.settle(flow));
  const scope = scopeOf(settled, options);
  const covered: CoveredFlow[] = [];
  const problems: SynthesisProblem[] = [];
  for (const each of settled) {
    const cover = covers.flow(each);
    if (isOutside(each)) problems.push({ kind: "outside", flow: each.flow });
    else if (cover === undefined) problems.push({ kind: "unplaced", flow: each.flow });
    else covered.push(cover);
  }
  const { dns } = options;
  if (dns !== undefined) {
    covered.push(...scope.map((namespace) => covers.nameResolution(namespace, dns)));
    if (dnsWorkloads(cluster, dns).length === 0) problems.push({ kind: "no-dns", dns });
  }
  return { scope, covered, problems };
}

function isOutside({ from, to }: SettledFlow): boolean {
  const isEmpty = (end: SettledEnd): boolean => end.kind === "addresses" && end.block.addresses.isEmpty;
  return (from.kind === "addresses" && to.kind === "addresses") || isEmpty(from) || isEmpty(to);
}

/** What is open because an end could not be told apart, by that end. */
function inseparable({ extra }: Proof, flows: readonly CoveredFlow[]): readonly SynthesisProblem[] {
  const opened = new Map<Cover, Link[]>();
  for (const { flow, part } of attribute(extra, flows)) {
    for (const side of sides.filter((each) => !isMeant(flow[each], part[each]))) {
      const cover = flow[side];
      opened.set(cover, [...(opened.get(cover) ?? []), part]);
    }
  }
  return [...opened].map(([cover, opens]) => ({ kind: "inseparable", end: cover.end, others: cover.others, opens }));
}

/** What is missing, with the flows that ask for it. What cannot be written at all is told apart from it. */
function impossible({ missing }: Proof, flows: readonly CoveredFlow[]): readonly SynthesisProblem[] {
  const asking = new Map<Difference, RequiredFlow[]>();
  for (const { difference, flow } of attribute(missing, flows)) {
    asking.set(difference, [...(asking.get(difference) ?? []), ...(flow.flow === undefined ? [] : [flow.flow])]);
  }
  return [...asking].map(([difference, each]) => ({ kind: "impossible", missing: difference, flows: each }));
}

const replacedPolicies = (cluster: Cluster, scope: readonly string[]): readonly PolicyRef[] =>
  cluster.policies
    .filter((policy) => isReplaced(policy, scope))
    .map(({ namespace, name, location }) => ({ kind: "NetworkPolicy", namespace, name, ...(location === undefined ? {} : { location }) }));
