import { aboutVpcCni } from "../cni-findings";
import { type ReachedService, serviceMap } from "../reached-services";
import type { LintRule } from "../rule";
import { isPodsPeer, serviceFindings } from "../service-rule";
import { nameOf, quoted } from "../words";
import { selectorText } from "../policy-rules";
import type { Evaluation } from "../../evaluation";

export const vpc005ServiceNotInPeer: LintRule = {
  ...aboutVpcCni,
  code: "VPC005",
  name: "service-not-in-peer",
  title: "An egress peer names pods by labels that the Service in front of them does not ask for, so the Service stays closed",
  severity: "error",
  check: (context) =>
    serviceFindings(context, {
      accepts: isPodsPeer,
      isSuspect: (reached) => !namesService(context.evaluation, reached),
      explain: ({ service }) => ({
        message: `the peer names the pods behind Service ${nameOf(service)} by labels that its selector does not ask for, so the VPC CNI does not open the Service's address`,
        advice: `use the Service's own selector in the peer (${quoted(selectorText(service.selector ?? {}))}), or add the peer's labels to the Service's selector`,
      }),
    }),
};

/** Whether some peer of the rule matches what the Service asks for. */
function namesService(evaluation: Evaluation, { rule, service }: ReachedService): boolean {
  const { peers } = rule.rule;
  return peers === "any" || peers.some((peer) => serviceMap(evaluation).peers.matches(peer, rule.policy, service) !== "no");
}
