import { isUnknown, type PortMatch, type Protocol, type Rule, type Service, type ServicePort, type Workload } from "../model";
import { allOf, anyOf, type Ternary } from "../selector";
import type { Deviation } from "./deviation";

/** One port of a Service, as one workload behind it answers it. */
export interface ServiceTarget {
  readonly service: Service;
  readonly port: ServicePort;
  /** Every workload behind the Service, or that may be. */
  readonly behind: readonly Workload[];
  /** The workload that is asked about, and the number of the port on its pods. Absent: it is not known who is behind. */
  readonly backend?: { readonly workload: Workload; readonly port: number };
}

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
  const fitting = target.service.ports.map((port) => ({ port, fits: fits(entry, all, port, target, active) }));
  const found = fitting.filter((each) => each.fits !== "no");
  const taken = active.has("L-14") ? firstOfEach(plainFirst(found, entry), entry, active) : found;
  return taken.map(({ port, fits }) => ({
    key: `${port.protocol}/${String(isUnknown(port.port) ? port.port.because : port.port)}-${endOf(entry, active)}`,
    admits: allOf([fits, opens(entry, port, target.port, active)]),
  }));
}

const admitsProtocol = (asked: Protocol | undefined, protocol: Protocol, answer: Ternary): Ternary =>
  asked === undefined || asked === protocol ? answer : "no";

/** A target that is what the rule says is taken before one that only stands for it. */
function plainFirst<T extends { readonly port: ServicePort }>(found: readonly T[], entry: PortMatch): readonly T[] {
  const written = entry.kind === "range" ? entry.from : entry.kind === "named" ? entry.name : undefined;
  const plain = found.filter(({ port }) => port.targetPort === written);
  return plain.length > 0 ? [...plain, ...found.filter((each) => !plain.includes(each))] : found;
}

/** Only the first port that fits is looked for; with whole ranges looked up, the first for each number. */
function firstOfEach<T extends { readonly port: ServicePort; readonly fits: Ternary }>(
  found: readonly T[],
  entry: PortMatch,
  active: ReadonlySet<Deviation>,
): readonly T[] {
  const wholeRange = entry.kind === "range" && !active.has("L-15");
  const seen = new Set<string>();
  return found.filter(({ port, fits }) => {
    const key = wholeRange ? JSON.stringify(port.targetPort) : "";
    const isFirst = !seen.has(key);
    if (fits === "yes") seen.add(key);
    return isFirst;
  });
}

/** Whether a port of the Service leads where an entry of a rule says. */
function fits(
  entry: Extract<PortMatch, { readonly kind: "range" | "named" }>,
  all: readonly PortMatch[],
  port: ServicePort,
  target: ServiceTarget,
  active: ReadonlySet<Deviation>,
): Ternary {
  if ((entry.protocol ?? port.protocol) !== port.protocol) return "no";
  if (isUnknown(port.targetPort)) return "maybe";
  if (entry.kind === "named") return fitsName(entry.name, port, target, active);
  const last = active.has("L-15") ? entry.from : entry.to;
  const numbers = numbersFor(port, target, active);
  if (numbers === "unknown") return "maybe";
  const isGuarded = typeof port.targetPort === "string" && active.has("L-16");
  if (isGuarded && numbers.some((number) => !isInAny(number, port.protocol, all))) return "no";
  return numbers.some((number) => entry.from <= number && number <= last) ? "yes" : "no";
}

/** The numbers a port of the Service leads to: of a name, those on every pod behind it, or as the specification has it on the one asked about. */
function numbersFor(port: ServicePort, target: ServiceTarget, active: ReadonlySet<Deviation>): Numbers {
  const { targetPort, protocol } = port;
  if (typeof targetPort === "number") return [targetPort];
  if (typeof targetPort !== "string") return "unknown";
  return active.has("L-16") ? numbersBehind(targetPort, protocol, target.behind, active) : reachedOn(port, target, active);
}

/** A name fits a target of that name, and a number that any pod behind the Service calls so; by the specification, the pod asked about. */
function fitsName(name: string, port: ServicePort, target: ServiceTarget, active: ReadonlySet<Deviation>): Ternary {
  const { targetPort, protocol } = port;
  if (targetPort === name && active.has("L-16")) return "yes";
  const asksAll = target.backend === undefined || active.has("L-16");
  const workloads = asksAll ? target.behind : [target.backend.workload];
  return anyOf(
    workloads.map((workload) => {
      const numbers = numbersOf(name, protocol, workload, active);
      const reached = asksAll ? numbersAt(port, workload, active) : reachedOn(port, target, active);
      if (numbers === "unknown" || reached === "unknown") return "maybe";
      return numbers.some((number) => reached.includes(number)) ? "yes" : "no";
    }),
  );
}

/** Where a port of the Service leads on the pods that are asked about. */
function reachedOn(port: ServicePort, { backend, port: asked }: ServiceTarget, active: ReadonlySet<Deviation>): Numbers {
  if (backend === undefined) return "unknown";
  return port === asked ? [backend.port] : numbersAt(port, backend.workload, active);
}

const numbersAt = ({ targetPort, protocol }: ServicePort, workload: Workload, active: ReadonlySet<Deviation>): Numbers =>
  isUnknown(targetPort) ? "unknown" : typeof targetPort === "number" ? [targetPort] : numbersOf(targetPort, protocol, workload, active);

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

const isInAny = (number: number, protocol: Protocol, entries: readonly PortMatch[]): boolean =>
  entries.some((each) => each.kind === "range" && each.protocol === protocol && each.from <= number && number <= each.to);

type Numbers = readonly number[] | "unknown";

function numbersBehind(name: string, protocol: Protocol, behind: readonly Workload[], active: ReadonlySet<Deviation>): Numbers {
  const each = behind.map((workload) => numbersOf(name, protocol, workload, active));
  return each.includes("unknown") ? "unknown" : each.flatMap((numbers) => numbers as readonly number[]);
}

function numbersOf(name: string, protocol: Protocol, { ports, unknownPorts }: Workload, active: ReadonlySet<Deviation>): Numbers {
  const declared = ports.filter(
    (port) => port.name === name && port.protocol === protocol && !(active.has("L-24") && port.sidecar === true),
  );
  const numbers = declared.map(({ port }) => port);
  if (unknownPorts !== undefined || numbers.some(isUnknown)) return "unknown";
  return numbers as readonly number[];
}
