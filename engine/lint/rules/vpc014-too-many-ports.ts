import { type Direction, directions, type Rule, type Workload } from "../../model";
import type { CniReason } from "../../vpc-cni/answers";
import { isSince, releases } from "../../vpc-cni/versions";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, flowText, mostProofs } from "../cni-findings";
import type { PodGroup } from "../../matching/pod-groups";
import { networkPolicyRef } from "../../reasons";
import { peerEnd } from "../rule-ends";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { type WrittenRule, writtenRules } from "../policy-rules";
import { witnessed, workloadEnd } from "../witness";
import { nameOf, placed, policyObject } from "../words";

export const vpc014TooManyPorts: LintRule = {
  ...aboutVpcCni,
  code: "VPC014",
  name: "too-many-ports",
  title: "More ports are opened for one address than the node agent has room for, and it drops some at random",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const crowded = new CrowdedPolicies(context, cni);
    const found = new Map<number, RuleFinding>();
    for (const rule of writtenRules(context.evaluation)) {
      if (found.has(rule.place) || !crowded.has(rule)) continue;
      const made = crowded.finding(rule);
      if (made !== undefined) found.set(rule.place, made);
    }
    return [...found.values()];
  },
};

/** Policies on workloads whose rules list more ports, taken together, than fit. */
class CrowdedPolicies {
  private readonly workloads = new Map<string, Workload>();
  private readonly limit: number;
  /** What tells the ports of a policy apart, by the policy's place. */
  private readonly keys: Readonly<Record<Direction, (readonly string[])[]>> = { ingress: [], egress: [] };
  private asked = 0;

  constructor(
    private readonly context: LintContext,
    private readonly cni: CniContext,
  ) {
    const { groups } = context.evaluation.universe;
    this.limit = limitOf(cni);
    for (const group of groups.all) {
      const [workload] = groups.workloadsIn(group);
      if (workload !== undefined) for (const direction of directions) this.collect(group, workload, direction);
    }
  }

  private collect(group: PodGroup, workload: Workload, direction: Direction): void {
    const places = new Set<number>();
    for (const each of this.context.evaluation.interpretations) {
      for (const { policy } of each.appliesTo(group, direction).networkPolicies) places.add(policy);
    }
    const lists = [...places].map((place) => this.keysOf(place, direction));
    // Counting is quicker than telling apart, and mostly enough.
    if (lists.reduce((count, { length }) => count + length, 0) <= this.limit || new Set(lists.flat()).size <= this.limit) return;
    for (const place of places) this.workloads.set(`${direction} ${String(place)}`, workload);
  }

  private keysOf(place: number, direction: Direction): readonly string[] {
    const memory = this.keys[direction];
    const rules = this.context.evaluation.cluster.policies[place]?.[direction] ?? [];
    return (memory[place] ??= rules.flatMap(entryKeys));
  }

  has = ({ direction, place }: WrittenRule): boolean => this.workloads.has(`${direction} ${String(place)}`);

  /** Proven by the evaluator: it counts the entries for the very address of a peer. */
  finding(rule: WrittenRule): RuleFinding | undefined {
    const { direction, place, policy } = rule;
    const workload = this.workloads.get(`${direction} ${String(place)}`);
    const other = peerEnd(this.context.evaluation, rule);
    const port = firstPort(rule.rule);
    if (workload === undefined || other === undefined || port === undefined || this.asked >= mostProofs) return undefined;
    this.asked++;
    const here = workloadEnd(workload);
    const flow = direction === "ingress" ? { from: other, to: here, ...port } : { from: here, to: other, ...port };
    const { vpcCni, specification, witness } = this.cni.answers(flow);
    const over = vpcCni[direction].reasons.find((reason): reason is Extract<CniReason, { kind: "limit" }> => reason.kind === "limit");
    if (over === undefined || specification !== "allowed") return undefined;
    return {
      subject: policyObject(policy),
      message: `the policies of ${nameOf(workload)} open ${String(over.entries)} ports or ranges for one address, and the agent keeps ${String(over.limit)} of them, nobody knows which: ${flowText(flow)} is one that may be lost`,
      advice: "join ports to ranges (`endPort`), or give the peers to several sets of pods",
      ...placed(policy),
      field: `spec.${direction}`,
      because: [networkPolicyRef(policy)],
      key: direction,
      ...witnessed(witness),
    };
  }
}

/** What the agent has room for at one address. */
function limitOf({ settings }: CniContext): number {
  if (isSince(settings, releases.twentyFourEntries) !== "no") return 24;
  return settings.ipFamily === "IPv6" ? 4 : 8;
}

const entryKeys = ({ ports }: Rule): readonly string[] => (ports === "any" ? [] : ports.map((port) => JSON.stringify(port)));

function firstPort({ ports }: Rule): { readonly protocol: "TCP" | "UDP" | "SCTP"; readonly port: number } | undefined {
  if (ports === "any") return undefined;
  const range = ports.find((each) => each.kind === "range");
  return range?.kind === "range" ? { protocol: range.protocol, port: range.from } : undefined;
}
