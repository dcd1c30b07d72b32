import type { Service } from "../../model";
import { reachService } from "../../services/services";
import { cniContext } from "../cni-context";
import { aboutVpcCni, flowText, mostProofs } from "../cni-findings";
import { reachedServices, serviceMap, targetOn } from "../reached-services";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { findingAbout, isPodsPeer, keyOf } from "../service-rule";
import { nameOf, quoted } from "../words";

export const vpc026NamedTargetDiffers: LintRule = {
  ...aboutVpcCni,
  code: "VPC026",
  name: "named-target-differs",
  title: "A Service's named target stands for different numbers, so a rule that names one of them closes the whole Service",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const found = new Map<string, RuleFinding>();
    let asked = 0;
    for (const reached of reachedServices(context.evaluation, {
      accepts: isPodsPeer,
      concerns: (service) => hasManyNumbers(context, service),
    })) {
      if (asked >= mostProofs) break;
      const { service, port, flow } = reached;
      const key = keyOf(reached);
      if (typeof port.targetPort !== "string" || found.has(key) || numbersOf(context, reached).length < 2) continue;
      asked++;
      if (cni.cni.verdict(flow).outcome !== "denied" || !opensSome(context, flow)) continue;
      found.set(key, {
        ...findingAbout(reached),
        message: `port ${quoted(port.targetPort)} of Service ${nameOf(service)} stands for ${numbersOf(context, reached).join(" and ")} on the pods behind it, and the rule names not all of them: ${flowText(flow)} works by the specification where it meets the right pod, and the VPC CNI denies all of it`,
        advice: "give the port one number on all pods, or name it in the rule by its name",
      });
    }
    return [...found.values()];
  },
};

function numbersOf(
  { evaluation }: LintContext,
  { service, port }: Pick<Parameters<typeof findingAbout>[0], "service" | "port">,
): readonly number[] {
  return [
    ...new Set(
      serviceMap(evaluation)
        .behind(service)
        .flatMap((each) => targetOn(port, each) ?? []),
    ),
  ];
}

const hasManyNumbers = (context: LintContext, service: Service): boolean =>
  service.ports.some((port) => typeof port.targetPort === "string" && numbersOf(context, { service, port }).length > 1);

/** Whether the specification lets the flow through to some pods behind the Service. */
function opensSome({ evaluation }: LintContext, { from, to, port, protocol }: Parameters<typeof flowText>[0]): boolean {
  return (
    to.kind === "service" &&
    reachService(evaluation, from, to.service, port, protocol).backends.some(({ outcome }) => outcome === "allowed")
  );
}
