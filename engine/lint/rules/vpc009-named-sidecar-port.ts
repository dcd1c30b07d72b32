import type { ContainerPort, Endpoint, PortMatch, Workload } from "../../model";
import { isUnknown } from "../../model";
import { cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, Prover } from "../cni-findings";
import { destinationsOf, namedEntries } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { peerEnd, subjectsOf, workloadsAmong } from "../rule-ends";
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

function finding({ evaluation }: LintContext, prover: Prover, rule: WrittenRule, port: NamedPort, index: number): RuleFinding | undefined {
  const isNamed = (each: ContainerPort): boolean => each.name === port.name && (port.protocol ?? each.protocol) === each.protocol;
  const found = workloadsAmong(evaluation, destinationsOf(evaluation, rule), 200).find(({ ports }) => {
    const named = ports.filter(isNamed);
    return named.length > 0 && named.every(({ sidecar }) => sidecar === true);
  });
  const declared = found?.ports.find(isNamed);
  if (found === undefined || declared === undefined || isUnknown(declared.port) || prover.isSpent) return undefined;
  const [from, to] = endsOf(evaluation, rule, found);
  if (from === undefined || to === undefined) return undefined;
  const flow = { from, to, protocol: declared.protocol, port: declared.port };
  const answers = prover.difference(flow);
  if (answers === undefined) return undefined;
  return {
    subject: policyObject(rule.policy),
    message: `port ${quoted(port.name)} is declared by an init container of ${nameOf(found)}, where the VPC CNI does not look for it: ${flowText(flow)}, ${bothAnswers(answers)}`,
    advice: `write the number ${quoted(String(declared.port))}`,
    ...placed(rule.policy),
    field: fieldOf(rule, { port: index }),
    because: [refOf(rule, { port: index })],
    key: `${rule.direction} ${port.name}`,
    ...differing(answers),
  };
}

function endsOf(
  evaluation: LintContext["evaluation"],
  rule: WrittenRule,
  workload: Workload,
): readonly [Endpoint | undefined, Endpoint | undefined] {
  if (rule.direction === "ingress") return [peerEnd(evaluation, rule), workloadEnd(workload)];
  const sender = subjectsOf(evaluation, rule).find((each) => each !== workload);
  return [sender === undefined ? undefined : workloadEnd(sender), workloadEnd(workload)];
}
