import { shown } from "../../model";
import { aboutVpcCni } from "../cni-findings";
import { hasEarlierTwin } from "../reached-services";
import type { LintRule } from "../rule";
import { isPodsPeer, serviceFindings } from "../service-rule";
import { nameOf } from "../words";

export const vpc008ServicePortsShareTarget: LintRule = {
  ...aboutVpcCni,
  code: "VPC008",
  name: "service-ports-share-target",
  title: "Two ports of a Service lead to one port of its pods, and the VPC CNI opens only the first of them",
  severity: "warning",
  check: (context) =>
    serviceFindings(context, {
      accepts: (peer, rule) => rule.rule.ports !== "any" && isPodsPeer(peer, rule),
      concerns: ({ ports }) => new Set(ports.map(({ targetPort, protocol }) => `${protocol} ${shown(targetPort)}`)).size < ports.length,
      isSuspect: ({ service, port }) => hasEarlierTwin(service, port),
      explain: ({ service }) => ({
        message: `two ports of Service ${nameOf(service)} have one target, and the VPC CNI opens only the one that is listed first`,
        advice: "give each port of the Service a target of its own, or list the one that is used first",
      }),
    }),
};
