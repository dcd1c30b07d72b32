import type { Match } from "../matching/pod-index";
import {
  type Cluster,
  type ExpectedPort,
  type ExpectedPorts,
  isUnknown,
  type Protocol,
  protocols,
  type Service,
  type Value,
} from "../model";
import type { Ternary } from "../selector";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import { type Backend, backendsOf, findService } from "../services/service-backends";
import type { Member, ResolvedEnds } from "./expected-ends";

/** A Service that an expectation names, with its ports. */
export interface NamedService {
  /** As it is written. */
  readonly text: string;
  readonly ports: readonly OfferedPort[];
  /** Those that some pod listens behind. */
  readonly reached: readonly OfferedPort[];
}

/** A port of a Service. */
export interface OfferedPort {
  readonly protocol: Protocol;
  readonly name?: string;
  readonly number: Match<ConnectionSet>;
  /** Set where ports may be there that are not listed: it stands for all of them. */
  readonly isUnlisted?: true;
}

/** A port of a Service, and where it leads to on one workload's pods. */
export interface TranslatedPort extends OfferedPort {
  readonly arrives: Match<ConnectionSet>;
}

type ServiceEnds = Pick<ResolvedEnds, "members" | "services" | "problems">;

/** The pods behind a Service, `namespace/name`, and the ports its traffic arrives on. */
export function serviceEnds(cluster: Cluster, text: string, allowEmpty: boolean): ServiceEnds {
  const [namespace = "", name] = text.split("/");
  if (name === undefined) return unresolved(`\`${text}\` does not name a Service; write \`namespace/name\``);
  if (!cluster.services.some((each) => each.namespace === namespace && each.name === name)) {
    return unresolved(`there is no Service \`${text}\`; correct the name`);
  }
  const service = findService(cluster, { namespace, name });
  const ports = portsOf(service).map((port) => ({ port, members: membersBehind(cluster, service, port) }));
  const members = ports.flatMap((each) => each.members);
  const reached = ports.flatMap((each) => (each.members.length === 0 ? [] : [each.port.offered]));
  const isEmpty = members.length === 0 && !allowEmpty;
  return {
    members,
    services: [{ text, ports: ports.map(({ port }) => port.offered), reached }],
    problems: isEmpty ? [`no pod is behind the Service \`${text}\`; correct it, or set \`allowEmpty\``] : [],
  };
}

const unresolved = (problem: string): ServiceEnds => ({ members: [], services: [], problems: [problem] });

interface PortOfService {
  readonly offered: OfferedPort;
  readonly target: Value<number | string>;
}

const allOf = (protocol: Protocol): ConnectionSet => ConnectionSet.of(protocol, PortSet.all);
const possibly = (possible: ConnectionSet): Match<ConnectionSet> => ({ certain: ConnectionSet.none, possible });
const exactly = (set: ConnectionSet): Match<ConnectionSet> => ({ certain: set, possible: set });

function portsOf({ ports, unknownPorts }: Service): readonly PortOfService[] {
  const listed = ports.map(({ protocol, port, name, targetPort }): PortOfService => {
    const number = isUnknown(port) ? possibly(allOf(protocol)) : exactly(ConnectionSet.of(protocol, PortSet.of(port)));
    return { offered: { protocol, number, ...(name === undefined ? {} : { name }) }, target: targetPort };
  });
  if (unknownPorts === undefined) return listed;
  const unlisted = protocols.map((protocol): PortOfService => {
    return { offered: { protocol, number: possibly(allOf(protocol)), isUnlisted: true }, target: unknownPorts };
  });
  return [...listed, ...unlisted];
}

function membersBehind(cluster: Cluster, service: Service, { offered, target }: PortOfService): readonly Member[] {
  const backends = backendsOf(cluster, service, target, offered.protocol) ?? [];
  return backends.flatMap((backend): readonly Member[] => {
    if (backend.isEndpoint === "no") return [];
    const translated = [{ ...offered, arrives: arrivingAt(backend, offered.protocol) }];
    return [{ workload: backend.workload, isCertain: backend.isEndpoint === "yes", isDirect: false, translated }];
  });
}

function arrivingAt({ port, isEndpoint }: Backend, protocol: Protocol): Match<ConnectionSet> {
  if (port === undefined) return possibly(allOf(protocol));
  const arrives = ConnectionSet.of(protocol, PortSet.of(port));
  return isEndpoint === "yes" ? exactly(arrives) : possibly(arrives);
}

/** Whether one of the ports that are asked for is this one of a Service. */
export function isAsked(ports: ExpectedPorts, offered: OfferedPort): Ternary {
  const answers: readonly Ternary[] = ports === "all" ? ["yes"] : ports.map((port) => isSamePort(port, offered));
  if (offered.isUnlisted !== undefined) return answers.every((answer) => answer === "no") ? "no" : "maybe";
  return answers.includes("yes") ? "yes" : answers.includes("maybe") ? "maybe" : "no";
}

function isSamePort(port: ExpectedPort, { protocol, name, number, isUnlisted }: OfferedPort): Ternary {
  if (port.protocol !== undefined && port.protocol !== protocol) return "no";
  if ("name" in port) return isUnlisted !== undefined ? "maybe" : port.name === name ? "yes" : "no";
  const asked = ConnectionSet.of(port.protocol, PortSet.of(port.from, port.to));
  if (number.possible.isSubsetOf(asked) || !number.certain.intersect(asked).isEmpty) return "yes";
  return number.possible.intersect(asked).isEmpty ? "no" : "maybe";
}
