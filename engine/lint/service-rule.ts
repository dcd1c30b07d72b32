import type { Evaluation } from "../evaluation";
import { type Flow, type Outcome, shown, type Workload } from "../model";
import { type CniContext, cniContext } from "./cni-context";
import { bothAnswers, differing, flowText, Prover } from "./cni-findings";
import { namedEntries } from "./named-ports";
import { fieldOf, refOf, type WrittenRule } from "./policy-rules";
import { type ReachedService, reachedServices, type ServiceInterest, serviceMap, targetOn } from "./reached-services";
import type { LintContext, RuleFinding } from "./rule";
import { between } from "../rows/between";
import { workloadEnd } from "./witness";
import { placed, policyObject } from "./words";

/** What a rule about egress to Services looks for. */
export interface ServiceFault extends ServiceInterest {
  /** Whether the fault can be there at all; asked before any evaluator is. @default it can */
  readonly isSuspect?: (reached: ReachedService, cni: CniContext) => boolean;
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
    if (found.has(key) || fault.isSuspect?.(reached, cni) === false) continue;
    if (fault.differs === undefined && !mayBeLost(context.evaluation, reached)) continue;
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

/**
 * Whether the rule and the pods behind the Service let something through that could be lost: what the rule does not open it does not lose, and
 * what the pods do not let in is closed anyway. Proofs are too dear to be spent on either.
 */
function mayBeLost(evaluation: Evaluation, { rule, service, port, flow }: ReachedService): boolean {
  const { from } = flow;
  const { table } = evaluation;
  return serviceMap(evaluation)
    .behind(service)
    .some((backend) => {
      const target = targetOn(port, backend);
      if (target === undefined) return true;
      if (!isNamedBy(evaluation, rule, backend) || !opensPort(evaluation, rule, backend, { protocol: port.protocol, port: target }))
        return false;
      return table.set(between(evaluation, from, workloadEnd(backend)).possible).has(port.protocol, target);
    });
}

/** Whether pods of a workload are, or may be, among those the rule's peers name. */
function isNamedBy({ universe }: Evaluation, { matches }: WrittenRule, workload: Workload): boolean {
  const groups = universe.groups.ofWorkload(workload);
  return matches.some(({ peers }) => peers === undefined || groups.some(({ index }) => peers.some(({ possible }) => possible.has(index))));
}

/** Whether the rule opens a port of a workload's pods, or may: by its number, or by a name that stands for it there. */
function opensPort(
  { interpretations, table, universe }: Evaluation,
  rule: WrittenRule,
  workload: Workload,
  { protocol, port }: Pick<Flow, "protocol" | "port">,
): boolean {
  if (rule.matches.some(({ ports }) => table.set(ports.possible).has(protocol, port))) return true;
  const groups = universe.groups.ofWorkload(workload);
  return namedEntries(rule.rule.ports).some(({ port: name }) =>
    groups.some((group) => interpretations.some(({ ports }) => ports.nameStandsFor(name, group, protocol, port) !== "no")),
  );
}

const serviceName = ({ service }: ReachedService): string => `${shown(service.namespace)}/${shown(service.name)}`;

/** Tells findings about a policy and a Service apart. */
export const keyOf = (reached: ReachedService): string => JSON.stringify([reached.rule.place, serviceName(reached)]);

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
