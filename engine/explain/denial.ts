import { freeName } from "./closed-end";
import type { DirectionVerdict, RuleRef, Verdict } from "../decision";
import { type Evaluation, evaluate } from "../evaluation";
import {
  type Cluster,
  type ClusterPolicy,
  type Direction,
  directions,
  type Flow,
  highestPort,
  lowestPort,
  type NetworkPolicy,
  type PortMatch,
  protocols,
  type Workload,
} from "../model";
import { podSelectorFor } from "./narrow-selectors";
import { changedClusterPolicy, changedNetworkPolicy, newNetworkPolicy, type PolicyChange, type RuleRemoved } from "./policy-change";
import { isReferenceTo } from "./policy-lookup";
import { concernedBy, reducedCluster } from "./reduced-cluster";
import { verdict } from "../verdict";
import { workloadIndex } from "../matching/workload-index";

/** A way to close one end of an allowed flow. Without any one of the removals the flow would go on. */
export interface Denial {
  readonly direction: Direction;
  readonly changes: readonly PolicyChange[];
  /** The rules that go: NetworkPolicy rules that match the flow, and cluster-wide Accept rules. Numbers as in the cluster at hand. */
  readonly removed: readonly RuleRef[];
  /**
   * The policy that isolates the end, where nothing does. NetworkPolicy has no deny, so that it works like a default deny: it closes the
   * flow's port for every other end as well, and leaves all other ports open.
   */
  readonly isolating?: NetworkPolicy;
  /** The answer after the changes: the proof. */
  readonly verdict: Verdict;
}

/** Each end's way to close an allowed flow, the one with fewer changes first. Empty when nothing can: a pod's traffic to itself. */
export function denials(evaluation: Evaluation, flow: Flow): readonly Denial[] {
  return directions
    .flatMap((direction) => denialAt(evaluation, flow, direction) ?? [])
    .sort((a, b) => Number(a.isolating !== undefined) - Number(b.isolating !== undefined) || a.removed.length - b.removed.length);
}

function denialAt(evaluation: Evaluation, flow: Flow, direction: Direction): Denial | undefined {
  const end = direction === "egress" ? flow.from : flow.to;
  if (end.kind === "address") return undefined;
  const removals = new Removals(evaluation.cluster, direction);
  let isolating: NetworkPolicy | undefined;
  for (;;) {
    const changes = [...removals.changes(), ...(isolating === undefined ? [] : [newNetworkPolicy(isolating)])];
    const answer = verdict(evaluate(reducedCluster(evaluation, concernedBy([flow]), { changes }), evaluation.profile), flow);
    if (answer[direction].outcome === "denied") return result(direction, changes, removals.removed, isolating, answer);
    const inTheWay = rulesInTheWay(answer[direction]);
    if (inTheWay.length > 0) {
      if (!removals.remove(inTheWay)) return undefined;
    } else if (isolating === undefined) {
      isolating = isolatingPolicy(evaluation, end.workload, flow, direction);
      // An isolated end is not asked about in the Baseline tier.
      removals.giveBackBaseline();
    } else return undefined;
  }
}

function result(
  direction: Direction,
  changes: readonly PolicyChange[],
  removed: readonly RuleRef[],
  isolating: NetworkPolicy | undefined,
  answer: Verdict,
): Denial {
  return { direction, changes, removed, ...(isolating === undefined ? {} : { isolating }), verdict: answer };
}

/** Rules that must go before anything else can close the end: those of the Admin tier decide first. */
function rulesInTheWay({ clusterRules, allowedBy, decidedBy }: DirectionVerdict): readonly RuleRef[] {
  const accepting = (tier: ClusterPolicy["tier"]): readonly RuleRef[] =>
    clusterRules.filter((rule) => rule.tier === tier && rule.action !== "Deny" && rule.action !== "Pass");
  if (decidedBy === "Admin" || accepting("Admin").length > 0) return accepting("Admin");
  return decidedBy === "Baseline" ? accepting("Baseline") : allowedBy;
}

/** Rules taken out of a cluster, step by step. */
class Removals {
  private readonly gone = new Map<NetworkPolicy | ClusterPolicy, Map<number, RuleRef>>();

  constructor(
    private readonly cluster: Cluster,
    private readonly direction: Direction,
  ) {}

  get removed(): readonly RuleRef[] {
    return [...this.gone.values()].flatMap((rules) => [...rules.values()]);
  }

  /** Takes out rules that are numbered as after the removals so far. False: none of them is the cluster's. */
  remove(rules: readonly RuleRef[]): boolean {
    const before = this.removed.length;
    for (const { ref, policy, rule } of rules.map((each) => ({ ref: each, ...this.original(each) }))) {
      if (policy !== undefined) this.gone.set(policy, (this.gone.get(policy) ?? new Map<number, RuleRef>()).set(rule, { ...ref, rule }));
    }
    return this.removed.length > before;
  }

  giveBackBaseline(): void {
    for (const policy of this.gone.keys()) if ("tier" in policy && policy.tier === "Baseline") this.gone.delete(policy);
  }

  private original({ policy: ref, rule }: RuleRef): { readonly policy: NetworkPolicy | ClusterPolicy | undefined; readonly rule: number } {
    const policy = [...this.cluster.policies, ...this.cluster.clusterPolicies].find((each) => isReferenceTo(ref, each));
    const gone = policy === undefined ? undefined : this.gone.get(policy);
    const left = (policy?.[this.direction] ?? []).map((_, index) => index).filter((index) => gone?.has(index) !== true);
    return { policy, rule: left[rule] ?? rule };
  }

  changes(): readonly PolicyChange[] {
    return [...this.gone].map(([policy, rules]) => {
      const edits = [...rules.keys()].map((rule): RuleRemoved => ({ kind: "rule-removed", direction: this.direction, rule }));
      return "kind" in policy ? changedClusterPolicy(policy, edits) : changedNetworkPolicy(policy, edits);
    });
  }
}

function isolatingPolicy(evaluation: Evaluation, workload: Workload, flow: Flow, direction: Direction): NetworkPolicy {
  const { namespace } = workload;
  const taken = workloadIndex(evaluation).policyNames(namespace);
  return {
    namespace,
    name: freeName(`deny-${direction}-${flow.protocol.toLowerCase()}-${String(flow.port)}`, (name) => taken.has(name)),
    subject: podSelectorFor(evaluation, workload),
    [direction]: [{ peers: "any", ports: everyPortBut(flow) }],
  };
}

function everyPortBut({ protocol, port }: Flow): readonly PortMatch[] {
  const range = (each: PortMatch & { readonly kind: "range" }): readonly PortMatch[] => (each.from > each.to ? [] : [each]);
  return protocols.flatMap((each) =>
    each === protocol
      ? [
          ...range({ kind: "range", protocol, from: lowestPort, to: port - 1 }),
          ...range({ kind: "range", protocol, from: port + 1, to: highestPort }),
        ]
      : range({ kind: "range", protocol: each, from: lowestPort, to: highestPort }),
  );
}
