import type { ContainerPort, Workload } from "../../model";
import { isUnknown } from "../../model";
import type { CniFlow } from "../../vpc-cni/answers";
import { cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, Prover } from "../cni-findings";
import { namedEntries } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { peerEnds } from "../rule-ends";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { selectedPods, workloadsIn } from "../selected-pods";
import { workloadEnd } from "../witness";
import { nameOf, placed, policyObject, quoted } from "../words";

export const vpc011NamedPortManyNumbers: LintRule = {
  ...aboutVpcCni,
  code: "VPC011",
  name: "named-port-many-numbers",
  title: "A named port of an ingress rule has several numbers among the selected pods, and the VPC CNI opens all of them on each",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const prover = new Prover(cni);
    return writtenRules(context.evaluation)
      .filter(({ direction }) => direction === "ingress")
      .flatMap((rule) => namedEntries(rule.rule.ports).flatMap((entry) => finding(context, prover, rule, entry) ?? []));
  },
};

type Entry = ReturnType<typeof namedEntries>[number];

function finding(context: LintContext, prover: Prover, rule: WrittenRule, { port, index }: Entry): RuleFinding | undefined {
  if (prover.isSpent) return undefined;
  const { evaluation } = context;
  const declared = declaredBy(workloadsIn(evaluation, selectedPods(evaluation).ofPolicy(rule.place)), port);
  const numbers = [...new Set(declared.map((each) => each.number))].sort((a, b) => a - b);
  if (numbers.length < 2) return undefined;
  const common: RuleFinding = {
    subject: policyObject(rule.policy),
    message: `port ${quoted(port.name)} is ${numbers.join(" and ")} on pods of the policy, and the VPC CNI opens all of these numbers on each of them`,
    advice: "give the port one number on all pods of the policy, or write a policy for each number",
    ...placed(rule.policy),
    field: fieldOf(rule, { port: index }),
    because: [refOf(rule, { port: index })],
    key: `${port.name} ${numbers.join()}`,
  };
  const ends = peerEnds(context, rule);
  const owners = new Map<CniFlow, Workload>();
  for (const [one, other] of exchanged(declared)) {
    const froms = ends.filter((from) => from.kind !== "workload" || from.workload !== one.workload);
    for (const from of froms) {
      owners.set({ from, to: workloadEnd(one.workload), protocol: one.protocol, port: other.number }, other.workload);
    }
  }
  const found = prover.differenceOnArrival([...owners.keys()]);
  const owner = found === undefined ? undefined : owners.get(found.flow);
  if (found === undefined || owner === undefined) return undefined;
  const { flow, answers } = found;
  const also = `: ${flowText(flow)}, ${bothAnswers(answers)}`;
  return { ...common, message: `${common.message}${also}, by the number of ${nameOf(owner)}`, ...differing(answers) };
}

/** How many pairs of pods are tried: the number of the one may be open on the other by another rule. */
const mostPairs = 4;

/** Pods with one number, each beside one with another. */
function exchanged(declared: readonly Declared[]): readonly (readonly [Declared, Declared])[] {
  const distinct = [...new Map(declared.toReversed().map((each) => [each.number, each])).values()].toReversed();
  return distinct.flatMap((one) => distinct.filter((other) => other !== one).map((other) => [one, other] as const)).slice(0, mostPairs);
}

interface Declared {
  readonly workload: Workload;
  readonly number: number;
  readonly protocol: ContainerPort["protocol"];
}

const declaredBy = (workloads: readonly Workload[], { name, protocol }: Entry["port"]): readonly Declared[] =>
  workloads.flatMap((workload) => {
    const found = workload.ports.find((each) => each.name === name && (protocol ?? each.protocol) === each.protocol);
    return found === undefined || isUnknown(found.port) ? [] : [{ workload, number: found.port, protocol: found.protocol }];
  });
