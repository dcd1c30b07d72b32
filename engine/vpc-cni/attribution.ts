import type { Outcome } from "../model";
import { reachService } from "../services/services";
import { verdict } from "../verdict";
import type { CniFlow, CniReason, CniRuleRef } from "./answers";
import { changeFor } from "./change-for";
import type { Deviation } from "./deviation";
import type { DivergenceCause } from "./divergence";
import { aboutServices, relevantDeviations } from "./relevant-deviations";
import { cniBetween } from "./cni-between";
import type { CniEvaluator } from "./vpc-cni";

/** Finds what makes the VPC CNI answer otherwise than the specification: what, switched off, makes the difference go away. */
export class Attribution {
  private readonly evaluators = new Map<string, CniEvaluator>();
  private readonly relevant: readonly Deviation[];

  constructor(private readonly cni: CniEvaluator) {
    this.relevant = relevantDeviations(cni.ground).filter((each) => cni.active.has(each));
  }

  /** What the specification says of a flow. */
  specified({ from, to, protocol, port }: CniFlow): Outcome {
    const { specification } = this.cni;
    return to.kind === "service"
      ? reachService(specification, from, to.service, port, protocol).outcome
      : verdict(specification, { from, to, protocol, port }).outcome;
  }

  cause(flow: CniFlow): DivergenceCause {
    const deviations = this.deviations(flow, this.specified(flow));
    const { egress, ingress } = this.cni.verdict(flow);
    const reasons = [...egress.reasons, ...ingress.reasons];
    const rules = reasons.flatMap(rulesOf);
    return {
      deviations,
      rules: distinct(rules.length > 0 ? rules : this.specifiedRules(flow)),
      policies: [...egress.isolatedBy, ...ingress.isolatedBy],
      ...(flow.to.kind === "service" ? { service: flow.to.service } : {}),
      change: { kind: changeFor(deviations[0]) },
    };
  }

  /** A smallest set of deviations without which both answer alike; the first single one that does, where there is one. */
  private deviations(flow: CniFlow, wanted: Outcome): readonly Deviation[] {
    const candidates = this.relevant.filter((each) => flow.to.kind === "service" || !aboutServices.has(each));
    const agreesWithout = (off: readonly Deviation[]): boolean => this.outcome(this.without(off), flow) === wanted;
    const single = candidates.find((each) => agreesWithout([each]));
    if (single !== undefined) return [single];
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

  /** The rules by which the specification allows what the plugin does not. */
  private specifiedRules({ from, to, protocol, port }: CniFlow): readonly CniRuleRef[] {
    const { specification } = this.cni;
    const verdicts =
      to.kind === "service"
        ? reachService(specification, from, to.service, port, protocol).backends.flatMap((each) => each.verdict ?? [])
        : [verdict(specification, { from, to, protocol, port })];
    return verdicts.flatMap(({ egress, ingress }) =>
      [...egress.allowedBy, ...ingress.allowedBy].map(({ policy, direction, rule }) => ({
        policy: { ...policy, kind: "NetworkPolicy" },
        direction,
        rule,
      })),
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
