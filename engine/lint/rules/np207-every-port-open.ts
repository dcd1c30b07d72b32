import type { Evaluation } from "../../evaluation";
import { isUnknown, type Workload } from "../../model";
import { workloadIndex } from "../../matching/workload-index";
import { ruleKey } from "../exposed";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { firstWorkload, namedGroups } from "../rule-ends";
import type { LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { flowOf, type FlowWitness, proven, workloadEnd } from "../witness";
import { nameOf, placed, policyObject } from "../words";

/** What is tried: ports that hardly any container declares, and people know. */
const tried = [22, 9, 1];

export const np207EveryPortOpen: LintRule = {
  code: "NP207",
  name: "every-port-open",
  title: "A rule names its callers and no ports, so they reach every port of the pods, declared or not",
  severity: "info",
  category: "exposure",
  check({ evaluation }) {
    return writtenRules(evaluation).flatMap((written) => finding(evaluation, written) ?? []);
  },
};

/** How many pods of a policy are tried: one may be closed to the callers otherwise, or be the only caller. */
const mostTried = 10;

function finding(evaluation: Evaluation, written: WrittenRule): RuleFinding | undefined {
  const { rule, direction, place } = written;
  if (direction !== "ingress" || rule.ports !== "any" || rule.peers === "any" || rule.unknown !== undefined) return undefined;
  const index = workloadIndex(evaluation);
  const selected = selectedPods(evaluation)
    .ofPolicy(place)
    .flatMap(({ index: group }) => index.inGroup(group).slice(0, 1));
  const declaring = selected.filter(({ ports, unknownPorts }) => ports.length > 0 && unknownPorts === undefined);
  for (const subject of declaring.slice(0, mostTried)) {
    const witness = undeclaredFlow(evaluation, written, subject);
    if (witness !== undefined) return openFinding(evaluation, { written, subject, witness });
  }
  return undefined;
}

interface Opening {
  readonly written: WrittenRule;
  readonly subject: Workload;
  readonly witness: FlowWitness;
}

function openFinding(evaluation: Evaluation, { written, subject, witness }: Opening): RuleFinding {
  const { rule, policy } = written;
  return {
    subject: policyObject(policy),
    message: `the rule names no ports, so whoever it lets in reaches every port of ${nameOf(subject)}, not only those it declares`,
    advice: "write the ports that callers need",
    ...placed(policy),
    field: fieldOf(written),
    because: [refOf(written)],
    key: ruleKey(evaluation, written, [JSON.stringify(rule.peers)]),
    witness,
  };
}

/** A flow from a pod that the rule lets in to a port that the destination does not declare. */
function undeclaredFlow(evaluation: Evaluation, written: WrittenRule, subject: Workload): FlowWitness | undefined {
  const declared = subject.ports.flatMap(({ port, protocol }) => (protocol === "TCP" && !isUnknown(port) ? [port] : []));
  const port = tried.find((each) => !declared.includes(each));
  const caller = firstWorkload(evaluation, namedGroups(written), (each) => each !== subject);
  if (port === undefined || caller === undefined) return undefined;
  return proven(evaluation, flowOf(subject, "ingress", workloadEnd(caller), { protocol: "TCP", port }), "allowed");
}
