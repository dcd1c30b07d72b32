import type { Verdict } from "../decision";
import { type ClusterEnforcement, enforcementOf } from "../enforcement/enforcement";
import type { InfrastructureFacts } from "../enforcement/facts";
import { type Outcome } from "../model";
import { reachService } from "../services/services";
import { verdict } from "../verdict";
import type { CniFlow, CniVerdict } from "../vpc-cni/answers";
import { type CniSettings } from "../vpc-cni/settings";
import { vpcCni, type VpcCniEvaluation } from "../vpc-cni/vpc-cni";
import { isSince, releases } from "../vpc-cni/versions";
import type { LintContext } from "./rule";
import type { FlowWitness } from "./witness";

/** What the rules about the VPC CNI look at, worked out once for each input. */
export interface CniContext extends ClusterEnforcement {
  readonly facts: InfrastructureFacts;
  /** The evaluator, as if whatever is not known about enforcement were on: what is wrong once it is. */
  readonly cni: VpcCniEvaluation;
  /** Both answers for one flow. */
  answers(flow: CniFlow): CniAnswers;
}

/** What the specification says of a flow, and what the VPC CNI makes of it. */
export interface CniAnswers {
  readonly specification: Outcome;
  readonly vpcCni: CniVerdict;
  /** The flow as it arrives at a pod or an address, with the specification's verdict. */
  readonly witness?: FlowWitness;
}

const known = new WeakMap<LintContext, ClusterEnforcement>();
const contexts = new WeakMap<LintContext, CniContext>();

/** Whether and how the cluster of an input enforces policies. */
export function clusterEnforcement(context: LintContext): ClusterEnforcement {
  const found = context.enforcement ?? known.get(context) ?? enforcementOf(context);
  known.set(context, found);
  return found;
}

/**
 * What rules need that compare the VPC CNI with the specification. Undefined without an EKS cluster, and where nothing is enforced anyway:
 * VPC001 says so, and every other difference is beside the point.
 */
export function cniContext(context: LintContext): CniContext | undefined {
  const found = clusterEnforcement(context);
  const { facts, settings } = found;
  if (facts === undefined || settings.enabled === false || isSince(settings, releases.enforces) === "no") return undefined;
  const made = contexts.get(context) ?? newContext(context, { ...found, facts });
  contexts.set(context, made);
  return made;
}

function newContext({ evaluation }: LintContext, found: ClusterEnforcement & { readonly facts: InfrastructureFacts }): CniContext {
  const settings: CniSettings = { ...found.settings, enabled: true };
  let made: VpcCniEvaluation | undefined;
  const evaluator = (): VpcCniEvaluation => (made ??= vpcCni(evaluation, settings));
  return {
    ...found,
    get cni() {
      return evaluator();
    },
    answers: (flow) => ({ ...specified(evaluation, flow), vpcCni: evaluator().verdict(flow) }),
  };
}

function specified(evaluation: LintContext["evaluation"], flow: CniFlow): Omit<CniAnswers, "vpcCni"> {
  const { from, to, protocol, port } = flow;
  if (to.kind !== "service") {
    const answer = verdict(evaluation, { from, to, protocol, port });
    return { specification: answer.outcome, witness: { flow: { from, to, protocol, port }, verdict: answer } };
  }
  const { outcome, backends } = reachService(evaluation, from, to.service, port, protocol);
  const shownBackend = backends.find((each) => each.verdict?.outcome === outcome && each.port !== undefined) ?? backends[0];
  if (shownBackend?.verdict === undefined || shownBackend.port === undefined) return { specification: outcome };
  const arriving = { from, to: { kind: "workload", workload: shownBackend.workload } as const, protocol, port: shownBackend.port };
  const proof: Verdict = shownBackend.verdict;
  return { specification: outcome, witness: { flow: arriving, verdict: proof } };
}
