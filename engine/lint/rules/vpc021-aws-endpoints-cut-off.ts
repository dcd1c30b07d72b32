import { isolationOf } from "../../isolation";
import type { Direction, Workload } from "../../model";
import { reachability } from "../../reachability";
import { apiClients, apiServerCalls } from "../api-server";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import { type NeededAddress, neededAddresses } from "../needed-egress";
import { calledByControlPlane, calledByLoadBalancers, type NeededPort, subnetAddresses } from "../needed-ingress";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, deciding, flowOf, type FlowWitness, proven } from "../witness";
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
    const isClosed =
      (direction: Direction) =>
      ({ workload }: { readonly workload: Workload }) =>
        isolationOf(evaluation, workload, direction) === "yes";
    const ports = [...calledByLoadBalancers(context), ...calledByControlPlane(context).filter((needed) => letsSomebodyIn(context, needed))];
    return [
      ...neededAddresses(context, cni)
        .filter(isClosed("egress"))
        .flatMap((needed) => cutOff(context, needed)),
      ...withoutApiServer(context, cni),
      ...notLetIn(context, cni, ports.filter(isClosed("ingress"))),
    ];
  },
};

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
const letsSomebodyIn = ({ evaluation }: LintContext, { workload, protocol, port }: NeededPort): boolean =>
  reachability(evaluation)
    .withAddresses(workload, "ingress")
    .some(({ connections }) => connections.possible.has(protocol, port));

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
