import { isUnknown, type Json, type Protocol, type Unknown } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import { argument, type Block, numberIn } from "./arguments";

/** What a rule certainly matches, and what it may match at most; equal when everything about it is known. */
export interface RulePorts {
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
  /** What keeps them apart. */
  readonly unknowns: readonly Unknown[];
}

/** What the arguments of a rule are called; they differ between resources. */
export interface PortArguments {
  readonly protocol: "protocol" | "ip_protocol";
  readonly from: "from_port";
  readonly to: "to_port";
}

/** Protocols by the names and numbers AWS takes (IANA numbers). Others carry nothing that a policy can speak of. */
const protocolsByName: Readonly<Record<string, Protocol>> = {
  tcp: "TCP",
  "6": "TCP",
  udp: "UDP",
  "17": "UDP",
  sctp: "SCTP",
  "132": "SCTP",
};

/** The connections of a rule. ICMP and other protocols are none of the model's. */
export function rulePorts(block: Block, { protocol: name, from, to }: PortArguments): RulePorts {
  const written = argument(block, name);
  if (isUnknown(written)) return { certain: ConnectionSet.none, possible: ConnectionSet.all, unknowns: [written] };
  const text = protocolText(written);
  if (text === "-1" || text === "all") return known(ConnectionSet.all);
  const protocol = protocolsByName[text];
  if (protocol === undefined) return known(ConnectionSet.none);
  // AWS looks at ports of TCP and UDP only: a rule for any other protocol is for all of it.
  if (protocol === "SCTP") return known(ConnectionSet.of(protocol, PortSet.all));
  const [first, last] = [numberIn(block, from), numberIn(block, to)];
  const unknowns = [first, last].filter(isUnknown);
  if (unknowns.length > 0) return { certain: ConnectionSet.none, possible: ConnectionSet.of(protocol, PortSet.all), unknowns };
  return known(ConnectionSet.of(protocol, portRange(first as number | undefined, last as number | undefined)));
}

const known = (connections: ConnectionSet): RulePorts => ({ certain: connections, possible: connections, unknowns: [] });

const protocolText = (value: Json | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "-1";

/** Ports from 0 on, as AWS writes them; none or -1: all. */
function portRange(first = 0, last = 65_535): PortSet {
  const [from, to] = first === -1 ? [0, 65_535] : [first, last];
  return to < 1 || from > to || to > 65_535 ? PortSet.none : PortSet.of(Math.max(1, from), to);
}
