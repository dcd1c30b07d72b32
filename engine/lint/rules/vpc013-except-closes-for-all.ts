import type { Direction, Endpoint, Workload } from "../../model";
import { reachability } from "../../reachability";
import { type Address, IpSet } from "../../sets/ip-set";
import type { VpcCniEvaluation } from "../../vpc-cni/vpc-cni";
import { type AppliedBlock, type AppliedBlocks, BlocksOfPods, exceptsOf, partsOf } from "../applied-blocks";
import { type CniAnswers, type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText } from "../cni-findings";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { firstAddress } from "../rule-ends";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, flowOf, samplePort, workloadEnd } from "../witness";
import { placed, policyObject, quoted } from "../words";

export const vpc013ExceptClosesForAll: LintRule = {
  ...aboutVpcCni,
  code: "VPC013",
  name: "except-closes-for-all",
  title: "An exception of one rule closes its addresses for the whole pod, also where another rule opens them",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    return cni === undefined ? [] : new ExceptionSearch(context, cni).findings();
  },
};

/** An exception, and a pod it applies to. */
interface Exception {
  readonly rule: WrittenRule;
  /** The peer the exception is of. */
  readonly peer: number;
  readonly except: string;
  readonly addresses: IpSet;
  readonly subject: Workload;
  readonly applied: AppliedBlocks;
}

/** Addresses that an exception may close: its own, or those of a block that begins in it and takes over nothing from the blocks around it. */
interface Closed {
  readonly addresses: IpSet;
  readonly begins?: AppliedBlock;
}

/** How many times a pod's exception is looked into: a bound on what large inputs cost. */
const mostAsked = 60;

/** Holds exceptions against the evaluator with and without what it makes of them. */
class ExceptionSearch {
  private readonly found = new Map<string, RuleFinding>();
  private readonly pods: Readonly<Record<Direction, BlocksOfPods>>;
  private readonly harmless: VpcCniEvaluation;
  private asked = 0;

  constructor(
    private readonly context: LintContext,
    private readonly cni: CniContext,
  ) {
    const { evaluation } = context;
    this.pods = { ingress: new BlocksOfPods(evaluation, "ingress"), egress: new BlocksOfPods(evaluation, "egress") };
    this.harmless = cni.cni.withDeviations(new Set([...cni.cni.active].filter((each) => each !== "L-30")));
  }

  findings(): readonly RuleFinding[] {
    for (const rule of writtenRules(this.context.evaluation)) {
      if (this.asked >= mostAsked) break;
      for (const each of this.exceptionsOf(rule)) this.lookInto(each);
    }
    return [...this.found.values()];
  }

  private exceptionsOf(rule: WrittenRule): readonly Exception[] {
    const { peers } = rule.rule;
    if (peers === "any" || !peers.some((peer) => exceptsOf(peer).length > 0)) return [];
    return this.pods[rule.direction]
      .subjectsOf(rule.place)
      .flatMap(({ workload, applied }) =>
        peers.flatMap((each, peer) =>
          exceptsOf(each).map((except) => ({ rule, peer, except, addresses: IpSet.cidr(except), subject: workload, applied })),
        ),
      );
  }

  private lookInto(exception: Exception): void {
    for (const closed of closedBy(exception)) {
      const { direction, place, index } = exception.rule;
      const key = JSON.stringify([direction, place, index, exception.peer, exception.except, closed.begins?.cidr]);
      if (this.found.has(key) || this.asked >= mostAsked) continue;
      this.asked++;
      const finding = this.finding(exception, closed);
      if (finding !== undefined) this.found.set(key, finding);
    }
  }

  /** A connection that the specification allows, and the VPC CNI only where exceptions mean nothing more than they say. */
  private finding(exception: Exception, closed: Closed): RuleFinding | undefined {
    const { subject, applied, rule } = exception;
    const specification = reachability(this.context.evaluation);
    for (const address of partsOf(closed.addresses, applied.bounds).map(firstAddress)) {
      const pair = pairOf(rule.direction, subject, address);
      const specified = specification.connections(...pair).certain;
      // The evaluator's rows are dear: nothing can be lost where nothing is open.
      if (specified.isEmpty) continue;
      const wanted = specified.intersect(this.harmless.connections(...pair).certain);
      const port = samplePort(wanted.subtract(this.cni.cni.connections(...pair).certain));
      if (port === undefined) continue;
      const flow = flowOf(subject, rule.direction, addressEnd(address), port);
      const answers = this.cni.answers(flow);
      if (answers.specification !== "allowed" || answers.vpcCni.outcome === "allowed") continue;
      return findingAbout(exception, closed, `${flowText(flow)}, ${bothAnswers(answers)}`, answers);
    }
    return undefined;
  }
}

/** What an exception may close that another rule, or another block, opens. Nothing else is worth a question. */
function closedBy({ rule, peer, addresses, applied }: Exception): readonly Closed[] {
  const isOther = (block: AppliedBlock): boolean => block.place !== rule.place || block.index !== rule.index || block.peer !== peer;
  const others = applied.blocks.filter((block) => isOther(block) && !block.addresses.intersect(addresses).isEmpty);
  const isOpened = applied.rulesForAnybody > 0 || others.length > 0;
  const begins = others.filter((block) => addresses.contains(block.addresses.first as Address) && !block.addresses.isSubsetOf(addresses));
  return [
    ...(isOpened ? [{ addresses }] : []),
    ...begins.map((block) => ({ addresses: block.addresses.subtract(addresses), begins: block })),
  ];
}

function findingAbout(exception: Exception, { begins }: Closed, proof: string, answers: CniAnswers): RuleFinding {
  const { rule, peer, except } = exception;
  const { direction, policy } = rule;
  return {
    subject: policyObject(policy),
    ...(begins === undefined ? closedText(except, proof) : uninheritedText(except, begins.cidr, proof)),
    ...placed(policy),
    field: fieldOf(rule, { peer }),
    because: [refOf(rule, { peer }), ...(answers.witness?.verdict[direction].allowedBy ?? [])],
    key: begins === undefined ? `${direction} ${except}` : `${direction} ${except} ${begins.cidr}`,
    ...differing(answers),
  };
}

const closedText = (except: string, proof: string): Pick<RuleFinding, "message" | "advice"> => ({
  message: `the exception ${quoted(except)} closes these addresses for the whole pod, and another rule opens some of them: ${proof}`,
  advice: `write the block without exceptions, as the blocks around ${quoted(except)}, or open exactly ${quoted(except)} in the other rule`,
});

const uninheritedText = (except: string, block: string, proof: string): Pick<RuleFinding, "message" | "advice"> => ({
  message: `block ${quoted(block)} of another entry begins in the exception ${quoted(except)}, so the VPC CNI does not give it the ports of the block around it: ${proof}`,
  advice: `write the block without exceptions, as the blocks around ${quoted(except)}, or name its ports beside ${quoted(block)} as well`,
});

const pairOf = (direction: Direction, workload: Workload, address: string): readonly [Endpoint, Endpoint] =>
  direction === "egress" ? [workloadEnd(workload), addressEnd(address)] : [addressEnd(address), workloadEnd(workload)];
