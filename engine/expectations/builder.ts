import {
  type ClusterExpectation,
  type Direction,
  type ExpectationBase,
  type ExpectedEnds,
  type ExpectedFlows,
  type LabelSelector,
  parsePorts,
  type PodsEnd,
  type WrittenPorts as Ports,
} from "../model";
import { IpSet } from "../sets/ip-set";

/** Ends as TypeScript writes them: one, or several that are all meant. */
export type Ends = ExpectedEnds | readonly ExpectedEnds[];

/** Every pod of a namespace: a name, a pattern such as `team-*`, or labels of namespaces. */
export const ns = (namespace: string | LabelSelector): PodsEnd => ({ namespace });

/** The pods with these labels, of one namespace or of several. */
export const pods = (where: PodsEnd | string, labels: Readonly<Record<string, string>> | LabelSelector = {}): PodsEnd => ({
  ...(typeof where === "string" ? ns(where) : where),
  pods: isSelector(labels) ? labels : { matchLabels: labels },
});

/** One workload: `workload("shop", "Deployment/web")`, or `workload("shop", "web")` of any kind. */
export const workload = (where: PodsEnd | string, name: string): PodsEnd => ({
  ...(typeof where === "string" ? ns(where) : where),
  workload: name,
});

/** Addresses of a block, less others. A block that is none is a ModelError. */
export function cidr(block: string, ...except: readonly string[]): ExpectedEnds {
  for (const each of [block, ...except]) IpSet.cidr(each);
  return { cidr: block, ...(except.length === 0 ? {} : { except }) };
}

/** The pods behind a Service, on the ports its own ports lead to: `service("shop/web")`. */
export const service = (name: string): ExpectedEnds => ({ service: name });

/** Every public address. */
export const internet = (): ExpectedEnds => ({ kind: "internet" });
/** Every address that is no pod's and no node's. */
export const external = (): ExpectedEnds => ({ kind: "external" });
/** Every pod with an address of its own. */
export const anyPod = (): ExpectedEnds => ({ kind: "cluster" });
/** Every pod and every address outside. */
export const anyone = (): ExpectedEnds => ({ kind: "any" });

/** What may be said of an expectation beside what it demands. An `id` is made of the list's name and a number when none is given. */
export type Details = Partial<Pick<ExpectationBase, "id" | "because" | "severity" | "until" | "allowEmpty" | "observed">>;

/** What else may be said of an expectation about who must not connect. */
export interface DenialDetails extends Details {
  /** Flows that are not meant. */
  readonly except?: readonly { readonly from: Ends; readonly to: Ends; readonly ports?: Ports }[];
  /** Whether pods that do not exist yet count. @default "future" */
  readonly as?: "today" | "future";
}

/** Writes expectations down, one after another. */
export class ExpectationList {
  private readonly written: ClusterExpectation[] = [];

  constructor(private readonly name: string) {}

  /** Each of `from` must be able to connect to each of `to`, on every port. */
  allow(from: Ends, to: Ends, ports: Ports = "all", details: Details = {}): this {
    return this.add(details, { kind: "allow", ...flows(from, to, ports) });
  }

  /** None of `from` may be able to connect to any of `to`, on any of the ports. */
  deny(from: Ends, to: Ends, ports: Ports = "all", { except = [], as, ...details }: DenialDetails = {}): this {
    const excepted = except.map((each) => flows(each.from, each.to, each.ports ?? "all"));
    return this.add(details, {
      kind: "deny",
      ...flows(from, to, ports),
      ...(excepted.length === 0 ? {} : { except: excepted }),
      ...(as === undefined ? {} : { as }),
    });
  }

  /** Nobody but `from` may reach the pods, and those on these ports alone. */
  onlyInto(to: Ends, from: Ends, ports: Ports = "all", details: Omit<DenialDetails, "except"> = {}): this {
    return this.only("into", to, from, ports, details);
  }

  /** The pods may reach nobody but `to`, and those on these ports alone. */
  onlyOutOf(from: Ends, to: Ends, ports: Ports = "all", details: Omit<DenialDetails, "except"> = {}): this {
    return this.only("outOf", from, to, ports, details);
  }

  /** Some policy must isolate each of the pods. @default both directions */
  isolated(which: PodsEnd | readonly PodsEnd[], directions: readonly Direction[] = ["ingress", "egress"], details: Details = {}): this {
    return this.add(details, { kind: "isolated", pods: [which].flat(), directions });
  }

  /** What flows to and from the pods must be the same before and after. */
  unchanged(which: PodsEnd | readonly PodsEnd[], details: Details = {}): this {
    return this.add(details, { kind: "unchanged", pods: [which].flat() });
  }

  /** What flows to and from the pods must be no more than under the policies of a file or folder. @default every pod */
  atMost(reference: string, which: PodsEnd | readonly PodsEnd[] = {}, details: Details = {}): this {
    return this.add(details, { kind: "atMost", reference, pods: [which].flat() });
  }

  /** All that was written so far. */
  get list(): readonly ClusterExpectation[] {
    return [...this.written];
  }

  private only(way: "into" | "outOf", which: Ends, others: Ends, ports: Ports, { as, ...details }: Omit<DenialDetails, "except">): this {
    const body = { kind: "only", way, pods: listed(which), others: listed(others), ports: parsePorts(ports) } as const;
    return this.add(details, { ...body, ...(as === undefined ? {} : { as }) });
  }

  private add(details: Details, body: Body): this {
    const id = details.id ?? `${this.name}-${String(this.written.length + 1)}`;
    this.written.push({ ...details, id, ...body });
    return this;
  }
}

type Body = ClusterExpectation extends infer E ? (E extends ClusterExpectation ? Omit<E, keyof ExpectationBase> : never) : never;

/** Expectations of one name: `expectations("shop", (e) => { e.allow(web, api, "8080/TCP"); })`. */
export function expectations(name: string, write: (list: ExpectationList) => void): readonly ClusterExpectation[] {
  const list = new ExpectationList(name);
  write(list);
  return list.list;
}

const isSelector = (labels: Readonly<Record<string, string>> | LabelSelector): labels is LabelSelector =>
  typeof labels.matchLabels === "object" || Array.isArray(labels.matchExpressions);

const listed = (ends: Ends): readonly ExpectedEnds[] => [ends].flat();

const flows = (from: Ends, to: Ends, ports: Ports): ExpectedFlows => ({ from: listed(from), to: listed(to), ports: parsePorts(ports) });
