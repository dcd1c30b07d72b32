import type { Verdict } from "../decision";
import { type Direction, directions, type Outcome } from "../model";
import { reachService } from "../services/services";
import { verdict } from "../verdict";
import type { CniFlow, CniReason, CniRuleRef, CniVerdict } from "./answers";
import { changeFor } from "./change-for";
import type { Deviation } from "./deviation";
import { DeviationsAtEnds } from "./deviations-at-ends";
import type { DivergenceCause, DivergentPair } from "./divergence";
import { aboutServices, relevantDeviations } from "./relevant-deviations";
import { cniBetween } from "./cni-between";
import type { CniEvaluator } from "./vpc-cni";

/** Finds what makes the VPC CNI answer otherwise than the specification: what, switched off, makes the difference go away. */
export class Attribution {
  private readonly evaluators = new Map<string, CniEvaluator>();
  private readonly relevant: readonly Deviation[];
  private readonly atEnds: DeviationsAtEnds;

  constructor(private readonly cni: CniEvaluator) {
    this.atEnds = new DeviationsAtEnds(cni);
    this.relevant = relevantDeviations(cni.ground).filter((each) => cni.active.has(each));
  }

  /** What the specification says of a flow. */
  specified({ from, to, protocol, port }: CniFlow): Outcome {
    const { specification } = this.cni;
    return to.kind === "service"
      ? reachService(specification, from, to.service, port, protocol).outcome
      : verdict(specification, { from, to, protocol, port }).outcome;
  }

  /** What makes the difference: looked for only where the two differ, so that a rule of the other end is not blamed. */
  cause({ flow, specification }: DivergentPair["witness"]): DivergenceCause {
    const deviations = this.deviations(flow, specification);
    const verdict = this.cni.verdict(flow);
    const differing = this.differingEnds(flow, verdict);
    const rules = differing.flatMap((direction) => verdict[direction].reasons.flatMap(rulesOf));
    return {
      deviations,
      rules: distinct(rules.length > 0 ? rules : this.specifiedRules(flow, differing)),
      policies: differing.flatMap((direction) => verdict[direction].isolatedBy),
      ...(flow.to.kind === "service" ? { service: flow.to.service } : {}),
      changes: deviations.map((deviation) => ({ deviation, kind: changeFor(deviation) })),
    };
  }

  /** The ends at which the two answer otherwise; both, where only the answers together differ. */
  private differingEnds(flow: CniFlow, found: CniVerdict): readonly Direction[] {
    const specified = this.specifiedVerdicts(flow);
    const differing = directions.filter((direction) => specified.some((each) => each[direction].outcome !== found[direction].outcome));
    return differing.length > 0 ? differing : directions;
  }

  /** A smallest set of deviations without which both answer alike; the first single one that does, where there is one. */
  private deviations(flow: CniFlow, wanted: Outcome): readonly Deviation[] {
    const all = this.relevant.filter((each) => flow.to.kind === "service" || !aboutServices.has(each));
    return this.smallest(flow, wanted, this.atEnds.among(all, flow)) ?? this.smallest(flow, wanted, all) ?? all;
  }

  /** Undefined: all of them together do not explain it. */
  private smallest(flow: CniFlow, wanted: Outcome, candidates: readonly Deviation[]): readonly Deviation[] | undefined {
    const agreesWithout = (off: readonly Deviation[]): boolean => this.outcome(this.without(off), flow) === wanted;
    const single = candidates.find((each) => agreesWithout([each]));
    if (single !== undefined) return [single];
    if (!agreesWithout(candidates)) return undefined;
    let off = candidates;
    for (const each of candidates) {
      const fewer = off.filter((other) => other !== each);
      if (agreesWithout(fewer)) off = fewer;
    }
    return off;
  }

  private without(off: readonly Deviation[]): CniEvaluator {
    const key = off.join();
    const known = this.evaluators.get(key);
    if (known !== undefined) return known;
    const evaluator = this.cni.withDeviations(new Set([...this.cni.active].filter((each) => !off.includes(each))));
    this.evaluators.set(key, evaluator);
    return evaluator;
  }

  private outcome({ rows, services, ground }: CniEvaluator, { from, to, protocol, port }: CniFlow): Outcome {
    if (to.kind === "service") return services.answer(from, to.service, port, protocol).outcome;
    const { certain, possible } = cniBetween(rows, from, to);
    const { table } = ground.evaluation;
    return table.set(certain).has(protocol, port) ? "allowed" : table.set(possible).has(protocol, port) ? "undecided" : "denied";
  }

  /** The specification's verdict, or one for each workload behind a Service. */
  private specifiedVerdicts({ from, to, protocol, port }: CniFlow): readonly Verdict[] {
    const { specification } = this.cni;
    return to.kind === "service"
      ? reachService(specification, from, to.service, port, protocol).backends.flatMap((each) => each.verdict ?? [])
      : [verdict(specification, { from, to, protocol, port })];
  }

  /** The rules by which the specification allows what the plugin does not. */
  private specifiedRules(flow: CniFlow, differing: readonly Direction[]): readonly CniRuleRef[] {
    return this.specifiedVerdicts(flow).flatMap((each) =>
      differing.flatMap((direction) =>
        each[direction].allowedBy.map(({ policy, rule }) => ({ policy: { ...policy, kind: "NetworkPolicy" as const }, direction, rule })),
      ),
    );
  }
}

const rulesOf = (reason: CniReason): readonly CniRuleRef[] =>
  reason.kind === "rule" ? [reason.rule] : reason.kind === "except" ? reason.of : [];

const distinct = (rules: readonly CniRuleRef[]): readonly CniRuleRef[] => [
  ...new Map(
    rules.map((rule) => [JSON.stringify([rule.policy.kind, rule.policy.namespace, rule.policy.name, rule.direction, rule.rule]), rule]),
  ).values(),
];
