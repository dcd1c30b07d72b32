import type { Match } from "../matching/pod-index";
import { portsNamed } from "../matching/port-matching";
import type { ExpectedPort, ExpectedPorts, Workload } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import type { Member } from "./expected-ends";
import { isAsked, type TranslatedPort } from "./service-ends";

/** Ports an expectation speaks of, on one destination: those that are known to be meant, and those that may be. */
export interface PortsThere extends Match<ConnectionSet> {
  /** Set where there is none of them. */
  readonly problem?: string;
  /** Set where it is not known which they are. */
  readonly doubt?: string;
}

/** The ports that are meant on a destination; `undefined` stands for addresses, where a name means nothing. */
export function portsOn(ports: ExpectedPorts, destination: Member | undefined): PortsThere {
  if (destination === undefined) return directPorts(ports, undefined);
  const { workload, isDirect, translated } = destination;
  const own = isDirect ? [directPorts(ports, workload)] : [];
  return joined([...own, ...(translated.length === 0 ? [] : [translatedPorts(ports, translated)])]);
}

const directPorts = (ports: ExpectedPorts, workload: Workload | undefined): PortsThere =>
  ports === "all"
    ? exactly(ConnectionSet.all)
    : joined(ports.map((port) => ("name" in port ? namedPort(port, workload) : exactly(numbered(port)))));

const exactly = (set: ConnectionSet): PortsThere => ({ certain: set, possible: set });

function joined(parts: readonly PortsThere[]): PortsThere {
  const problem = parts.find((part) => part.problem !== undefined)?.problem;
  const doubt = parts.find((part) => part.doubt !== undefined)?.doubt;
  return {
    certain: parts.reduce((sum, { certain }) => sum.union(certain), ConnectionSet.none),
    possible: parts.reduce((sum, { possible }) => sum.union(possible), ConnectionSet.none),
    ...(problem === undefined ? {} : { problem }),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** The connections that a range of port numbers stands for, wherever. */
export const numbered = ({ protocol, from, to }: Exclude<ExpectedPort, { readonly name: string }>): ConnectionSet =>
  ConnectionSet.of(protocol, PortSet.of(from, to));

/** A port as people write it. */
export function portText(port: ExpectedPort): string {
  if ("name" in port) return `\`${port.name}${port.protocol === undefined ? "" : `/${port.protocol}`}\``;
  return `\`${String(port.from)}${port.to === port.from ? "" : `-${String(port.to)}`}/${port.protocol}\``;
}

function namedPort(port: Extract<ExpectedPort, { readonly name: string }>, workload: Workload | undefined): PortsThere {
  const text = portText(port);
  if (workload === undefined) return { ...exactly(ConnectionSet.none), problem: meansNothing(text) };
  const found = portsNamed(port, workload);
  if (found.possible.isEmpty) return { ...found, problem: `no container declares a port ${text}` };
  return found.possible.equals(found.certain) ? found : { ...found, doubt: `which port ${text} stands for is not known` };
}

/** What is wrong with a port's name where no container can declare it. */
export const meansNothing = (text: string): string => `the port name ${text} means nothing for addresses; give its number`;

/** What the Service's ports that are asked for lead to. */
function translatedPorts(ports: ExpectedPorts, translated: readonly TranslatedPort[]): PortsThere {
  const wanted = translated
    .map((port) => ({ answer: isAsked(ports, port), arrives: port.arrives }))
    .filter(({ answer }) => answer !== "no");
  if (wanted.length === 0) return { ...exactly(ConnectionSet.none), problem: "the Service has none of the ports" };
  const parts = wanted.map(({ answer, arrives }): Match<ConnectionSet> =>
    answer === "yes" ? arrives : { ...arrives, certain: ConnectionSet.none },
  );
  const isKnown = parts.every(({ certain, possible }) => certain.equals(possible));
  return { ...joined(parts), ...(isKnown ? {} : { doubt: "where the ports of the Service lead to is not known" }) };
}
