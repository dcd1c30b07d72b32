import { closestName } from "../lint/closest-name";
import { portsNamed } from "../matching/port-matching";
import type { ExpectedPort, ExpectedPorts, Workload } from "../model";
import type { ResolvedEnds } from "./expected-ends";
import { meansNothing, portText } from "./expected-ports";
import { isAsked, type NamedService, type OfferedPort } from "./service-ends";

/** How ports are judged that mean nothing. */
export interface PortRules {
  /** Names that no container declares, and Service ports without pods, are no problem. */
  readonly allowEmpty: boolean;
  /** Of flows that are not meant: a name may then stand for nothing on some of the ends. */
  readonly isException: boolean;
}

/** The ports that stand for nothing on any of the destinations: an expectation about them would hold of nothing. */
export function portProblems(ports: ExpectedPorts, to: ResolvedEnds, rules: PortRules): readonly string[] {
  if (ports === "all") return [];
  if (ports.length === 0) return ["it names no port; name one, or `all`"];
  return ports.flatMap((port) => [
    ...addressProblems(port, to, rules),
    ...(rules.allowEmpty ? [] : containerProblems(port, to)),
    ...to.services.flatMap((service) => serviceProblems(port, service, rules)),
  ]);
}

type Port = ExpectedPort;

function addressProblems(port: Port, { members, pods, addresses }: ResolvedEnds, { isException }: PortRules): readonly string[] {
  if (!("name" in port) || addresses.isEmpty) return [];
  const hasPods = members.length + pods.length > 0;
  return hasPods && isException ? [] : [meansNothing(portText(port))];
}

function containerProblems(port: Port, { members, pods }: ResolvedEnds): readonly string[] {
  if (!("name" in port)) return [];
  const workloads = [...members, ...pods].flatMap(({ isDirect, workload }) => (isDirect ? [workload] : []));
  if (workloads.length === 0 || workloads.some((workload) => !portsNamed(port, workload).possible.isEmpty)) return [];
  const meant = closestName(
    plain(port),
    workloads.flatMap((workload) => namesOn(workload, port)),
  );
  const way = meant === undefined ? "correct it, or set `allowEmpty`" : `did you mean \`${meant}\`?`;
  return [`no container declares a port ${portText(port)}; ${way}`];
}

const plain = ({ name, protocol }: Extract<Port, { readonly name: string }>): string =>
  protocol === undefined ? name : `${name}/${protocol}`;

/** The names of ports, with their protocols where one is asked for. */
const namesOn = ({ ports }: Workload, { protocol: asked }: Port): readonly string[] =>
  ports.flatMap(({ name, protocol }) => (name === undefined ? [] : [asked === undefined ? name : `${name}/${protocol}`]));

function serviceProblems(port: Port, { text, ports, reached }: NamedService, { allowEmpty }: PortRules): readonly string[] {
  const isThere = (list: readonly OfferedPort[]): boolean => list.some((offered) => isAsked([port], offered) !== "no");
  // A Service without pods is a problem of its own.
  if (isThere(reached) || reached.length === 0) return [];
  if (!isThere(ports)) return [`the Service \`${text}\` has no port ${portText(port)}; it has ${ports.map(offeredText).join(", ")}`];
  return allowEmpty ? [] : [`no pod is behind port ${portText(port)} of the Service \`${text}\`; correct it, or set \`allowEmpty\``];
}

function offeredText({ name, protocol, number }: OfferedPort): string {
  const { first } = number.certain;
  const known = first === undefined ? `${protocol} on a port that is not known` : `\`${String(first.port)}/${protocol}\``;
  return name === undefined ? known : `\`${name}\` (${known})`;
}
