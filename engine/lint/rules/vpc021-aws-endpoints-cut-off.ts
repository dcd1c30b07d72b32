import { isolationOf } from "../../isolation";
import type { Direction, Workload } from "../../model";
import { reachability, type Reachability } from "../../reachability";
import { apiClients, apiServerCalls } from "../api-server";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import { type NeededAddress, neededAddresses } from "../needed-egress";
import { calledByControlPlane, calledByLoadBalancers, type NeededPort, subnetAddresses } from "../needed-ingress";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, deciding, flowOf, type FlowWitness, proven } from "../witness";
import { IpSet } from "../../sets/ip-set";
import { placed, quoted, workloadObject } from "../words";

export const vpc021AwsEndpointsCutOff: LintRule = {
  ...aboutVpcCni,
  code: "VPC021",
  name: "aws-endpoints-cut-off",
  title: "Policies close what pods need of AWS: their credentials, the API server, or who calls them from the VPC's subnets",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const { evaluation } = context;
    const reach = reachability(evaluation);
    const isClosed =
      (direction: Direction) =>
      ({ workload }: { readonly workload: Workload }) =>
        isolationOf(evaluation, workload, direction) === "yes";
    const ports = [...calledByLoadBalancers(context), ...calledByControlPlane(context).filter((needed) => letsSomebodyIn(reach, needed))];
    return [
      ...neededAddresses(context, cni)
        .filter(isClosed("egress"))
        .filter((needed) => needed.isAnywhere !== true || !reachesSomewhere(reach, cni, needed))
        .flatMap((needed) => cutOff(context, needed)),
      ...withoutApiServer(context, cni),
      ...notLetIn(context, cni, ports.filter(isClosed("ingress"))),
    ];
  },
};

/** What no endpoint of AWS has: addresses of the node alone. */
const ofNodes = IpSet.unionOf(["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"].map((block) => IpSet.cidr(block)));

/** The ranges of Services, or those that EKS chooses from. */
const serviceRanges = ({ settings: { serviceCidrs } }: CniContext): readonly string[] => serviceCidrs ?? ["10.100.0.0/16", "172.20.0.0/16"];

/** Whether a port is open, or may be, to addresses among which the endpoint can be: in the VPC, or on the internet. */
function reachesSomewhere(reach: Reachability, cni: CniContext, { workload, ports }: NeededAddress): boolean {
  const elsewhere = IpSet.unionOf([ofNodes, ...serviceRanges(cni).map((block) => IpSet.cidr(block))]);
  return reach
    .withAddresses(workload, "egress")
    .some(
      ({ addresses, connections }) =>
        ports.some(({ protocol, port }) => connections.possible.has(protocol, port)) && !addresses.subtract(elsewhere).isEmpty,
    );
}

function cutOff({ evaluation }: LintContext, { workload, address, ports, what, advice, severity }: NeededAddress): readonly RuleFinding[] {
  const closed = ports.flatMap((port) => {
    const witness = proven(evaluation, flowOf(workload, "egress", addressEnd(address), port), "denied");
    return witness === undefined ? [] : [{ witness, text: `${port.protocol} ${String(port.port)}` }];
  });
  const [first] = closed;
  if (first === undefined) return [];
  const where = quoted(`${address} ${closed.map(({ text }) => text).join(" and ")}`);
  const finding = closedFinding(workload, "egress", first.witness, { message: `the pods may not connect to ${what}: ${where}`, advice });
  return [severity === undefined ? finding : { ...finding, severity }];
}

const closedFinding = (
  workload: Workload,
  direction: Direction,
  witness: FlowWitness,
  { message, advice }: Pick<RuleFinding, "message" | "advice">,
): RuleFinding => ({
  subject: workloadObject(workload),
  message,
  advice,
  ...placed(workload),
  because: deciding(witness.verdict[direction]),
  key: message,
  witness,
});

/** Workloads that call the API server and may not send to its Service, which the VPC CNI sees before it is translated. */
function withoutApiServer(context: LintContext, cni: CniContext): readonly RuleFinding[] {
  const clients = apiClients(context).filter(({ workload }) => isolationOf(context.evaluation, workload, "egress") === "yes");
  if (clients.length === 0) return [];
  const callOf = apiServerCalls(context, cni);
  return clients.flatMap(({ workload, by }): readonly RuleFinding[] => {
    const { egress } = callOf(workload);
    if (egress.outcome !== "denied") return [];
    const because = egress.isolatedBy.flatMap((each) => (each.kind === "NetworkPolicy" ? [{ ...each, kind: each.kind }] : []));
    return [
      {
        subject: workloadObject(workload),
        message: `the pods call the API server, because of ${by}, and may not connect to its Service ${quoted("default/kubernetes")} on TCP 443, whose own address the VPC CNI looks at`,
        advice: "open TCP 443 to the first address of the cluster's Service range (`service_ipv4_cidr`)",
        ...placed(workload),
        because,
        key: "default/kubernetes",
      },
    ];
  });
}

/** Where nobody outside is let in at all, NP305 says so. */
const letsSomebodyIn = (reach: Reachability, { workload, protocol, port }: NeededPort): boolean =>
  reach.withAddresses(workload, "ingress").some(({ connections }) => connections.possible.has(protocol, port));

/** Pods that are called from the subnets, and let none of them in. */
function notLetIn({ evaluation }: LintContext, cni: CniContext, needed: readonly NeededPort[]): readonly RuleFinding[] {
  const sources = needed.length === 0 ? [] : subnetAddresses(cni);
  if (sources.length === 0) return [];
  return needed.flatMap(({ workload, protocol, port, caller, advice }) => {
    const denied = sources.map((address) =>
      proven(evaluation, flowOf(workload, "ingress", addressEnd(address), { protocol, port }), "denied"),
    );
    const [witness] = denied;
    if (witness === undefined || denied.includes(undefined)) return [];
    const message = `${caller} calls the pods from the subnets it is in, and none of these is let in on ${protocol} ${String(port)}`;
    return [closedFinding(workload, "ingress", witness, { message, advice })];
  });
}
