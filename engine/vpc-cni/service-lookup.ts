import { isUnknown, type PortMatch, type Protocol, type Service, type ServicePort, type Workload } from "../model";
import { allOf, anyOf, type Ternary } from "../selector";
import { isBehind } from "../services/service-backends";
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

/** A port of a Service, and whether it is one that a port of a rule is looked up as. */
export interface FoundPort {
  readonly port: ServicePort;
  readonly fits: Ternary;
}

/** A rule's port by number or name. */
export type PortEntry = Extract<PortMatch, { readonly kind: "range" | "named" }>;

/**
 * Finds the ports of a Service that a port of a rule stands for. The plugin takes the first whose target is written like it, else the first that
 * a pod behind the Service has under its other word; which pod it asks first is chance. By the specification it is every port that leads there.
 */
export class ServiceLookup {
  constructor(
    private readonly target: ServiceTarget,
    private readonly active: ReadonlySet<Deviation>,
  ) {}

  /** The ports of the Service that an entry of a rule is looked up as, or may be. */
  find(entry: PortEntry): readonly FoundPort[] {
    const ports = this.target.service.ports.filter(({ protocol }) => (entry.protocol ?? protocol) === protocol);
    const written = ports.map((port) => ({ port, fits: this.isWritten(entry, port) }));
    const byPod = this.asked().map((workload) => ports.map((port) => ({ port, fits: this.leadsThere(entry, port, workload) })));
    if (!this.active.has("L-14")) {
      const all = ports.map((port, at) => ({ port, fits: anyOf([written, ...byPod].map((list) => fitsAt(list, at))) }));
      return all.filter(({ fits }) => fits !== "no");
    }
    const keyOf = this.isLookedUpWhole(entry) ? (port: ServicePort) => JSON.stringify(port.targetPort) : () => "";
    const found = firsts(written, keyOf);
    if (found.some(({ fits }) => fits === "yes")) return found;
    return whicheverIsAsked([found, ...byPod.map((list) => firsts(list, keyOf))], keyOf);
  }

  /** Whether a port is opened for a rule of numbers: a name that stands for one the rule does not allow, on any pod behind, closes it. */
  admits(port: ServicePort, allowed: readonly PortMatch[]): Ternary {
    const { targetPort, protocol } = port;
    if (typeof targetPort !== "string" || !this.active.has("L-16")) return "yes";
    return allOf(
      this.target.behind.map((workload): Ternary => {
        const declared = this.declared(workload, protocol);
        if (declared === "unknown") return "maybe";
        const number = declared.find(({ name }) => name === targetPort)?.port;
        if (number === undefined || allowed.some((each) => each.kind === "range" && each.protocol === protocol && isWithin(number, each)))
          return "yes";
        return this.orMaybe("no", workload);
      }),
    );
  }

  /** Whether every number of a range is looked up, not its start alone. */
  private isLookedUpWhole(entry: PortEntry): boolean {
    return entry.kind === "range" && !this.active.has("L-15");
  }

  private isIn(number: number, entry: Extract<PortEntry, { readonly kind: "range" }>): boolean {
    return this.isLookedUpWhole(entry) ? isWithin(number, entry) : number === entry.from;
  }

  /** Names are asked of every pod behind a Service; by the specification, of the one that traffic arrives at. */
  private asked(): readonly Workload[] {
    const { backend, behind } = this.target;
    return backend === undefined || this.active.has("L-16") ? behind : [backend.workload];
  }

  /** What is said of a workload that only may be behind the Service is in doubt. */
  private orMaybe(answer: Ternary, workload: Workload): Ternary {
    return isBehind(this.target.service, workload) === "yes" ? answer : "maybe";
  }

  /** Whether a target is the very number or name of an entry. To the specification a name is only what it stands for. */
  private isWritten(entry: PortEntry, { targetPort }: ServicePort): Ternary {
    if (isUnknown(targetPort)) return "maybe";
    if (entry.kind === "named") return targetPort === entry.name && this.active.has("L-16") ? "yes" : "no";
    return typeof targetPort === "number" && this.isIn(targetPort, entry) ? "yes" : "no";
  }

