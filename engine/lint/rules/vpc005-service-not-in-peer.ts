import { aboutVpcCni } from "../cni-findings";
import { serviceMap } from "../reached-services";
import type { LintRule } from "../rule";
import { isPodsPeer, serviceFindings } from "../service-rule";
import { nameOf, quoted } from "../words";
import { selectorText, type WrittenRule } from "../policy-rules";
import type { Evaluation } from "../../evaluation";
import type { Service } from "../../model";

export const vpc005ServiceNotInPeer: LintRule = {
  ...aboutVpcCni,
  code: "VPC005",
  name: "service-not-in-peer",
  title: "An egress peer names pods by labels that the Service in front of them does not ask for, so the Service stays closed",
  severity: "error",
  check: (context) =>
    serviceFindings(context, {
      accepts: isPodsPeer,
      within: (rule) => unnamedBy(context.evaluation, rule),
      explain: ({ service }) => ({
        message: `the peer names the pods behind Service ${nameOf(service)} by labels that its selector does not ask for, so the VPC CNI does not open the Service's address`,
        advice: `use the Service's own selector in the peer (${quoted(selectorText(service.selector ?? {}))}), or add the peer's labels to the Service's selector`,
      }),
    }),
};

/** The Services that no peer of a rule takes in by what they ask for themselves. */
function unnamedBy(evaluation: Evaluation, { rule, policy }: WrittenRule): (service: Service) => boolean {
  if (rule.peers === "any") return () => false;
  const named = rule.peers.map((peer) => serviceMap(evaluation).namedBy(peer, policy));
  return (service) => !named.some((services) => services.has(service));
}
