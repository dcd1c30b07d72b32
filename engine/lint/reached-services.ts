import type { Evaluation } from "../evaluation";
import { isUnknown, type NetworkPolicy, type Peer, type Service, type ServicePort, shown, type Workload } from "../model";
import type { ServiceRef } from "../services/service-backends";
import type { IndexSet } from "../sets/index-set";
import type { CniFlow } from "../vpc-cni/answers";
import { hasAddress, ServicePeers } from "../vpc-cni/service-peers";
import type { WrittenRule } from "./policy-rules";
import { writtenRules } from "./policy-rules";
import { selectedPods } from "./selected-pods";
import { workloadEnd } from "./witness";
import { workloadsByLabel } from "./workloads-by-label";

/** A port of a Service in front of pods that an egress rule names, and somebody who would use it. */
export interface ReachedService {
  readonly rule: WrittenRule;
  readonly service: Service;
  readonly port: ServicePort;
  /** Where traffic arrives on a pod behind the Service; absent: its pods have no such port, or it is not known. */
  readonly target?: number;
  readonly flow: CniFlow;
}

/** The Services with an address of their own, and who is behind them; worked out once for all rules. */
export class ServiceMap {
  readonly addressed: readonly Service[];
  private readonly peers: ServicePeers;
  private readonly named = new Map<string, ReadonlySet<Service>>();
  private readonly strangers = new WeakMap<ReadonlySet<Service>, Map<IndexSet, readonly Service[]>>();
  private readonly inFront = new Map<Workload, Service[]>();
  private readonly backends = new Map<Service, readonly Workload[]>();
  private readonly ofEnds = new WeakMap<IndexSet, readonly Service[]>();

  constructor(private readonly evaluation: Evaluation) {
    const { cluster } = evaluation;
    this.addressed = cluster.services.filter((each) => hasAddress(each) && !isUnknown(each.namespace) && !isUnknown(each.name));
    this.peers = new ServicePeers(cluster);
    for (const service of this.addressed) {
      const behind = workloadsByLabel(evaluation).behind(service);
      this.backends.set(service, behind);
      for (const workload of behind) {
        const known = this.inFront.get(workload);
        if (known === undefined) this.inFront.set(workload, [service]);
        else known.push(service);
      }
    }
  }

  /** The workloads behind a Service that has an address of its own. */
  behind(service: Service): readonly Workload[] {
    return this.backends.get(service) ?? [];
  }

  /** The Services in front of a workload. */
  of(workload: Workload): readonly Service[] {
    return this.inFront.get(workload) ?? [];
  }

  /** The Services in front of pods of a set of ends. */
  ofPods(ends: IndexSet): readonly Service[] {
    const known = this.ofEnds.get(ends);
    if (known !== undefined) return known;
    const { groups } = this.evaluation.universe;
    const found = new Set<Service>();
    for (const index of ends.members()) {
      const group = groups.all[index];
      if (group === undefined) continue;
      for (const workload of groups.workloadsIn(group)) for (const service of this.of(workload)) found.add(service);
    }
    const list = [...found];
    this.ofEnds.set(ends, list);
    return list;
  }

  /** Of the Services the VPC CNI takes for a peer, those without a pod among the ends the peer names. */
  strangersTo(peer: Peer, policy: NetworkPolicy, ends: IndexSet): readonly Service[] {
    const named = this.namedBy(peer, policy);
    const byEnds = this.strangers.get(named) ?? new Map<IndexSet, readonly Service[]>();
    this.strangers.set(named, byEnds);
    const { groups } = this.evaluation.universe;
    const isAmong = (workload: Workload): boolean => groups.ofWorkload(workload).some(({ index }) => ends.has(index));
    const found = byEnds.get(ends) ?? [...named].filter((service) => !this.behind(service).some(isAmong));
    byEnds.set(ends, found);
    return found;
  }

  /** The Services whose own selectors are, or may be, such that a peer's selectors match them: those the VPC CNI takes for the peer. */
  namedBy(peer: Peer, policy: NetworkPolicy): ReadonlySet<Service> {
    const isOwn = peer.kind === "pods" && peer.namespaces === "own";
    const key = JSON.stringify(isOwn ? [peer, policy.namespace] : peer);
    const known = this.named.get(key) ?? new Set(this.peers.matching(peer, policy));
    this.named.set(key, known);
    return known;
  }
}

const maps = new WeakMap<Evaluation, ServiceMap>();

export function serviceMap(evaluation: Evaluation): ServiceMap {
  const found = maps.get(evaluation) ?? new ServiceMap(evaluation);
  maps.set(evaluation, found);
  return found;
}

export const refOfService = ({ namespace, name }: Service): ServiceRef => ({ namespace: shown(namespace), name: shown(name) });

