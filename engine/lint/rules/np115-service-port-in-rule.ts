import type { Evaluation } from "../../evaluation";
import { isUnknown, type PortMatch, type Service, type ServicePort, shown, type Workload } from "../../model";
import { cniContext } from "../cni-context";
import { declaredPorts, destinationsOf } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { sendersOf, serviceMap, targetOn } from "../reached-services";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { type FlowWitness, proven, workloadEnd } from "../witness";
import { nameOf, placed, policyObject, quoted } from "../words";

export const np115ServicePortInRule: LintRule = {
  code: "NP115",
  name: "service-port-in-rule",
  title: "A rule names the port of a Service where the port of the pods behind it counts",
  severity: "warning",
  category: "correctness",
  check(context) {
    // On EKS, VPC006 says it of the Service itself, and with what the plugin makes of it.
    if (cniContext(context) !== undefined) return [];
    return writtenRules(context.evaluation).flatMap((written) => findings(context, written));
  },
};

function findings({ evaluation }: LintContext, written: WrittenRule): readonly RuleFinding[] {
  const { ports } = written.rule;
  if (ports === "any" || serviceMap(evaluation).addressed.length === 0) return [];
  return ports.flatMap((entry, index) => {
    const behind = entry.kind === "range" && entry.from === entry.to ? behindServices(evaluation, written, entry.protocol, entry.from) : [];
    for (const { service, port, workload, target } of behind) {
      if (ports.some((each) => opens(each, port, target))) continue;
      const witness = deniedFlow(evaluation, written, workload, port, target);
      if (witness !== undefined) return [finding(written, index, { service, port, workload, target }, witness)];
    }
    return [];
  });
}

/** A workload that a rule speaks of, behind a port of a Service that is another number on its pods. */
interface Behind {
  readonly service: Service;
  readonly port: ServicePort;
  readonly workload: Workload;
  readonly target: number;
}

/** Nobody the rule speaks of declares the number, and it is that of a Service in front of some of them. */
function behindServices(evaluation: Evaluation, written: WrittenRule, protocol: string, number: number): readonly Behind[] {
  const destinations = destinationsOf(evaluation, written);
  const declared = declaredPorts(evaluation);
  if (destinations.intersects(declared.unclear) || destinations.intersects(declared.numbered(protocol, number))) return [];
  const { groups } = evaluation.universe;
  const isMeant = (workload: Workload): boolean => groups.ofWorkload(workload).some(({ index }) => destinations.has(index));
  const map = serviceMap(evaluation);
  return map.ofPods(destinations).flatMap((service) =>
    service.ports
      .filter((port) => port.port === number && port.protocol === protocol)
      .flatMap((port) =>
        map.behind(service).flatMap((workload) => {
          const target = targetOn(port, workload);
          return target === undefined || target === number || !isMeant(workload) ? [] : [{ service, port, workload, target }];
        }),
      ),
  );
}

const opens = (entry: PortMatch, { protocol }: ServicePort, target: number): boolean =>
  entry.kind !== "range" || (entry.protocol === protocol && entry.from <= target && target <= entry.to);

/** Somebody the rule is about who cannot reach the port that pods listen on. */
function deniedFlow(
  evaluation: Evaluation,
  written: WrittenRule,
  workload: Workload,
  { protocol }: ServicePort,
  port: number,
): FlowWitness | undefined {
  const senders = (written.direction === "egress" ? sendersOf(evaluation, written.place) : namedBy(evaluation, written)).filter(
    (each) => each !== workload,
  );
  for (const from of senders) {
    const witness = proven(evaluation, { from: workloadEnd(from), to: workloadEnd(workload), protocol, port }, "denied");
    if (witness?.verdict[written.direction].outcome === "denied") return witness;
  }
  return undefined;
}

/** How many callers are tried. */
const mostCallers = 20;

/** A few workloads that the peers of an ingress rule name for certain. */
function namedBy(evaluation: Evaluation, { matches }: WrittenRule): readonly Workload[] {
  const { groups } = evaluation.universe;
  const named = (index: number): boolean =>
    matches.every(({ peers }) => peers === undefined || peers.some(({ certain }) => certain.has(index)));
  return evaluation.cluster.workloads
    .filter((workload) => !isUnknown(workload.hostNetwork) && groups.ofWorkload(workload).some(({ index }) => named(index)))
    .slice(0, mostCallers);
}

const finding = (written: WrittenRule, index: number, { service, port, target }: Behind, witness: FlowWitness): RuleFinding => ({
  subject: policyObject(written.policy),
  message: `port ${quoted(shown(port.port))} is that of Service ${nameOf(service)}; its pods listen on ${quoted(String(target))}, which the rule does not open`,
  advice: `write port ${String(target)}: policies are held against the port of the pod, after the Service has been translated`,
  ...placed(written.policy),
  field: fieldOf(written, { port: index }),
  because: [refOf(written, { port: index })],
  key: `${written.direction} ${port.protocol} ${shown(port.port)} ${JSON.stringify(written.rule.peers)}`,
  witness,
});
