import type { ContainerPort, Endpoint, PortMatch, Workload } from "../../model";
import { isUnknown } from "../../model";
import type { CniFlow } from "../../vpc-cni/answers";
import { cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, Prover } from "../cni-findings";
import { destinationsOf, namedEntries } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { peerEnds, subjectsOf, workloadsAmong } from "../rule-ends";
import { unlike } from "../reached-services";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { workloadEnd } from "../witness";
import { nameOf, placed, policyObject, quoted } from "../words";

export const vpc009NamedSidecarPort: LintRule = {
  ...aboutVpcCni,
  code: "VPC009",
  name: "named-sidecar-port",
  title: "A rule names a port that only an init container declares, where the VPC CNI does not look for names",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    const hasSidecars = context.evaluation.cluster.workloads.some(({ ports }) => ports.some(({ sidecar }) => sidecar === true));
    if (cni === undefined || !hasSidecars) return [];
    const prover = new Prover(cni);
    return writtenRules(context.evaluation).flatMap((rule) =>
      namedEntries(rule.rule.ports).flatMap(({ port, index }) => finding(context, prover, rule, port, index) ?? []),
    );
  },
};

type NamedPort = Extract<PortMatch, { readonly kind: "named" }>;

function finding(context: LintContext, prover: Prover, rule: WrittenRule, port: NamedPort, index: number): RuleFinding | undefined {
  const { evaluation } = context;
  const isNamed = (each: ContainerPort): boolean => each.name === port.name && (port.protocol ?? each.protocol) === each.protocol;
  const found = workloadsAmong(evaluation, destinationsOf(evaluation, rule), 200).find(({ ports }) => {
    const named = ports.filter(isNamed);
    return named.length > 0 && named.every(({ sidecar }) => sidecar === true);
  });
  const declared = found?.ports.find(isNamed);
  if (found === undefined || declared === undefined || isUnknown(declared.port) || prover.isSpent) return undefined;
  const { protocol, port: number } = declared;
  const to = workloadEnd(found);
  const flows = sendersTo(context, rule, found).map((from): CniFlow => ({ from, to, protocol, port: number }));
  const difference = differenceFor(prover, rule, flows);
  if (difference === undefined) return undefined;
  const { flow, answers } = difference;
  return {
    subject: policyObject(rule.policy),
    message: `port ${quoted(port.name)} is declared by an init container of ${nameOf(found)}, where the VPC CNI does not look for it: ${flowText(flow)}, ${bothAnswers(answers)}`,
    advice: `write the number ${quoted(String(number))}`,
    ...placed(rule.policy),
    field: fieldOf(rule, { port: index }),
    because: [refOf(rule, { port: index })],
    key: `${rule.direction} ${port.name}`,
    ...differing(answers),
  };
}

/** Where the pods that the policy selects send, they must be let out: the whole flow counts. Where they receive, it is their end alone. */
function differenceFor(prover: Prover, { direction }: WrittenRule, flows: readonly CniFlow[]): ReturnType<Prover["differenceOnArrival"]> {
  return direction === "ingress" ? prover.differenceOnArrival(flows) : prover.firstDifference(flows);
}

function sendersTo(context: LintContext, rule: WrittenRule, workload: Workload): readonly Endpoint[] {
  const ends =
    rule.direction === "ingress"
      ? peerEnds(context, rule)
      : unlike(context.evaluation, subjectsOf(context.evaluation, rule)).map(workloadEnd);
  return ends.filter((end) => end.kind !== "workload" || end.workload !== workload);
}
