import type { CniFlow } from "../../vpc-cni/answers";
import { cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, Prover } from "../cni-findings";
import { declaredPorts, namedEntries } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { subjectsOf, workloadsAmong } from "../rule-ends";
import { unlike } from "../reached-services";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { workloadEnd } from "../witness";
import { placed, policyObject, quoted } from "../words";
import { isUnknown } from "../../model";

export const vpc010NamedPortWithoutPods: LintRule = {
  ...aboutVpcCni,
  code: "VPC010",
  name: "named-port-without-pods",
  title: "An egress rule names a port by its name and its peers by blocks or not at all, so the VPC CNI opens nothing by the name",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const prover = new Prover(cni);
    return writtenRules(context.evaluation)
      .filter(hasNoPods)
      .flatMap((rule) => {
        const names = namedEntries(rule.rule.ports);
        const [first] = names;
        return first === undefined ? [] : [finding(context, prover, rule, first)];
      });
  },
};

const hasNoPods = ({ direction, rule }: WrittenRule): boolean =>
  direction === "egress" && (rule.peers === "any" || (rule.peers.length > 0 && rule.peers.every(({ kind }) => kind === "ipBlock")));

function finding(context: LintContext, prover: Prover, rule: WrittenRule, entry: ReturnType<typeof namedEntries>[number]): RuleFinding {
  const isAll = rule.rule.ports !== "any" && rule.rule.ports.every(({ kind }) => kind === "named");
  const { port, index } = entry;
  const shown = prover.isSpent ? undefined : lostFlow(context, prover, rule, port);
  return {
    subject: policyObject(rule.policy),
    message: `the VPC CNI resolves names on pods that a peer names by labels; here it leaves ${quoted(port.name)} out, ${isAll ? "and with it the whole rule" : "and keeps the numbers"}${shown === undefined ? "" : `: ${shown.text}`}`,
    advice: "write the number, or name the pods by labels",
    ...placed(rule.policy),
    field: fieldOf(rule, { port: index }),
    because: [refOf(rule, { port: index })],
    key: port.name,
    ...(shown === undefined ? {} : shown.proof),
  };
}

/** How many pods that declare a name are tried. */
const mostTargets = 3;

/** A flow to a pod that declares the name, where both evaluators answer otherwise. */
function lostFlow(
  { evaluation }: LintContext,
  prover: Prover,
  rule: WrittenRule,
  { name, protocol }: ReturnType<typeof namedEntries>[number]["port"],
): { readonly text: string; readonly proof: Pick<RuleFinding, "witness" | "severity"> } | undefined {
  const targets = workloadsAmong(evaluation, declaredPorts(evaluation).named(name, protocol), mostTargets);
  const flows = unlike(evaluation, subjectsOf(evaluation, rule)).flatMap((sender) =>
    targets.flatMap((target): readonly CniFlow[] => {
      const port = target.ports.find((each) => each.name === name)?.port;
      if (target === sender || port === undefined || isUnknown(port)) return [];
      return [{ from: workloadEnd(sender), to: workloadEnd(target), protocol: protocol ?? "TCP", port }];
    }),
  );
  const found = prover.firstDifference(flows);
  return found === undefined
    ? undefined
    : { text: `${flowText(found.flow)}, ${bothAnswers(found.answers)}`, proof: differing(found.answers) };
}
