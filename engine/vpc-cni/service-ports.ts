import { isUnknown, type PortMatch, type Protocol, type Rule, type ServicePort } from "../model";
import { allOf, type Ternary } from "../selector";
import type { Deviation } from "./deviation";
import { ServiceLookup, type ServiceTarget } from "./service-lookup";

/** An entry the agent is given for the address of a Service. */
export interface ServiceEntry {
  readonly key: string;
  /** Whether it lets the port through. */
  readonly admits: Ternary;
}

/** The entries that the ports of a rule become at the address of a Service whose pods the rule names. */
export function serviceEntries(rule: Rule, target: ServiceTarget, active: ReadonlySet<Deviation>): readonly ServiceEntry[] {
  if (rule.ports === "any") return [{ key: "any", admits: "yes" }];
  const { ports } = rule;
  return ports.flatMap((entry) => entriesOf(entry, ports, target, active));
}

function entriesOf(
  entry: PortMatch,
  all: readonly PortMatch[],
  target: ServiceTarget,
  active: ReadonlySet<Deviation>,
): readonly ServiceEntry[] {
  const { protocol } = target.port;
  if (entry.kind === "unknown")
    return [{ key: `unknown ${entry.unknown.because}`, admits: admitsProtocol(entry.protocol, protocol, "maybe") }];
  if (entry.kind === "range" && entry.from === 1 && entry.to === 65535) {
    return [{ key: `${entry.protocol}/all`, admits: admitsProtocol(entry.protocol, protocol, "yes") }];
  }
  const lookup = new ServiceLookup(target, active);
  const found = lookup.find(entry).map(({ port, fits }) => ({
    port,
    fits: allOf([fits, entry.kind === "range" ? lookup.admits(port, all) : "yes"]),
  }));
  // What is not looked up as any port is no entry; one of another port is, and takes its place in the list.
  const written = found.filter(({ fits }) => fits !== "no");
  return written.map(({ port, fits }) => ({
    key: `${port.protocol}/${String(isUnknown(port.port) ? port.port.because : port.port)}-${endOf(entry, active)}`,
    admits: allOf([fits, opens(entry, port, target.port, active)]),
  }));
}

const admitsProtocol = (asked: Protocol | undefined, protocol: Protocol, answer: Ternary): Ternary =>
  asked === undefined || asked === protocol ? answer : "no";

/** Which of the Service's ports an entry that fits one of them opens: that one, and with a range as many as the range ends after it. */
function opens(entry: PortMatch, fitting: ServicePort, asked: ServicePort, active: ReadonlySet<Deviation>): Ternary {
  if (fitting.protocol !== asked.protocol) return "no";
  if (fitting === asked) return "yes";
  if (isUnknown(fitting.port) || isUnknown(asked.port)) return "maybe";
  const isWidened = entry.kind === "range" && entry.to > entry.from && active.has("L-15");
  return isWidened && fitting.port <= asked.port && asked.port <= entry.to ? "yes" : "no";
}

const endOf = (entry: PortMatch, active: ReadonlySet<Deviation>): string =>
  entry.kind === "range" && entry.to > entry.from && active.has("L-15") ? String(entry.to) : "";
