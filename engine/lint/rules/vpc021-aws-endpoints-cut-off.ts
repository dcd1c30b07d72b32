import { isolationOf } from "../../isolation";
import { writtenWorkloads } from "../../enforcement/pod-templates";
import { textArgument } from "../../enforcement/arguments";
import { type Direction, shown, type Workload } from "../../model";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import { firstAddress } from "../rule-ends";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, deciding, flowOf, type FlowWitness, proven } from "../witness";
import { nameOf, placed, quoted, workloadObject } from "../words";
import { addressesOf } from "../written-blocks";
import { entriesAt, textAt, valueAt, writtenObjects } from "../written-objects";
import { workloadsByLabel } from "../workloads-by-label";

export const vpc021AwsEndpointsCutOff: LintRule = {
  ...aboutVpcCni,
  code: "VPC021",
  name: "aws-endpoints-cut-off",
  title: "Policies close what pods need of AWS: their credentials, or the load balancer that calls them",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    return [...credentials(context, cni), ...loadBalancers(context, cni)];
  },
};

/** Where the agent of Pod Identity answers on each node. */
const identityAgent = { IPv4: "169.254.170.23", IPv6: "fd00:ec2::23" } as const;

/** Workloads whose service account has a role, and that cannot ask for its credentials. */
function credentials(context: LintContext, cni: CniContext): readonly RuleFinding[] {
  const associated = associations(cni);
  const annotated = irsaAccounts(context);
  if (associated.size + annotated.size === 0) return [];
  return writtenWorkloads(context).flatMap(({ written: { ref }, kind, template }) => {
    const account = `${ref.namespace ?? ""}/${textAt(template, "spec", "serviceAccountName") ?? "default"}`;
    const workload = findWorkload(context, kind, ref.namespace, ref.name);
    if (workload === undefined || isolationOf(context.evaluation, workload, "egress") !== "yes") return [];
    const agent = identityAgent[cni.settings.ipFamily === "IPv6" ? "IPv6" : "IPv4"];
    if (associated.has(account))
      return cutOff(context, workload, { address: agent, port: 80, what: "the agent of EKS Pod Identity, which hands out its role" });
    // Which address the security token service has is known only while the cluster runs: any address outside stands for it.
    return annotated.has(account)
      ? cutOff(context, workload, {
          address: "203.0.113.10",
          port: 443,
          what: "the security token service (STS), which hands out its role",
        })
      : [];
  });
}

const findWorkload = ({ evaluation }: LintContext, kind: string, namespace: string | undefined, name: string): Workload | undefined =>
  workloadsByLabel(evaluation)
    .selected(namespace ?? "", {})
    .find((each) => each.kind === kind && each.name === name);

function associations({ facts }: CniContext): ReadonlySet<string> {
  const found = facts.resources.filter(({ type }) => type === "aws_eks_pod_identity_association");
  return new Set(
    found.flatMap((each) => {
      const [namespace, account] = [textArgument(each, "namespace"), textArgument(each, "service_account")];
      return typeof namespace === "string" && typeof account === "string" ? [`${namespace}/${account}`] : [];
    }),
  );
}

const irsaAccounts = (context: LintContext): ReadonlySet<string> =>
  new Set(
    writtenObjects(context, "ServiceAccount").flatMap(({ object, ref }) =>
      valueAt(object, "metadata", "annotations", "eks.amazonaws.com/role-arn") === undefined ? [] : [`${ref.namespace ?? ""}/${ref.name}`],
    ),
  );

interface Need {
  readonly address: string;
  readonly port: number;
  readonly what: string;
}

function cutOff({ evaluation }: LintContext, workload: Workload, { address, port, what }: Need): readonly RuleFinding[] {
  const witness = proven(evaluation, flowOf(workload, "egress", addressEnd(address), { protocol: "TCP", port }), "denied");
  if (witness === undefined) return [];
  return [
    closedFinding(workload, "egress", witness, {
      message: `the pods may not connect to ${what}: ${quoted(`${address} TCP ${String(port)}`)}`,
      advice: address.startsWith("203")
        ? "open TCP 443 to the endpoint of STS, or use Pod Identity"
        : `open TCP ${String(port)} to ${quoted(address)}`,
    }),
  ];
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

/** Pods that a load balancer calls by their own addresses, and that no rule opens to its subnets. */
function loadBalancers(context: LintContext, { facts }: CniContext): readonly RuleFinding[] {
  const { evaluation } = context;
  const called = calledByAddress(context);
  const sources = facts.resources.flatMap((each) => {
    const cidr = each.type === "aws_subnet" && each.mode === "managed" ? textArgument(each, "cidr_block") : undefined;
    const block = typeof cidr === "string" ? addressesOf(cidr) : undefined;
    return block === undefined ? [] : [firstAddress(block)];
  });
  if (sources.length === 0) return [];
  return evaluation.cluster.services.flatMap((service) => {
    if (!called.has(`${shown(service.namespace)}/${shown(service.name)}`)) return [];
    return service.ports.flatMap(({ targetPort, protocol }) =>
      workloadsByLabel(evaluation)
        .behind(service)
        .flatMap((workload): readonly RuleFinding[] => {
          const port = typeof targetPort === "number" ? targetPort : workload.ports.find(({ name }) => name === targetPort)?.port;
          if (typeof port !== "number" || isolationOf(evaluation, workload, "ingress") !== "yes") return [];
          const denied = sources.map((address) =>
            proven(evaluation, flowOf(workload, "ingress", addressEnd(address), { protocol, port }), "denied"),
          );
          const [witness] = denied;
          if (witness === undefined || denied.includes(undefined)) return [];
          return [
            closedFinding(workload, "ingress", witness, {
              message: `the load balancer of ${nameOf(service)} calls the pods from the subnets it is in, and none of these is let in on ${protocol} ${String(port)}`,
              advice: "open the port to a block with the load balancer's subnets",
            }),
          ];
        }),
    );
  });
}

/** Services whose load balancer has pods for targets, by annotation of the Service or of an Ingress. */
function calledByAddress(context: LintContext): ReadonlySet<string> {
  const annotation = (object: Parameters<typeof textAt>[0], name: string): string | undefined =>
    textAt(object, "metadata", "annotations", name);
  const byService = writtenObjects(context, "Service")
    .filter(({ object }) => annotation(object, "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type") === "ip")
    .map(({ ref }) => `${ref.namespace ?? ""}/${ref.name}`);
  const byIngress = writtenObjects(context, "Ingress")
    .filter(({ object }) => annotation(object, "alb.ingress.kubernetes.io/target-type") === "ip")
    .flatMap(({ object, ref }) =>
      entriesAt(object, "spec", "rules")
        .flatMap((rule) => entriesAt(rule, "http", "paths"))
        .map((path) => `${ref.namespace ?? ""}/${textAt(path, "backend", "service", "name") ?? ""}`),
    );
  return new Set([...byService, ...byIngress]);
}
