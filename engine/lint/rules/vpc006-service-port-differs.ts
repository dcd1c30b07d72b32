import { policiesOf } from "../../enforcement/covered-workloads";
import { isUnknown, type Service, shown, type Workload } from "../../model";
import { certainPoliciesOf } from "../certain-policies";
import { cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, mostProofs, policyRefs } from "../cni-findings";
import { hasEarlierTwin, type ReachedService, reachedServices, type ServiceInterest, serviceMap, targetOn } from "../reached-services";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { findingAbout, keyOf } from "../service-rule";
import { witnessed } from "../witness";
import { listed, nameOf, placed, quoted } from "../words";

export const vpc006ServicePortDiffers: LintRule = {
  ...aboutVpcCni,
  code: "VPC006",
  name: "service-port-differs",
  title: "A Service's port is unlike the port of its pods, which AWS demands to be the same where policies apply",
  severity: "error",
  check(context) {
    const rules = namedByRules(context);
    const said = new Set(rules.map(({ key }) => key));
    return [...rules, ...unlike(context).filter(({ key }) => !said.has(key))];
  },
};

/** Egress rules that name the Service's port where the pods', or the pods' where the Service's, is what counts. */
function namedByRules(context: LintContext): readonly RuleFinding[] {
  const cni = cniContext(context);
  if (cni === undefined) return [];
  const found = new Map<string, RuleFinding>();
  let asked = 0;
  for (const reached of reachedServices(context.evaluation, {
    accepts: namesNumbers,
    concerns: (service) => leadsElsewhere(context, service),
  })) {
    if (asked >= mostProofs) break;
    const key = keyOf(reached);
    if (!namesOneOfTwo(reached) || found.has(key)) continue;
    asked++;
    const answers = cni.answers(reached.flow);
    const { specification, vpcCni } = answers;
    if (specification === "undecided" || (specification === "allowed" && vpcCni.outcome === "allowed")) continue;
    const differs = specification !== vpcCni.outcome;
    found.set(key, {
      ...findingAbout(reached),
      message: `behind Service ${nameOf(reached.service)}, port ${String(reached.flow.port)} is port ${String(reached.target)}, and the rule names only one of the two: ${flowText(reached.flow)}, ${differs ? bothAnswers(answers) : "is denied"}`,
      advice: `use one number for both, or name port ${String(reached.target)} where the rule names pods, and both where it does not`,
      ...(differs ? differing(answers) : witnessed(answers.witness)),
    });
  }
  return [...found.values()];
}

const namesNumbers: ServiceInterest["accepts"] = (_peer, { rule: { ports } }) =>
  ports !== "any" && ports.some((each) => each.kind === "range" && each.from === each.to);

/** Whether a Service has a port unlike that of some pods behind it. */
const leadsElsewhere = ({ evaluation }: LintContext, service: Service): boolean =>
  serviceMap(evaluation)
    .behind(service)
    .some((workload) => service.ports.some((port) => isUnlike(port, workload)));

/** Whether a rule names exactly one of a Service's port and the port it leads to. */
function namesOneOfTwo({ rule, port, target, flow }: ReachedService): boolean {
  const { ports } = rule.rule;
  if (ports === "any" || target === undefined || target === flow.port) return false;
  const names = (wanted: number): boolean =>
    ports.some((each) => each.kind === "range" && each.protocol === port.protocol && each.from === wanted && each.to === wanted);
  return (
    names(flow.port) !== names(target) &&
    (names(flow.port) || rule.rule.peers === "any" || rule.rule.peers.every(({ kind }) => kind === "ipBlock"))
  );
}

/** Services in front of pods that policies select, with another port than theirs: not supported by AWS. */
function unlike(context: LintContext): readonly RuleFinding[] {
  if (cniContext(context) === undefined) return [];
  const { evaluation } = context;
  return evaluation.cluster.services.flatMap((service): readonly RuleFinding[] => {
    if (service.headless || service.type === "ExternalName") return [];
    const selected = serviceMap(evaluation)
      .behind(service)
      .filter((workload) => policiesOf(evaluation, workload).length > 0);
    const isSelected = new Set(selected.filter((workload) => certainPoliciesOf(evaluation, workload).length > 0));
    return service.ports.flatMap((port, index) => {
      const others = selected.filter((workload) => isUnlike(port, workload));
      if (others.length === 0) return [];
      const finding = unlikeFinding(context, service, index, others);
      return [others.some((each) => isSelected.has(each)) ? finding : { ...finding, severity: "info" as const }];
    });
  });
}

function isUnlike(port: Service["ports"][number], workload: Workload): boolean {
  const target = targetOn(port, workload);
  return !isUnknown(port.port) && target !== undefined && target !== port.port;
}

function unlikeFinding({ evaluation }: LintContext, service: Service, index: number, workloads: readonly Workload[]): RuleFinding {
  const port = service.ports[index] as Service["ports"][number];
  const [first] = workloads;
  const target = first === undefined ? undefined : targetOn(port, first);
  const policies = [...new Set(workloads.flatMap((each) => policiesOf(evaluation, each)))];
  const field = `spec.ports[${String(index)}].port`;
  return {
    subject: { kind: "Service", namespace: shown(service.namespace), name: shown(service.name) },
    message: `port ${quoted(shown(port.port))} leads to port ${quoted(String(target))} of pods that ${listed(policies.map(nameOf))} ${policies.length === 1 ? "selects" : "select"}; AWS supports policies only where both are the same`,
    advice: hasEarlierTwin(service, port)
      ? "give the port a target of its own, of the same number"
      : `use port ${String(target)} for the Service as well`,
    ...placed(service),
    field,
    because: policyRefs(policies),
    key: `${shown(service.namespace)}/${shown(service.name)}${index === 0 ? "" : ` ${port.name ?? String(index)}`}`,
  };
}
