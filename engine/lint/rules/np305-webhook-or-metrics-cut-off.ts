import type { Evaluation } from "../../evaluation";
import { isUnknown, type Workload } from "../../model";
import { type CalledPort, calledPorts } from "../called-ports";
import { outsideFamilies } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { reachability, type Reachability } from "../../reachability";
import { formatAddress, IpSet } from "../../sets/ip-set";
import { addressEnd, deciding, flowOf, type FlowWitness, proven } from "../witness";
import { nameOf, workloadObject } from "../words";

export const np305WebhookOrMetricsCutOff: LintRule = {
  code: "NP305",
  name: "webhook-or-metrics-cut-off",
  title: "Nothing outside may reach a port that the API server or a scraper has to call",
  severity: "warning",
  category: "coverage",
  check(context) {
    const reach = reachability(context.evaluation);
    return calledPorts(context).flatMap((called) => finding(context, reach, called) ?? []);
  },
};

function finding(context: LintContext, reach: Reachability, called: CalledPort): RuleFinding | undefined {
  const { evaluation } = context;
  const { workload, by, caller, protocol, port } = called;
  if (isUnknown(workload.hostNetwork) || workload.hostNetwork || isReachable(evaluation, reach, called)) return undefined;
  const witness = refused(context, workload, { protocol, port });
  if (witness === undefined) return undefined;
  return {
    subject: workloadObject(workload),
    message: `${caller === "api-server" ? "the API server" : "a scraper"} calls ${nameOf(workload)} on ${protocol} ${String(port)} because of ${by}, and policies let ${caller === "api-server" ? "no address" : "nobody"} in on that port`,
    advice:
      caller === "api-server"
        ? "let the addresses of the control plane in on that port: those of the cluster's subnets"
        : "let the pods that scrape in on that port, by namespace and label",
    ...(workload.location === undefined ? {} : { location: workload.location }),
    because: deciding(witness.verdict.ingress),
    key: `${by} ${protocol} ${String(port)}`,
    witness,
  };
}

/** The control plane calls from addresses that are no pod's; a scraper is a pod, or an address. */
function isReachable(evaluation: Evaluation, reach: Reachability, { workload, caller, protocol, port, scrapers }: CalledPort): boolean {
  const nodes = nodeAddresses(evaluation);
  const byAddress = reach
    .withAddresses(workload, "ingress")
    .some(({ addresses, connections }) => connections.possible.has(protocol, port) && !addresses.subtract(nodes).isEmpty);
  if (byAddress || caller === "api-server") return byAddress;
  if (scrapers.length === 0) return isOpenToSomePod(evaluation, workload, { protocol, port });
  return scrapers.some((scraper) => reach.between(scraper, workload).possible.has(protocol, port));
}

const nodeAddresses = ({ cluster }: Evaluation): IpSet =>
  IpSet.unionOf(cluster.nodes.flatMap(({ addresses }) => addresses.map((address) => IpSet.cidr(address))));

function isOpenToSomePod(
  { universe, interpretations, table }: Evaluation,
  workload: Workload,
  { protocol, port }: Pick<CalledPort, "protocol" | "port">,
): boolean {
  return universe.groups
    .ofWorkload(workload)
    .flatMap((group) => interpretations.map((each) => each.row(group, "ingress")))
    .some(({ possible }) => possible.entries().some(([value]) => table.set(value).has(protocol, port)));
}

const privateBlocks = { IPv4: "10.0.0.0/8", IPv6: "fd00::/8" } as const;

/** A call from an address of a private network, as control planes and load balancers have. */
function refused(context: LintContext, workload: Workload, port: Pick<CalledPort, "protocol" | "port">): FlowWitness | undefined {
  const { evaluation } = context;
  const [family] = outsideFamilies(context);
  const [interval] = IpSet.cidr(privateBlocks[family]).subtract(nodeAddresses(evaluation))[family].intervals;
  if (interval === undefined) return undefined;
  const address = formatAddress({ family, value: interval[0] + 1n });
  return proven(evaluation, flowOf(workload, "ingress", addressEnd(address), port), "denied");
}
