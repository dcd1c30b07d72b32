import type { Direction, Peer, Workload } from "../../model";
import { reachability } from "../../reachability";
import { IpSet } from "../../sets/ip-set";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, mostProofs } from "../cni-findings";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { firstAddress, lastAddress, subjectsOf } from "../rule-ends";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, flowOf, samplePort, workloadEnd } from "../witness";
import { placed, policyObject, quoted } from "../words";
import type { Evaluation } from "../../evaluation";

export const vpc013ExceptClosesForAll: LintRule = {
  ...aboutVpcCni,
  code: "VPC013",
  name: "except-closes-for-all",
  title: "An exception of one rule closes its addresses for the whole pod, also where another rule opens them",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    let asked = 0;
    const found: RuleFinding[] = [];
    for (const rule of writtenRules(context.evaluation)) {
      for (const { except, index } of exceptionsOf(rule)) {
        const subject = subjectsOf(context.evaluation, rule).find((each) => mayBeOpened(context.evaluation, each, rule));
        if (subject === undefined || asked >= mostProofs) continue;
        asked++;
        const made = finding(context, cni, { rule, index, except, subject });
        if (made !== undefined) found.push(made);
      }
    }
    return found;
  },
};

interface Exception {
  readonly rule: WrittenRule;
  /** The peer the exception is of. */
  readonly index: number;
  readonly except: string;
  readonly subject: Workload;
}

function exceptionsOf({ rule }: WrittenRule): readonly { readonly index: number; readonly except: string }[] {
  if (rule.peers === "any") return [];
  return rule.peers.flatMap((peer: Peer, index) =>
    peer.kind === "ipBlock" ? peer.except.flatMap((except) => (typeof except === "string" ? [{ index, except }] : [])) : [],
  );
}

/** Whether another rule applies to the workload that names addresses: without one, nothing opens what the exception takes out. */
function mayBeOpened({ cluster, universe, interpretations }: Evaluation, workload: Workload, { direction }: WrittenRule): boolean {
  const applied = universe.groups
    .ofWorkload(workload)
    .flatMap((group) => interpretations.flatMap((each) => each.appliesTo(group, direction).networkPolicies));
  const rules = [...new Set(applied.map(({ policy }) => policy))].flatMap((place) => cluster.policies[place]?.[direction] ?? []);
  return rules.filter(({ peers }) => peers === "any" || peers.some(({ kind }) => kind === "ipBlock")).length > 1;
}

/** Looks at both ends of the exception for a connection that the specification allows and the VPC CNI does not. */
function finding({ evaluation }: LintContext, cni: CniContext, { rule, index, except, subject }: Exception): RuleFinding | undefined {
  const { direction, policy } = rule;
  const addresses = IpSet.cidr(except);
  for (const address of [...new Set([firstAddress(addresses), lastAddress(addresses)])]) {
    const [from, to] = pairOf(direction, subject, address);
    const lost = reachability(evaluation).connections(from, to).certain.subtract(cni.cni.connections(from, to).certain);
    const port = samplePort(lost);
    if (port === undefined) continue;
    const flow = flowOf(subject, direction, addressEnd(address), port);
    const answers = cni.answers(flow);
    if (answers.specification !== "allowed" || answers.vpcCni.outcome === "allowed") continue;
    return {
      subject: policyObject(policy),
      message: `the exception ${quoted(except)} closes these addresses for the whole pod, and another rule opens some of them: ${flowText(flow)}, ${bothAnswers(answers)}`,
      advice: `write the block without exceptions, as the blocks around ${quoted(except)}, or open exactly ${quoted(except)} in the other rule`,
      ...placed(policy),
      field: fieldOf(rule, { peer: index }),
      because: [refOf(rule, { peer: index }), ...(answers.witness?.verdict[direction].allowedBy ?? [])],
      key: `${direction} ${except}`,
      ...differing(answers),
    };
  }
  return undefined;
}

const pairOf = (
  direction: Direction,
  workload: Workload,
  address: string,
): readonly [ReturnType<typeof addressEnd>, ReturnType<typeof addressEnd>] =>
  direction === "egress" ? [workloadEnd(workload), addressEnd(address)] : [addressEnd(address), workloadEnd(workload)];
