/**
 * How the Amazon VPC CNI enforces NetworkPolicy, as slow, obvious code: what the controller makes of the policies of one pod, what the agent
 * makes of that, and what its map says of one packet. It imports types of the model only, and needs to know every pod's address.
 *
 * Source: amazon-network-policy-controller-k8s (pkg/resolvers) and aws-network-policy-agent (pkg/fwruleprocessor), as described in
 * docs/vpc-cni.md. Where the agent keeps some of too many entries at random, each choice is played through by number.
 */
import type {
  Cluster,
  ContainerPort,
  Direction,
  NetworkPolicy,
  Peer,
  Pod,
  PortMatch,
  Protocol,
  Rule,
  Service,
  ServicePort,
  Workload,
} from "../../engine/model";
import { cidrContains, parseCidr } from "./addresses";
import { known, namespaceLabels, selects } from "./matching";

/** A pod that runs, with its one address. */
export interface RunningPod {
  readonly workload: Workload;
  readonly pod: Pod;
  readonly address: string;
}

/** One port entry as the controller writes it; without a port, all of the protocol. */
interface PortEntry {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** One address rule as the controller writes it. Without ports it is everything. */
interface AddressRule {
  readonly cidr: string;
  readonly except: readonly string[];
  readonly ports: readonly PortEntry[] | "any";
}

/** A packet on its way: to a pod's address, another address, or that of a Service. */
export interface Packet {
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
}

export const runningPods = (cluster: Cluster): readonly RunningPod[] =>
  cluster.workloads.flatMap((workload) =>
    (workload.pods ?? []).flatMap((pod) => pod.ips.slice(0, 1).map((address) => ({ workload, pod, address }))),
  );

/** Whether the agent on a pod's node lets a packet from (ingress) or to (egress) an address through. No more entries than fit may be written. */
export function agentAllows(cluster: Cluster, subject: RunningPod, direction: Direction, packet: Packet): boolean {
  if (known(subject.workload.hostNetwork)) return true;
  const policies = cluster.policies.filter((policy) => policy[direction] !== undefined && isSelected(policy, subject));
  if (policies.length === 0) return true;
  if (ownNode(cluster, subject).some((address) => sameCidr(`${address}/32`, `${packet.address}/32`))) return true;
  const rules = policies.flatMap((policy) => (policy[direction] ?? []).flatMap((rule) => addressRules(cluster, policy, rule, direction)));
  return mapAllows(rules, packet);
}

/** Whether the agents at both ends let a flow between two pods through. */
export const podFlowAllowed = (cluster: Cluster, from: RunningPod, to: RunningPod, protocol: Protocol, port: number): boolean =>
  from === to ||
  (agentAllows(cluster, from, "egress", { address: to.address, protocol, port }) &&
    agentAllows(cluster, to, "ingress", { address: from.address, protocol, port }));

const isSelected = ({ namespace, subject }: NetworkPolicy, { workload }: RunningPod): boolean =>
  known(namespace) === known(workload.namespace) && selects(subject, workload.labels);

const ownNode = ({ nodes }: Cluster, { pod }: RunningPod): readonly string[] =>
  nodes.filter(({ name }) => name === pod.node).flatMap(({ addresses }) => addresses);

/* The controller: one rule to addresses. */

function addressRules(cluster: Cluster, policy: NetworkPolicy, rule: Rule, direction: Direction): readonly AddressRule[] {
  return direction === "ingress" ? ingressRules(cluster, policy, rule) : egressRules(cluster, policy, rule);
}

/** Named ports are resolved on every pod the policy selects, all together. */
function ingressRules(cluster: Cluster, policy: NetworkPolicy, rule: Rule): readonly AddressRule[] {
  const selected = runningPods(cluster).filter((each) => !known(each.workload.hostNetwork) && isSelected(policy, each));
  const ports =
    rule.ports === "any" ? ("any" as const) : rule.ports.flatMap((port) => selected.flatMap((each) => resolved(port, each.workload)));
  if (ports !== "any" && ports.length === 0) return [];
  if (rule.peers === "any") return everywhere(ports);
  return rule.peers.flatMap((peer) =>
    peer.kind === "ipBlock"
      ? [{ cidr: known(peer.cidr), except: peer.except.map(known), ports }]
      : podsOf(cluster, policy, peer).map(({ address }) => ({ cidr: `${address}/32`, except: [], ports })),
  );
}

/** Named ports are resolved on each destination pod, and nowhere else. */
function egressRules(cluster: Cluster, policy: NetworkPolicy, rule: Rule): readonly AddressRule[] {
  const numeric = rule.ports === "any" ? ("any" as const) : rule.ports.flatMap(asNumeric);
  const isEmpty = numeric !== "any" && numeric.length === 0;
  if (rule.peers === "any") return isEmpty ? [] : everywhere(numeric);
  return rule.peers.flatMap((peer): readonly AddressRule[] => {
    if (peer.kind === "ipBlock") return isEmpty ? [] : [{ cidr: known(peer.cidr), except: peer.except.map(known), ports: numeric }];
    return [...toPods(cluster, policy, rule, peer), ...toServices(cluster, policy, rule, peer)];
  });
}

function toPods(cluster: Cluster, policy: NetworkPolicy, { ports }: Rule, peer: Peer): readonly AddressRule[] {
  return podsOf(cluster, policy, peer).flatMap(({ workload, address }): readonly AddressRule[] => {
    const own = ports === "any" ? ("any" as const) : ports.flatMap((port) => resolved(port, workload));
    return own !== "any" && own.length === 0 ? [] : [{ cidr: `${address}/32`, except: [], ports: own }];
  });
}

/** A Service is a peer when what it asks of its pods is what the peer asks of them. */
function toServices(cluster: Cluster, policy: NetworkPolicy, { ports }: Rule, peer: Peer): readonly AddressRule[] {
  if (peer.kind !== "pods") return [];
  const matching = cluster.services.filter(
    (service) =>
      !service.headless &&
      service.type !== "ExternalName" &&
      inPeerNamespace(cluster, policy, peer, known(service.namespace)) &&
      selects(peer.pods, service.selector?.matchLabels ?? {}),
  );
  return matching.flatMap((service): readonly AddressRule[] => {
    const own = ports === "any" ? ("any" as const) : ports.flatMap((port) => servicePorts(cluster, service, port, ports));
    const [clusterIp] = service.clusterIps;
    return clusterIp === undefined || (own !== "any" && own.length === 0) ? [] : [{ cidr: `${clusterIp}/32`, except: [], ports: own }];
  });
}

/**
 * The Service port an entry of a rule is looked up as; the end of a range is kept. First the Service is asked for a target written like the entry,
 * then the pods behind it for the entry's other word, in the order of their workloads: which the controller has is chance.
 */
export function servicePorts(cluster: Cluster, service: Service, port: PortMatch, all: readonly PortMatch[]): readonly PortEntry[] {
  if (port.kind === "unknown") throw new Error("the reference needs known ports");
  if (port.kind === "range" && port.from === 1 && port.to === 65535) return [{ protocol: port.protocol, from: 1, to: 65535 }];
  const wanted = port.kind === "range" ? port.from : port.name;
  const ofProtocol = service.ports.filter(({ protocol }) => protocol === port.protocol);
  const behind = workloadsBehind(cluster, service);
  const [found] = [
    ...ofProtocol.filter(({ targetPort }) => targetPort === wanted),
    ...behind.flatMap((workload) => ofProtocol.filter(({ targetPort }) => targetPort === otherWord(workload, port))),
  ];
  if (found === undefined || (port.kind === "range" && bypasses(found, behind, all))) return [];
  const first = known(found.port);
  const last = port.kind === "range" && port.to > port.from ? Math.max(first, port.to) : first;
  return [{ protocol: found.protocol, from: first, to: last }];
}

const workloadsBehind = (cluster: Cluster, service: Service): readonly Workload[] =>
  cluster.workloads.filter(
    (workload) =>
      known(workload.namespace) === known(service.namespace) &&
      service.selector !== undefined &&
      selects(service.selector, workload.labels),
  );

/** Of a name, the number of the first port a pod declares so; of a number, the name of the first port with it. */
function otherWord({ ports }: Workload, port: Exclude<PortMatch, { readonly kind: "unknown" }>): number | string | undefined {
  const own = ports.filter(({ protocol, sidecar }) => protocol === port.protocol && sidecar !== true);
  const found = own.find((each) => (port.kind === "named" ? each.name === port.name : each.port === port.from));
  return port.kind === "named" ? found && known(found.port) : found?.name;
}

/** Whether a target is a name that is first declared, on any pod behind, for a number that the rule's numbers leave out. */
const bypasses = ({ targetPort, protocol }: ServicePort, behind: readonly Workload[], all: readonly PortMatch[]): boolean =>
  typeof targetPort === "string" &&
  behind
    .flatMap(({ ports }) => ports.filter((each) => isNamed(each, targetPort, protocol)).slice(0, 1))
    .map(({ port }) => known(port))
    .some((number) => !all.some((each) => each.kind === "range" && each.protocol === protocol && each.from <= number && number <= each.to));

const everywhere = (ports: AddressRule["ports"]): readonly AddressRule[] =>
  ["0.0.0.0/0", "::/0"].map((cidr) => ({ cidr, except: [], ports }));

const podsOf = (cluster: Cluster, policy: NetworkPolicy, peer: Peer): readonly RunningPod[] =>
  peer.kind !== "pods"
    ? []
    : runningPods(cluster).filter(
        ({ workload }) => inPeerNamespace(cluster, policy, peer, known(workload.namespace)) && selects(peer.pods, workload.labels),
      );

function inPeerNamespace(
  cluster: Cluster,
  policy: NetworkPolicy,
  peer: Extract<Peer, { readonly kind: "pods" }>,
  namespace: string,
): boolean {
  if (peer.namespaces === "own") return known(policy.namespace) === namespace;
  const inside = cluster.namespaces.find(({ name }) => name === namespace);
  return inside !== undefined && selects(peer.namespaces, namespaceLabels(cluster, { namespace } as Workload));
}

function asNumeric(port: PortMatch): readonly PortEntry[] {
  return port.kind === "range" ? [{ protocol: port.protocol, from: port.from, to: port.to }] : [];
}

const resolved = (port: PortMatch, { ports }: Workload): readonly PortEntry[] =>
  port.kind !== "named"
    ? asNumeric(port)
    : ports
        .filter((each) => isNamed(each, port.name, port.protocol ?? each.protocol))
        .slice(0, 1)
        .map((each) => ({ protocol: each.protocol, from: known(each.port), to: known(each.port) }));

/** Ports of init containers have no names. */
const isNamed = (port: ContainerPort, name: string, protocol: Protocol): boolean =>
  port.name === name && port.protocol === protocol && port.sidecar !== true;

/* The agent: rules to a map, and a packet held against it. */

interface MapKey {
  readonly cidr: string;
  readonly except: readonly string[];
  /** Undefined: denied. */
  readonly ports: readonly (PortEntry | "any")[] | undefined;
}

function mapAllows(rules: readonly AddressRule[], { address, protocol, port }: Packet): boolean {
  const holding = mapOf(rules).filter(({ cidr }) => cidrContains(cidr, address));
  const longest = Math.max(...holding.map(({ cidr }) => parseCidr(cidr).prefix));
  const found = holding.find(({ cidr }) => parseCidr(cidr).prefix === longest);
  return (found?.ports ?? []).some((entry) => entry === "any" || (entry.protocol === protocol && entry.from <= port && port <= entry.to));
}

/** Shortest prefixes first; a new key takes over what every key around it allows, unless it lies in an exception of that one. */
function mapOf(rules: readonly AddressRule[]): readonly MapKey[] {
  const keys: MapKey[] = [];
  const sorted = [...rules].sort((a, b) => parseCidr(a.cidr).prefix - parseCidr(b.cidr).prefix);
  for (const { cidr, except, ports } of sorted) {
    const own = ports === "any" ? (["any"] as const) : ports;
    const place = keys.findIndex((key) => sameCidr(key.cidr, cidr));
    const same = keys[place];
    if (same !== undefined) {
      keys[place] = { cidr, except: [...same.except, ...except], ports: [...(same.ports ?? []), ...own] };
      continue;
    }
    const around = keys.filter((key) => isWithin(cidr, key.cidr) && !key.except.some((hole) => isWithin(cidr, hole)));
    keys.push({ cidr, except, ports: [...own, ...around.flatMap((key) => key.ports ?? [])] });
  }
  const holes = rules.flatMap(({ except }) => except).filter((hole) => !keys.some(({ cidr }) => sameCidr(cidr, hole)));
  return [...keys, ...holes.map((cidr) => ({ cidr, except: [], ports: undefined }))];
}

const networkOf = (cidr: string): string => cidr.split("/")[0] ?? "";

/** Whether the address a block begins with, as it is after its host bits are masked, lies in another. */
const isWithin = (cidr: string, other: string): boolean =>
  cidrContains(other, maskedStart(cidr)) && parseCidr(other).family === parseCidr(cidr).family;

function sameCidr(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a.family === b.family && a.prefix === b.prefix && cidrContains(one, networkOf(other));
}

function maskedStart(cidr: string): string {
  const { family, prefix, value } = parseCidr(cidr);
  const hostBits = BigInt((family === 4 ? 32 : 128) - prefix);
  const masked = (value >> hostBits) << hostBits;
  const octets = Array.from({ length: 4 }, (_, n) => (masked >> BigInt(8 * (3 - n))) & 255n);
  return family === 4 ? octets.join(".") : networkOf(cidr);
}
