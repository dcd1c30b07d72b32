import { isUnknown, type PortMatch } from "../../model";
import { aboutVpcCni } from "../cni-findings";
import { hasEarlierTwin, type ReachedService } from "../reached-services";
import type { LintRule } from "../rule";
import { isPodsPeer, serviceFindings } from "../service-rule";
import { nameOf, quoted } from "../words";

export const vpc007PortRangeWithService: LintRule = {
  ...aboutVpcCni,
  code: "VPC007",
  name: "port-range-with-service",
  title: "A range of ports in an egress rule loses a Service whose target is not its first port, or opens more ports of it",
  severity: "error",
  check: (context) => [
    ...serviceFindings(context, {
      accepts: (peer, rule) => isPodsPeer(peer, rule) && hasRange(rule),
      // A port whose target an earlier one has is lost whatever the rule says: VPC008 reports it.
      isSuspect: (reached) =>
        !hasEarlierTwin(reached.service, reached.port) &&
        rangesOf(reached).some(({ from, to }) => reached.target !== undefined && from < reached.target && reached.target <= to),
      explain: ({ service, target }) => ({
        message: `the VPC CNI looks only for the first port of the range among the targets of Service ${nameOf(service)}, not for ${quoted(String(target))}`,
        advice: `add ${quoted(String(target))} to the rule as a port of its own`,
      }),
    }),
    ...serviceFindings(context, {
      accepts: (peer, rule) => isPodsPeer(peer, rule) && hasRange(rule),
      concerns: ({ ports }) => ports.length > 1,
      isSuspect: isWidened,
      differs: (specification, vpcCni) => specification === "denied" && vpcCni === "allowed",
      explain: ({ service }) => ({
        message: `the VPC CNI keeps the end of the range for the address of Service ${nameOf(service)}, whose own port is lower, so it opens ports of the Service that the rule does not name`,
        advice: "write the ports one by one",
      }),
    }),
  ],
};

type Range = Extract<PortMatch, { readonly kind: "range" }>;

const hasRange = ({ rule: { ports } }: ReachedService["rule"]): boolean =>
  ports !== "any" && ports.some((each) => each.kind === "range" && each.from < each.to);

/** Ranges with an end; every port of a protocol is none. */
function rangesOf({ rule, port }: ReachedService): readonly Range[] {
  const { ports } = rule.rule;
  if (ports === "any") return [];
  return ports.flatMap((each) =>
    each.kind === "range" && each.protocol === port.protocol && each.from < each.to && each.to - each.from < 65534 ? [each] : [],
  );
}

/** Another port of the Service lies between the port that stands for the start of a range and the end of the range. */
function isWidened(reached: ReachedService): boolean {
  const { port, service } = reached;
  const asked = port.port;
  if (isUnknown(asked)) return false;
  return rangesOf(reached).some(({ from, to }) =>
    service.ports.some(
      (first) => first !== port && first.targetPort === from && !isUnknown(first.port) && first.port < asked && asked <= to,
    ),
  );
}
