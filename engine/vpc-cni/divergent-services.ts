import { type Endpoint, isUnknown, type Service, shown, type Workload } from "../model";
import type { ServiceRef } from "../services/service-backends";
import type { CniFlow } from "./answers";
import { hasAddress } from "./service-peers";
import type { CniEvaluator } from "./vpc-cni";

/** A flow to a Service on which the answers may differ. */
export interface ServiceDivergence {
  readonly from: Workload;
  readonly service: ServiceRef;
  readonly flow: CniFlow;
}

/**
 * The flows to Services that the plugin answers otherwise. Only senders are asked that some policy keeps in, or may; each about the Services
 * that a rule of it can open in either way.
 */
export function divergentServices(
  cni: CniEvaluator,
  limit: number,
): { readonly flows: readonly ServiceDivergence[]; readonly omitted: number } {
  const services = cni.cluster.services.filter(hasAddress);
  if (services.length === 0) return { flows: [], omitted: 0 };
  const specified = cni.withDeviations(new Set());
  const finder = new OpenedServices(cni, services);
  const asked = firstAsked(cni.cluster.workloads, (from) => finder.for(from), limit);
  const flows = asked.flows.filter(({ service, flow: { from, port, protocol } }) => {
    const [wanted, found] = [specified, cni].map((each) => each.services.answer(from, service, port, protocol).outcome);
    return wanted !== found;
  });
  return { flows, omitted: asked.omitted };
}

/** The flows that are looked at, and how many are not: there can be too many to write them down. */
function firstAsked(
  workloads: readonly Workload[],
  servicesOf: (workload: Workload) => readonly Service[],
  limit: number,
): { readonly flows: readonly ServiceDivergence[]; readonly omitted: number } {
  const flows: ServiceDivergence[] = [];
  let omitted = 0;
  for (const from of workloads) {
    const services = servicesOf(from);
    if (flows.length < limit) flows.push(...services.flatMap((service) => flowsTo(from, service)).slice(0, limit - flows.length));
    else omitted += services.length;
  }
  return { flows, omitted };
}

const refOf = ({ namespace, name }: Service): ServiceRef => ({ namespace: shown(namespace), name: shown(name) });

function flowsTo(workload: Workload, service: Service): readonly ServiceDivergence[] {
  if (isUnknown(service.namespace) || isUnknown(service.name)) return [];
  const ref = refOf(service);
  const from: Endpoint = { kind: "workload", workload };
  return service.ports.flatMap(({ port, protocol }) =>
    isUnknown(port) ? [] : [{ from: workload, service: ref, flow: { from, to: { kind: "service", service: ref }, protocol, port } }],
  );
}

/** Finds the Services a sender's policies can open. */
class OpenedServices {
  private readonly behind = new Map<Workload, Service[]>();
  private readonly known = new Map<string, readonly Service[]>();

  constructor(
    private readonly cni: CniEvaluator,
    private readonly services: readonly Service[],
  ) {
    for (const service of services) for (const workload of cni.services.workloadsBehind(service)) this.append(workload, service);
  }

  private append(workload: Workload, service: Service): void {
    const list = this.behind.get(workload);
    if (list === undefined) this.behind.set(workload, [service]);
    else list.push(service);
  }

  for(workload: Workload): readonly Service[] {
    const { universe, interpretations } = this.cni.ground.evaluation;
    const { mode, enabled } = this.cni.settings;
    const isOpen = mode === "standard" && enabled === true;
    // A Service that leads back to its sender is in no rule, and open by the specification all the same.
    const own = this.behind.get(workload) ?? [];
    const found = universe.groups.ofWorkload(workload).flatMap((group) =>
      interpretations.map((each): readonly Service[] => {
        const { networkPolicies, clusterPolicies } = each.appliesTo(group, "egress");
        if (networkPolicies.length + clusterPolicies.length === 0) return isOpen ? [] : this.services;
        if (clusterPolicies.length > 0 || !isOpen) return this.services;
        const key = networkPolicies.map(({ policy }) => policy).join();
        const known = this.known.get(key) ?? this.opened(networkPolicies.map(({ policy }) => policy));
        this.known.set(key, known);
        return known;
      }),
    );
    if (found.includes(this.services)) return this.services;
    return [...new Set([...found.flat(), ...own])];
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
