import { textArgument } from "../enforcement/arguments";
import { type Protocol, type Service, shown, type Workload } from "../model";
import { calledPorts } from "./called-ports";
import type { CniContext } from "./cni-context";
import { firstAddress } from "./rule-ends";
import type { LintContext } from "./rule";
import { workloadsByLabel } from "./workloads-by-label";
import { nameOf } from "./words";
import { addressesOf } from "./written-blocks";
import { entriesAt, textAt, valueAt, type WrittenObject, writtenObjects } from "./written-objects";

/** A port of a workload that something in the subnets of the VPC calls, because an object of the input says so. */
export interface NeededPort {
  readonly workload: Workload;
  readonly protocol: Protocol;
  readonly port: number;
  /** Who calls, as in "… calls the pods from the subnets it is in". */
  readonly caller: string;
  readonly advice: string;
}

/** An address of each subnet of the input. */
export const subnetAddresses = ({ facts }: CniContext): readonly string[] =>
  facts.resources.flatMap((each) => {
    const cidr = each.type === "aws_subnet" && each.mode === "managed" ? textArgument(each, "cidr_block") : undefined;
    const block = typeof cidr === "string" ? addressesOf(cidr) : undefined;
    return block === undefined ? [] : [firstAddress(block)];
  });

/** The control plane calls webhooks and aggregated APIs from the cluster's subnets. */
export const calledByControlPlane = (context: LintContext): readonly NeededPort[] =>
  calledPorts(context).flatMap(({ workload, by, caller, protocol, port }) =>
    caller === "api-server"
      ? [{ workload, protocol, port, caller: `the control plane, because of ${by},`, advice: "open the port to the cluster's subnets" }]
      : [],
  );

/** Load balancers whose targets are pods call these by their addresses, on the port they serve and on the one that tells their health. */
export function calledByLoadBalancers(context: LintContext): readonly NeededPort[] {
  const called = targetsByAddress(context);
  if (called.size === 0) return [];
  return context.evaluation.cluster.services.flatMap((service) => {
    const health = called.get(keyOf(service));
    return health === undefined
      ? []
      : workloadsByLabel(context.evaluation)
          .behind(service)
          .flatMap((workload) => portsOf(service, workload, health));
  });
}

const keyOf = ({ namespace, name }: Service): string => `${shown(namespace)}/${shown(name)}`;

function portsOf(service: Service, workload: Workload, health: ReadonlySet<number>): readonly NeededPort[] {
  const advice = "open the port to a block with the load balancer's subnets";
  const served = service.ports.flatMap(({ targetPort, protocol }) => {
    const port = typeof targetPort === "number" ? targetPort : workload.ports.find(({ name }) => name === targetPort)?.port;
    return typeof port === "number" ? [{ protocol, port }] : [];
  });
  const caller = `the load balancer of ${nameOf(service)}`;
  const checked = [...health].filter((port) => !served.some((each) => each.protocol === "TCP" && each.port === port));
  return [
    ...served.map((each) => ({ workload, ...each, caller, advice })),
    ...checked.map((port) => ({ workload, protocol: "TCP" as const, port, caller: `the health check of ${caller}`, advice })),
  ];
}

const network = "service.beta.kubernetes.io/aws-load-balancer-";

const annotation = ({ object }: WrittenObject, name: string): string | undefined => textAt(object, "metadata", "annotations", name);

/** Whether a Service asks for a network load balancer that calls pods by their addresses: by its targets, or by the older name for both. */
const hasPodTargets = (written: WrittenObject): boolean =>
  annotation(written, `${network}nlb-target-type`) === "ip" || annotation(written, `${network}type`) === "nlb-ip";

/** The Services, as they were written, whose load balancer does not send by way of nodes: it has pods for targets, or no ports on nodes at all. */
export const besideNodes = (context: LintContext): ((service: Service) => boolean) => {
  const found = new Set(
    writtenObjects(context, "Service").flatMap((written) =>
      hasPodTargets(written) || hasNoNodePorts(written) ? [`${written.ref.namespace ?? ""}/${written.ref.name}`] : [],
    ),
  );
  return (service) => service.type === "LoadBalancer" && found.has(keyOf(service));
};

/** Ports that are asked for by number are there whatever the switch says. */
const hasNoNodePorts = ({ object }: WrittenObject): boolean =>
  valueAt(object, "spec", "allocateLoadBalancerNodePorts") === false &&
  entriesAt(object, "spec", "ports").every((port) => valueAt(port, "nodePort") === undefined);

/** Services whose load balancer has pods for targets, by annotation of the Service or of an Ingress, with the ports of health checks. */
function targetsByAddress(context: LintContext): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  const add = (written: WrittenObject, prefix: string, service: string): void => {
    const key = `${written.ref.namespace ?? ""}/${service}`;
    const port = Number(textAt(written.object, "metadata", "annotations", `${prefix}healthcheck-port`));
    const ports = found.get(key) ?? new Set<number>();
    if (Number.isInteger(port)) ports.add(port);
    found.set(key, ports);
  };
  for (const written of writtenObjects(context, "Service")) {
    if (hasPodTargets(written)) add(written, network, written.ref.name);
  }
  const application = "alb.ingress.kubernetes.io/";
  for (const written of writtenObjects(context, "Ingress")) {
    if (annotation(written, `${application}target-type`) === "ip") for (const name of backendsOf(written)) add(written, application, name);
  }
  return found;
}

/** The Services an Ingress leads to. */
const backendsOf = ({ object }: WrittenObject): readonly string[] =>
  [
    textAt(object, "spec", "defaultBackend", "service", "name"),
    ...entriesAt(object, "spec", "rules")
      .flatMap((rule) => entriesAt(rule, "http", "paths"))
      .map((path) => textAt(path, "backend", "service", "name")),
  ].filter((name) => name !== undefined);