  /** Whether an entry and a target are two words for one port of a pod. */
  private leadsThere(entry: PortEntry, port: ServicePort, workload: Workload): Ternary {
    if (isUnknown(port.targetPort)) return "maybe";
    if (isOneKindOfWord(entry, port.targetPort) && (entry.kind === "range" || this.active.has("L-16"))) return "no";
    const declared = this.declared(workload, port.protocol);
    if (declared === "unknown") return "maybe";
    const leads = this.active.has("L-16") ? this.isOtherWord(entry, port.targetPort, declared) : this.arrives(entry, port, declared);
    return leads ? this.orMaybe("yes", workload) : "no";
  }

  /** The plugin takes a name for the first number a pod declares it with, and a number for the name it is first declared with. */
  private isOtherWord(entry: PortEntry, targetPort: number | string, declared: readonly DeclaredPort[]): boolean {
    if (entry.kind === "named") return declared.find(({ name }) => name === entry.name)?.port === targetPort;
    const firstOfNumber = declared.filter(({ port }, at) => declared.findIndex((each) => each.port === port) === at);
    return firstOfNumber.some(({ name, port }) => name !== undefined && name === targetPort && this.isIn(port, entry));
  }

  /** By the specification, what counts is the number that traffic to a port of the Service arrives at. */
  private arrives(entry: PortEntry, port: ServicePort, declared: readonly DeclaredPort[]): boolean {
    const { targetPort } = port;
    const numbers =
      port === this.target.port && this.target.backend !== undefined
        ? [this.target.backend.port]
        : typeof targetPort === "number"
          ? [targetPort]
          : declared.filter(({ name }) => name === targetPort).map((each) => each.port);
    const isMeant = (number: number): boolean =>
      entry.kind === "named" ? declared.some(({ name, port: own }) => name === entry.name && own === number) : this.isIn(number, entry);
    return numbers.some(isMeant);
  }

  private declared({ ports, unknownPorts }: Workload, protocol: Protocol): readonly DeclaredPort[] | "unknown" {
    const own = ports.filter((port) => port.protocol === protocol && !(this.active.has("L-24") && port.sidecar === true));
    return unknownPorts !== undefined || own.some(({ port }) => isUnknown(port)) ? "unknown" : (own as readonly DeclaredPort[]);
  }
}

/** A port of a container whose number is known. */
interface DeclaredPort {
  readonly name?: string;
  readonly port: number;
}

/** Whether an entry and a target are both numbers or both names, so that they are compared as they are written. */
const isOneKindOfWord = ({ kind }: PortEntry, target: number | string): boolean => (kind === "named") === (typeof target === "string");

const isWithin = (number: number, { from, to }: { readonly from: number; readonly to: number }): boolean => from <= number && number <= to;

const fitsAt = (list: readonly FoundPort[], at: number): Ternary => list[at]?.fits ?? "no";

/** The first of each key that fits. What may be first leaves the next in doubt. */
function firsts(list: readonly FoundPort[], keyOf: (port: ServicePort) => string): readonly FoundPort[] {
  const seen = new Map<string, Ternary>();
  return list.flatMap(({ port, fits }) => {
    const before = seen.get(keyOf(port)) ?? "no";
    if (fits === "no" || before === "yes") return [];
    seen.set(keyOf(port), fits);
    return [{ port, fits: before === "maybe" ? "maybe" : fits }];
  });
}

/** What several lists agree on, of which any that is not empty may be the one that counts. */
function whicheverIsAsked(lists: readonly (readonly FoundPort[])[], keyOf: (port: ServicePort) => string): readonly FoundPort[] {
  const all = lists.flat();
  return [...new Set(all.map(({ port }) => port))].map((port) => {
    const isAlone = all.every((each) => each.port === port || keyOf(each.port) !== keyOf(port));
    return { port, fits: isAlone && all.some((each) => each.port === port && each.fits === "yes") ? "yes" : "maybe" };
  });
}
