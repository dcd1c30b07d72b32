import type { Outcome } from "../model";
import { shown } from "../model";
import { type CniContext, cniContext } from "./cni-context";
import { bothAnswers, differing, flowText, Prover } from "./cni-findings";
import { fieldOf, refOf } from "./policy-rules";
import { type ReachedService, reachedServices, type ServiceInterest } from "./reached-services";
import type { LintContext, RuleFinding } from "./rule";
import { placed, policyObject } from "./words";

/** What a rule about egress to Services looks for. */
export interface ServiceFault extends ServiceInterest {
  /** Whether the fault can be there at all; asked before any evaluator is. */
  readonly isSuspect: (reached: ReachedService, cni: CniContext) => boolean;
  /** The answers that make it the fault. @default allowed by the specification, and not by the VPC CNI */
  readonly differs?: (specification: Outcome, vpcCni: Outcome) => boolean;
  readonly explain: (reached: ReachedService) => Pick<RuleFinding, "message" | "advice">;
}

const isLost = (specification: Outcome, vpcCni: Outcome): boolean => specification === "allowed" && vpcCni !== "allowed";

/** Findings about Services that the VPC CNI opens or closes otherwise than the specification: one for each policy and Service, each proven. */
export function serviceFindings(context: LintContext, fault: ServiceFault): readonly RuleFinding[] {
  const cni = cniContext(context);
  if (cni === undefined) return [];
  const prover = new Prover(cni);
  const found = new Map<string, RuleFinding>();
  const { differs = isLost } = fault;
  for (const reached of reachedServices(context.evaluation, fault)) {
    if (prover.isSpent) break;
    const key = keyOf(reached);
    if (found.has(key) || !fault.isSuspect(reached, cni)) continue;
    const answers = prover.difference(reached.flow);
    if (answers === undefined || !differs(answers.specification, answers.vpcCni.outcome)) continue;
    const { message, advice } = fault.explain(reached);
    found.set(key, {
      ...findingAbout(reached),
      message: `${message}: ${flowText(reached.flow)}, ${bothAnswers(answers)}`,
      advice,
      ...differing(answers),
    });
  }
  return [...found.values()];
}

const serviceName = ({ service }: ReachedService): string => `${shown(service.namespace)}/${shown(service.name)}`;
const keyOf = (reached: ReachedService): string => JSON.stringify([reached.rule.place, serviceName(reached)]);

/** The place of a finding about a rule and a Service. */
export const findingAbout = (reached: ReachedService): Pick<RuleFinding, "subject" | "location" | "field" | "because" | "key"> => ({
  subject: policyObject(reached.rule.policy),
  ...placed(reached.rule.policy),
  field: fieldOf(reached.rule),
  because: [refOf(reached.rule)],
  key: serviceName(reached),
});

/** Peers that name pods by labels. */
export const isPodsPeer: ServiceFault["accepts"] = (peer) => peer !== "any" && peer.kind === "pods";
