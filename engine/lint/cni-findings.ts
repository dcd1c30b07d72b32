import type { DirectionVerdict } from "../decision";
import type { Obstacle } from "../enforcement/obstacles";
import { type Direction, directions, type InfrastructureResource, isUnknown, type NetworkPolicy, shown, type Workload } from "../model";
import { isolationOf } from "../isolation";
import { networkPolicyRef } from "../reasons";
import type { CniFlow } from "../vpc-cni/answers";
import type { CniAnswers, CniContext } from "./cni-context";
import { meetingOutside, outsidersOf } from "./outside";
import type { LintContext, RuleFinding, RuleMeta } from "./rule";
import { addressEnd, type FlowWitness, proven, samplePort, witnessed, workloadEnd } from "./witness";
import { ConnectionSet } from "../sets/connection-set";

/** What rules about the VPC CNI have in common. */
export const aboutVpcCni = { category: "enforcement", needs: ["infrastructure"] } as const satisfies Pick<RuleMeta, "category" | "needs">;

/** The object a finding about a resource is about. */
export const resourceObject = ({ type, address }: InfrastructureResource): RuleFinding["subject"] => ({ kind: type, name: address });

/** Something in the way of enforcement, as a finding. What is only undecided is worth knowing, and no more. */
export const obstacleFinding = ({ reach, message, advice, subject, location, field, code }: Obstacle): RuleFinding => ({
  subject,
  message,
  advice,
  because: [],
  key: `${code} ${field ?? ""} ${reach}`,
  ...(location === undefined ? {} : { location }),
  ...(field === undefined ? {} : { field }),
});

/** Traffic that a policy denies by the specification, from outside the cluster or to it: what gets through where it is not enforced. */
export function deniedFlow(context: LintContext, workloads: Iterable<Workload>): FlowWitness | undefined {
  const { evaluation } = context;
  const outside = outsidersOf(context);
  for (const workload of workloads) {
    for (const direction of directions) {
      if (isolationOf(evaluation, workload, direction) !== "yes") continue;
      const found = meetingOutside(evaluation, outside, workload, direction, "denied");
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** How many workloads are tried at either end for traffic that cluster-wide policies deny. */
const mostEnds = 10;

/** Traffic that a cluster-wide policy denies by the specification, among a few workloads and the outside. */
export function deniedByTiers(context: LintContext, workloads: readonly Workload[]): FlowWitness | undefined {
  const ends = [...workloads.slice(0, mostEnds).map(workloadEnd), ...outsidersOf(context).map(addressEnd)];
  for (const from of ends) {
    for (const to of ends) {
      const port = samplePort(ConnectionSet.all, to.kind === "workload" ? to.workload : undefined);
      const found = from === to || port === undefined ? undefined : proven(context.evaluation, { from, to, ...port }, "denied");
      if (found !== undefined && directions.some((direction) => isByTier(found.verdict[direction]))) return found;
    }
  }
  return undefined;
}

const isByTier = ({ outcome, decidedBy }: DirectionVerdict): boolean =>
  outcome === "denied" && (decidedBy === "Admin" || decidedBy === "Baseline");

/** The policies a finding rests on. */
export const policyRefs = (policies: readonly NetworkPolicy[]): RuleFinding["because"] => policies.map(networkPolicyRef);

/** Both answers in words: "by the specification it is allowed, the VPC CNI denies it". */
export function bothAnswers({ specification, vpcCni, half }: ArrivalAnswers): string {
  const enforced = { allowed: "lets it through", denied: "denies it", undecided: "lets it through or not by chance or by version" };
  const where = half === undefined ? "" : `at the ${half === "ingress" ? "receiving" : "sending"} end, `;
  return `${where}by the specification it is ${specification}, the VPC CNI ${enforced[vpcCni.outcome]}`;
}

/** A flow in words, from the names of its ends. */
export function flowText({ from, to, protocol, port }: CniFlow): string {
  const end = (one: CniFlow["to"]): string => {
    if (one.kind === "address") return `\`${one.address}\``;
    const { namespace, name } = one.kind === "service" ? one.service : one.workload;
    return `${one.kind === "service" ? "Service " : ""}\`${shown(namespace)}/${shown(name)}\``;
  };
  return `${protocol} ${String(port)} from ${end(from)} to ${end(to)}`;
}

/** How many flows of a rule are held against both evaluators; suspects beyond them are left out. */
export const mostProofs = 30;

/** The answers of both, or of one end alone: then without the example, whose verdict is that of both ends. */
export type ArrivalAnswers = CniAnswers & { readonly half?: Direction };

const differ = ({ specification, vpcCni }: CniAnswers): boolean => specification !== "undecided" && specification !== vpcCni.outcome;

function arriving({ witness, vpcCni }: CniAnswers): ArrivalAnswers | undefined {
  if (witness === undefined) return undefined;
  return { specification: witness.verdict.ingress.outcome, vpcCni: { ...vpcCni, outcome: vpcCni.ingress.outcome }, half: "ingress" };
}

/** Asks both evaluators about the flows of one rule, up to a number that keeps large inputs quick. */
export class Prover {
  private asked = 0;

  constructor(private readonly context: CniContext) {}

  /** The answers where they differ; undefined where they agree, or the specification itself does not know. */
  difference(flow: CniFlow): CniAnswers | undefined {
    this.asked++;
    const answers = this.context.answers(flow);
    return differ(answers) ? answers : undefined;
  }

  /** The answers for the first flow in which they differ. */
  firstDifference(flows: readonly CniFlow[]): { readonly flow: CniFlow; readonly answers: CniAnswers } | undefined {
    for (const flow of flows) {
      const answers = this.isSpent ? undefined : this.difference(flow);
      if (answers !== undefined) return { flow, answers };
    }
    return undefined;
  }

  /**
   * The answers for the first flow in which they differ; where they differ for none, those of the receiving end alone. Who sends may be closed, or
   * have an address nobody knows, and the rule at the receiving end is wrong all the same.
   */
  differenceOnArrival(flows: readonly CniFlow[]): { readonly flow: CniFlow; readonly answers: ArrivalAnswers } | undefined {
    let atEnd: { readonly flow: CniFlow; readonly answers: ArrivalAnswers } | undefined;
    for (const flow of flows) {
      if (this.isSpent) break;
      this.asked++;
      const answers = this.context.answers(flow);
      if (differ(answers)) return { flow, answers };
      const onArrival = arriving(answers);
      if (onArrival !== undefined && differ(onArrival)) atEnd ??= { flow, answers: onArrival };
    }
    return atEnd;
  }

  get isSpent(): boolean {
    return this.asked >= mostProofs;
  }
}

/** The parts of a finding that a difference makes. An answer that hangs on what nobody knows is worth knowing, and no more. */
export const differing = (answers: CniAnswers): Pick<RuleFinding, "witness" | "severity"> => ({
  ...witnessed(answers.witness),
  ...(answers.vpcCni.outcome === "undecided" ? { severity: "info" as const } : {}),
});

/** Whether something is known and true. */
export const isCertain = (value: unknown): boolean => !isUnknown(value) && value === true;
