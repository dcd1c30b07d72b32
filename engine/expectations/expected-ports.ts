import { type ExpectedPort, type ExpectedPorts, isUnknown } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import type { Member } from "./expected-ends";

/** Ports an expectation speaks of, on one destination. */
export interface PortsThere {
  readonly connections: ConnectionSet;
  /** Whether they are known: a name on pods whose ports are not known may be any. */
  readonly isCertain: boolean;
  readonly problem?: string;
}

/** The ports that are meant on a destination; `undefined` stands for addresses, where a name means nothing. */
export function portsOn(ports: ExpectedPorts, destination: Member | undefined): PortsThere {
  if (destination?.translated !== undefined) return translatedPorts(ports, destination.translated);
  if (ports === "all") return { connections: ConnectionSet.all, isCertain: true };
  const parts = ports.map((port): PortsThere =>
    "name" in port ? namedPort(port, destination) : { connections: numbered(port), isCertain: true },
  );
  return joined(parts);
}

function joined(parts: readonly PortsThere[]): PortsThere {
  const problem = parts.find((part) => part.problem !== undefined)?.problem;
  return {
    connections: parts.reduce((sum, { connections }) => sum.union(connections), ConnectionSet.none),
    isCertain: parts.every(({ isCertain }) => isCertain),
    ...(problem === undefined ? {} : { problem }),
  };
}

const numbered = ({ protocol, from, to }: Exclude<ExpectedPort, { readonly name: string }>): ConnectionSet =>
  ConnectionSet.of(protocol, PortSet.of(from, to));

function namedPort({ name, protocol }: Extract<ExpectedPort, { readonly name: string }>, destination: Member | undefined): PortsThere {
  const none = ConnectionSet.none;
  if (destination === undefined) {
    return { connections: none, isCertain: true, problem: `the port name \`${name}\` means nothing for addresses; give its number` };
  }
  const { ports, unknownPorts } = destination.workload;
  const found = ports.filter((port) => port.name === name && (protocol === undefined || port.protocol === protocol));
  const known = found.flatMap((port) => (isUnknown(port.port) ? [] : [ConnectionSet.of(port.protocol, PortSet.of(port.port))]));
  const isCertain = known.length === found.length && (found.length > 0 || unknownPorts === undefined);
  if (found.length > 0 || unknownPorts !== undefined) return { connections: known.reduce((a, b) => a.union(b), none), isCertain };
  return { connections: none, isCertain: true, problem: `no container declares a port \`${name}\`` };
}

/** What the Service's ports that are asked for lead to. */
function translatedPorts(ports: ExpectedPorts, translated: NonNullable<Member["translated"]>): PortsThere {
  const wanted = translated.filter(
    ({ asked, name }) =>
      ports === "all" || ports.some((port) => ("name" in port ? port.name === name : !numbered(port).intersect(asked).isEmpty)),
  );
  const connections = wanted.reduce((sum, { arrives }) => sum.union(arrives), ConnectionSet.none);
  if (wanted.length > 0) return { connections, isCertain: true };
  return { connections, isCertain: true, problem: "the Service has none of the ports" };
}