/** The number a port of a Service stands for on a workload behind it. */
export function targetOn({ targetPort, protocol }: ServicePort, workload: Workload): number | undefined {
  if (isUnknown(targetPort) || typeof targetPort === "number") return isUnknown(targetPort) ? undefined : targetPort;
  const found = workload.ports.find(({ name, protocol: own }) => name === targetPort && own === protocol)?.port;
  return found === undefined || isUnknown(found) ? undefined : found;
}

/** Whether an earlier port of a Service leads to the same target: the VPC CNI opens that one alone. */
export const hasEarlierTwin = (service: Service, port: ServicePort): boolean =>
  !isUnknown(port.targetPort) &&
  service.ports
    .slice(0, service.ports.indexOf(port))
    .some((earlier) => earlier.protocol === port.protocol && earlier.targetPort === port.targetPort);

/** Which peers of which rules, and which Services, are of interest: the fewer, the quicker. */
export interface ServiceInterest {
  readonly accepts: (peer: Peer | "any", rule: WrittenRule) => boolean;
  /** @default every Service */
  readonly concerns?: (service: Service) => boolean;
  /** Which Services are of interest for a rule; asked once for each rule. @default every one */
  readonly within?: (rule: WrittenRule) => (service: Service) => boolean;
}

/** Ports of Services in front of the pods that the peers of egress rules name. */
export function* reachedServices(evaluation: Evaluation, { accepts, concerns, within }: ServiceInterest): Generator<ReachedService> {
  const map = serviceMap(evaluation);
  const concerned = new Set(concerns === undefined ? map.addressed : map.addressed.filter(concerns));
  if (concerned.size === 0) return;
  for (const rule of writtenRules(evaluation)) {
    if (rule.direction !== "egress") continue;
    const isWithin = within?.(rule);
    const services = servicesOf(evaluation, rule, accepts).filter((each) => concerned.has(each) && isWithin?.(each) !== false);
    const senders = services.length === 0 ? [] : sendersOf(evaluation, rule.place);
    if (senders.length === 0) continue;
    for (const service of services) yield* portsOf(evaluation, rule, service, senders);
  }
}

function servicesOf(evaluation: Evaluation, rule: WrittenRule, accepts: ServiceInterest["accepts"]): readonly Service[] {
  const map = serviceMap(evaluation);
  const { peers } = rule.rule;
  if (peers === "any") return accepts("any", rule) ? map.addressed.filter((each) => map.behind(each).length > 0) : [];
  const [match] = rule.matches;
  const lists = peers.flatMap((peer, index) => {
    const ends = match?.peers?.[index]?.certain;
    return ends === undefined || !accepts(peer, rule) ? [] : [map.ofPods(ends)];
  });
  return lists.length < 2 ? (lists[0] ?? []) : [...new Set(lists.flat())];
}

const sendersLooked = 20;

/** A few workloads that a policy selects. */
export function sendersOf(evaluation: Evaluation, place: number): readonly Workload[] {
  const found: Workload[] = [];
  for (const group of selectedPods(evaluation).ofPolicy(place)) {
    found.push(...evaluation.universe.groups.workloadsIn(group).filter(({ hostNetwork }) => hostNetwork === false));
    if (found.length >= sendersLooked) break;
  }
  return found.slice(0, sendersLooked);
}

function* portsOf(evaluation: Evaluation, rule: WrittenRule, service: Service, senders: readonly Workload[]): Generator<ReachedService> {
  const behind = serviceMap(evaluation).behind(service);
  const [backend] = behind;
  if (backend === undefined) return;
  // A Service that leads back to its sender is another matter.
  const froms = unlike(
    evaluation,
    senders.filter((each) => !behind.includes(each)),
  );
  for (const port of service.ports) {
    if (isUnknown(port.port)) continue;
    const target = targetOn(port, backend);
    const to = { kind: "service", service: refOfService(service) } as const;
    for (const from of froms) {
      const flow: CniFlow = { from: workloadEnd(from), to, protocol: port.protocol, port: port.port };
      yield { rule, service, port, flow, ...(target === undefined ? {} : { target }) };
    }
  }
}

/** How many senders are tried that differ in what else applies to them. */
const mostUnlike = 3;

/** Of workloads, one for each list of policies that apply to what they send: what one policy closes, another may open for some of its pods. */
export function unlike(evaluation: Evaluation, senders: readonly Workload[]): readonly Workload[] {
  const { universe, interpretations } = evaluation;
  const found = new Map<string, Workload>();
  for (const workload of senders) {
    const groups = universe.groups.ofWorkload(workload);
    const key = groups.map((group) => interpretations.map((each) => each.signatureOf(group, "egress")).join()).join();
    if (!found.has(key)) found.set(key, workload);
    if (found.size >= mostUnlike) break;
  }
  return [...found.values()];
}
