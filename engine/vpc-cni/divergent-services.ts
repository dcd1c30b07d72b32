import type { AppliesTo } from "../matching/applied-policies";
import { isUnknown, type Service, type Workload } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { PortSet } from "../sets/port-set";
import type { CniFlow, CniTarget } from "./answers";
import type { Attribution } from "./attribution";
import type { DivergentPair } from "./divergence";
import { type Cell, crossed } from "./divergence-cells";
import { hasAddress } from "./service-peers";
import type { CniEvaluator } from "./vpc-cni";

/** A port of a Service, asked for by a sender. */
export type AskedService = readonly [sender: Workload, port: Pick<CniFlow, "protocol" | "port"> & { readonly to: ToService }];
type ToService = Extract<CniTarget, { readonly kind: "service" }>;

/**
 * The flows to Services that the plugin may answer otherwise. Only senders are asked that some policy keeps in, or may; each about the Services
 * that a rule of it can open in either way, and about those that lead back to it.
 */
export function serviceCells(cni: CniEvaluator): readonly Cell<AskedService>[] {
  const services = cni.cluster.services.filter(hasAddress);
  if (services.length === 0) return [];
  const finder = new OpenedServices(cni, services);
  const senders = new Map<readonly Service[], Workload[]>();
  const back: AskedService[] = [];
  for (const workload of cni.cluster.workloads) {
    const { opened, own } = finder.for(workload);
    for (const each of opened) {
      const alike = senders.get(each);
      if (alike === undefined) senders.set(each, [workload]);
      else alike.push(workload);
    }
    back.push(...own.flatMap((service) => finder.portsOf(service)).map((port) => [workload, port] as const));
  }
  const toOpened = [...senders].map(([list, from]) => {
    const ports = list.flatMap((service) => finder.portsOf(service));
    return crossed(from, ports.length, () => ports);
  });
  return [...toOpened, { size: back.length, pairs: () => (place: number) => back[place] as AskedService }].filter(({ size }) => size > 0);
}

/**
 * The flow, where the two answer it otherwise. `plain`, the evaluator without deviations, is asked first: it knows who is behind a Service, for
 * which the specification's looks through all workloads each time.
 */
export function differenceToService(
  cni: CniEvaluator,
  attribution: Attribution,
  [from, { to, port, protocol }]: AskedService,
  plain: CniEvaluator,
): DivergentPair | undefined {
  const flow: CniFlow = { from: { kind: "workload", workload: from }, to, port, protocol };
  const [vpcCni, expected] = [cni, plain].map((each) => each.services.answer(flow.from, to.service, port, protocol).outcome);
  if (vpcCni === undefined || vpcCni === expected) return undefined;
  const specification = attribution.specified(flow);
  if (vpcCni === specification || specification === "undecided") return undefined;
  const connection = ConnectionSet.of(protocol, PortSet.of(port));
  return {
    from: { kind: "workload", workload: from },
    to,
    opened: vpcCni === "allowed" ? connection : ConnectionSet.none,
    closed: vpcCni === "denied" ? connection : ConnectionSet.none,
    undecided: vpcCni === "undecided" ? connection : ConnectionSet.none,
    witness: { flow, specification, vpcCni },
  };
}

function portsOf({ namespace, name, ports }: Service): readonly AskedService[1][] {
  if (isUnknown(namespace) || isUnknown(name)) return [];
  const to: ToService = { kind: "service", service: { namespace, name } };
  return ports.flatMap(({ port, protocol }) => (isUnknown(port) ? [] : [{ to, port, protocol }]));
}

/** Finds the Services a sender's policies can open. */
class OpenedServices {
  private readonly behind = new Map<Workload, Service[]>();
  private readonly known = new Map<string, readonly Service[]>();
  private readonly ports = new Map<Service, readonly AskedService[1][]>();

  constructor(
    private readonly cni: CniEvaluator,
    private readonly services: readonly Service[],
  ) {
    for (const service of services) for (const workload of cni.services.workloadsBehind(service)) this.append(workload, service);
  }

  /** The ports of a Service that can be asked for. */
  portsOf(service: Service): readonly AskedService[1][] {
    const known = this.ports.get(service) ?? portsOf(service);
    this.ports.set(service, known);
    return known;
  }

  private append(workload: Workload, service: Service): void {
    const list = this.behind.get(workload);
    if (list === undefined) this.behind.set(workload, [service]);
    else list.push(service);
  }

  /** Lists of Services that policies which apply to the sender can open, the same lists for the same policies; and those it is behind itself. */
  for(workload: Workload): { readonly opened: readonly (readonly Service[])[]; readonly own: readonly Service[] } {
    const { universe, interpretations } = this.cni.ground.evaluation;
    const opened = new Set(
      universe.groups
        .ofWorkload(workload)
        .flatMap((group) => interpretations.flatMap((each) => this.openedIn(each.appliesTo(group, "egress")) ?? [])),
    );
    if (opened.size === 0) return { opened: [], own: [] };
    if (opened.has(this.services)) return { opened: [this.services], own: [] };
    // A Service that leads back to its sender is in no rule, and open by the specification all the same.
    const own = this.behind.get(workload) ?? [];
    return { opened: [...opened], own: own.filter((service) => ![...opened].some((list) => list.includes(service))) };
  }

  /** Undefined: nothing keeps the sender in. */
  private openedIn({ networkPolicies, clusterPolicies }: AppliesTo): readonly [readonly Service[]] | undefined {
    const { mode, enabled } = this.cni.settings;
    const isOpen = mode === "standard" && enabled === true;
    if (networkPolicies.length + clusterPolicies.length === 0) return isOpen ? undefined : [this.services];
    if (clusterPolicies.length > 0 || !isOpen) return [this.services];
    const policies = networkPolicies.map(({ policy }) => policy);
    const known = this.known.get(policies.join()) ?? this.opened(policies);
    this.known.set(policies.join(), known);
    return [known];
  }

  /** What some rule opens by the Service's selector, by its address, or through the pods behind it. */
  private opened(policies: readonly number[]): readonly Service[] {
    const { evaluation } = this.cni.ground;
    const [interpretation] = evaluation.interpretations;
    if (interpretation === undefined) return [];
    const { contributions } = this.cni.rows.rowsIn(interpretation);
    const peers = policies.flatMap((policy) => contributions.peersOf(policy, "egress"));
    if (peers.some(({ peer }) => peer === "any" || peer.kind !== "pods")) return this.services;
    const byLabels = peers.flatMap((each) => this.cni.services.matching(each, this.cni.ground));
    const byPods = peers.flatMap(({ where }) =>
      [...where.possible.members()].flatMap((index) => {
        const group = evaluation.universe.groups.all[index];
        return group === undefined ? [] : evaluation.universe.groups.workloadsIn(group).flatMap((each) => this.behind.get(each) ?? []);
      }),
    );
    return [...new Set([...byLabels, ...byPods])];
  }
}
