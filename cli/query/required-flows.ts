import { type Evaluation, type RequiredEnd, type RequiredFlow } from "../../engine";
import { type Cluster, type ExpectedPort, type ExpectedPorts, protocols, type Workload } from "../../engine/model";
import { workloadEnd } from "../../engine/report";
import { backendsOf } from "../../engine/services/service-backends";
import { parsePort, parseTarget, type WrittenTarget } from "../ends";
import { Failure } from "../failure";
import { portOfService, portsOn } from "./asked-ports";
import { isPattern, likePattern } from "./focus";
import { type FoundEnd, NamedEnds } from "./named-ends";

/** A flow somebody asks for, in words. */
export interface WrittenFlow {
  readonly from: string;
  /** Perhaps with a port. */
  readonly to: string;
  /** Absent: `to` says it. */
  readonly ports?: ExpectedPorts;
  /** Where it was written, for errors. */
  readonly place: string;
}

/** Every address of either family. */
const everyAddress = ["0.0.0.0/0", "::/0"];

/** Looks up what written flows name in one cluster. */
export class FlowFinder {
  private readonly ends: NamedEnds;
  private readonly cluster: Cluster;

  constructor(evaluation: Evaluation) {
    this.ends = new NamedEnds(evaluation);
    this.cluster = evaluation.cluster;
  }

  /** What cannot be looked up is a Failure that starts with the place of the flow. */
  find(flow: WrittenFlow): readonly RequiredFlow[] {
    try {
      const { target, ports } = askedOf(flow);
      const sources = this.sources(flow.from);
      const reached = this.targets(target).flatMap((end) => this.reached(end, target.text, ports));
      return sources.flatMap((from) => reached.map((each) => ({ from, ...each })));
    } catch (error) {
      if (error instanceof Failure) throw new Failure(`${flow.place}: ${error.message}`);
      throw error;
    }
  }

  private sources(text: string): readonly RequiredEnd[] {
    if (isPattern(text)) return likePattern(this.cluster.workloads, text).map(requiredWorkload);
    const { end, text: name, port } = parseTarget(text);
    if (port !== undefined) throw new Failure(`\`${text}\` has a port, but the port is the destination's; write it there`);
    const found = this.ends.find(end, name);
    if (found.kind === "service") throw new Failure(`\`${text}\` is a Service, which only receives; name the workload that connects`);
    return requiredEnds(found);
  }

  private targets({ end, text }: WrittenTarget): readonly FoundEnd[] {
    if (!isPattern(text)) return [this.ends.find(end, text)];
    return likePattern(this.cluster.workloads, text).map((workload) => ({
      kind: "endpoint",
      endpoint: { kind: "workload", workload },
      end: workloadEnd(workload),
    }));
  }

  /** The pods or addresses behind an end, and the ports they are reached on. */
  private reached(end: FoundEnd, name: string, ports: ExpectedPorts | undefined): readonly Omit<RequiredFlow, "from">[] {
    if (end.kind === "service") return this.behind(end, name, ports);
    if (ports === undefined) throw new Failure(`\`${name}\` is asked for without a port; name it, or say \`ports: all\``);
    const numbers = ports === "all" ? everyPort : ports.flatMap((port) => numbersOn(end, port));
    return requiredEnds(end).flatMap((to) => numbers.map((each) => ({ to, ...each })));
  }

  private behind(
    { service }: Extract<FoundEnd, { readonly kind: "service" }>,
    name: string,
    ports: ExpectedPorts | undefined,
  ): readonly Omit<RequiredFlow, "from">[] {
    const asked =
      ports === undefined
        ? [portOfService(service, name, undefined)]
        : ports === "all"
          ? service.ports
          : ports.flatMap((port) => singlePorts(port, name)).map((port) => portOfService(service, name, port));
    const found = asked.flatMap(({ port, protocol }) => {
      const own = service.ports.find((each) => each.port === port && each.protocol === protocol);
      const target = own?.targetPort ?? port;
      return (backendsOf(this.cluster, service, target, protocol) ?? []).flatMap(({ workload, port: number }) =>
        number === undefined ? [] : [{ to: requiredWorkload(workload), protocol, ports: number }],
      );
    });
    if (found.length > 0) return found;
    throw new Failure(`no workload is certainly behind \`${name}\` on such a port; name the workloads themselves`);
  }
}

/** Ports are given once: behind the end, or beside it. */
function askedOf({ to, ports }: WrittenFlow): { readonly target: WrittenTarget; readonly ports: ExpectedPorts | undefined } {
  const target = isPattern(to) ? patternTarget(to) : parseTarget(to);
  return { target, ports: onlyPorts(target, ports, to) };
}

/** A pattern of names, perhaps with a port. */
function patternTarget(text: string): WrittenTarget {
  const [pattern = "", port] = text.split(":");
  return { end: { kind: "workload", parts: [] }, text: pattern, ...(port === undefined ? {} : { port: parsePort(port) }) };
}

/** Absent: nobody says, and only a Service may have one port alone. */
function onlyPorts({ port }: WrittenTarget, ports: ExpectedPorts | undefined, text: string): ExpectedPorts | undefined {
  if (port === undefined) return ports;
  if (ports !== undefined) throw new Failure(`the port of \`${text}\` is there twice; leave one out`);
  const { port: number, protocol } = port;
  if (typeof number === "number") return [{ protocol: protocol ?? "TCP", from: number, to: number }];
  return [{ name: number, ...(protocol === undefined ? {} : { protocol }) }];
}

type Ports = Pick<RequiredFlow, "protocol" | "ports">;

const everyPort: readonly Ports[] = protocols.map((protocol) => ({ protocol, ports: "every" }));

function numbersOn(end: Exclude<FoundEnd, { readonly kind: "service" }>, port: ExpectedPort): readonly Ports[] {
  if ("from" in port) return [{ protocol: port.protocol, ports: port.from === port.to ? port.from : { from: port.from, to: port.to } }];
  const { name, protocol } = port;
  if (end.kind !== "endpoint") throw new Failure(`port \`${name}\` is a name, and addresses declare no ports; write its number`);
  return portsOn(end.endpoint, { port: name, ...(protocol === undefined ? {} : { protocol }) }).map((each) => ({
    protocol: each.protocol,
    ports: each.port,
  }));
}

function singlePorts(
  port: ExpectedPort,
  name: string,
): readonly { readonly port: number | string; readonly protocol?: "TCP" | "UDP" | "SCTP" }[] {
  if (!("from" in port)) return [{ port: port.name, ...(port.protocol === undefined ? {} : { protocol: port.protocol }) }];
  if (port.from === port.to) return [{ port: port.from, protocol: port.protocol }];
  throw new Failure(`\`${name}\` is a Service, whose ports are single ones; name each`);
}

const requiredWorkload = (workload: Workload): RequiredEnd => ({ kind: "workload", workload });

function requiredEnds(end: Exclude<FoundEnd, { readonly kind: "service" }>): readonly RequiredEnd[] {
  if (end.kind === "internet") return everyAddress.map((cidr) => ({ kind: "addresses", cidr }));
  if (end.kind === "block") return [{ kind: "addresses", cidr: end.cidr }];
  return [end.endpoint.kind === "workload" ? requiredWorkload(end.endpoint.workload) : { kind: "addresses", cidr: end.endpoint.address }];
}
