/**
 * What a cluster with unknowns may turn out to be. Every unknown is replaced by a concrete value, drawn from the values that make a
 * difference in that cluster; a three-valued answer is sound when it holds in every completion.
 */
import type {
  Cluster,
  ClusterPeer,
  ClusterPolicy,
  ClusterRule,
  ContainerPort,
  Endpoint,
  Flow,
  Labels,
  LabelSelector,
  Namespace,
  NetworkPolicy,
  Peer,
  PortMatch,
  Protocol,
  Requirement,
  Rule,
  Unknown,
  Value,
  Workload,
} from "../../engine/model";
import { isInside, vocabularyOf } from "./completion-values";
import type { Vocabulary } from "./completion-values";

/** Picks one of several options: at random, or the next that was not tried yet. */
export type Choose = <T>(options: readonly T[]) => T;

const protocols: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/** A namespace that no input mentions, for objects whose namespace is not known. */
const elsewhere = "elsewhere";

/** Replaces every unknown of a cluster by a choice. Workloads keep their places. */
export function complete(cluster: Cluster, choose: Choose): Cluster {
  const completion = new Completion(vocabularyOf(cluster), choose);
  const namespaces = cluster.namespaces.map((namespace) => completion.namespace(namespace));
  const mayStray = [...cluster.workloads, ...cluster.policies].some(({ namespace }) => isUnknown(namespace));
  const stray = mayStray ? [completion.stray()] : [];
  return {
    ...cluster,
    namespaces: [...namespaces, ...stray],
    workloads: cluster.workloads.map((workload) => completion.workload(workload)),
    policies: cluster.policies.map((policy) => completion.policy(policy)),
    clusterPolicies: cluster.clusterPolicies.map((policy) => completion.clusterPolicy(policy)),
  };
}

/** The same flow in a completion of its cluster. */
export function flowIn(completed: Cluster, cluster: Cluster, flow: Flow): Flow {
  const move = (end: Endpoint): Endpoint => {
    if (end.kind === "address") return end;
    const workload = completed.workloads[cluster.workloads.indexOf(end.workload)];
    if (workload === undefined) throw new Error("the flow starts or ends at a workload of another cluster");
    return { ...end, workload };
  };
  return { ...flow, from: move(flow.from), to: move(flow.to) };
}

/** Completions in a fixed order, each once, up to `limit` of them. The last choices vary first. */
export function* completionsOf(cluster: Cluster, limit: number): Generator<Cluster> {
  let path: number[] | undefined = [];
  for (let made = 0; path !== undefined && made < limit; made++) {
    const { value, taken } = replay(cluster, path);
    yield value;
    path = following(taken);
  }
}

/** Runs one sequence of choices; beyond its end the first option is taken. */
function replay(cluster: Cluster, path: readonly number[]): { value: Cluster; taken: readonly { index: number; count: number }[] } {
  const taken: { index: number; count: number }[] = [];
  const choose: Choose = (options) => {
    const index = path[taken.length] ?? 0;
    taken.push({ index, count: options.length });
    return optionAt(options, index);
  };
  return { value: complete(cluster, choose), taken };
}

function following(taken: readonly { index: number; count: number }[]): number[] | undefined {
  const last = taken.findLastIndex(({ index, count }) => index + 1 < count);
  return last < 0 ? undefined : taken.slice(0, last + 1).map(({ index }, place) => (place === last ? index + 1 : index));
}

/** A chooser from a source of numbers in [0, 1). */
export const randomly =
  (random: () => number): Choose =>
  (options) =>
    optionAt(options, Math.floor(random() * options.length));

function optionAt<T>(options: readonly T[], index: number): T {
  if (index >= options.length) throw new Error("an unknown has no value it could take");
  return options[index] as T;
}

const isUnknown = (value: unknown): value is Unknown => typeof value === "object" && value !== null && "because" in value;

/** One completion in the making. */
class Completion {
  constructor(
    private readonly words: Vocabulary,
    private readonly choose: Choose,
  ) {}

  private value<T extends string | number | boolean>(value: Value<T>, options: readonly T[]): T {
    return isUnknown(value) ? this.choose(options) : value;
  }

  /** With unknown labels, any that are not listed may be there. */
  private moreLabels(labels: Labels): Labels {
    const open = [...this.words.labels].filter(([key]) => !Object.hasOwn(labels, key));
    const chosen = open.map(([key, values]) => [key, this.choose([undefined, ...values])] as const);
    return { ...labels, ...Object.fromEntries(chosen.filter((entry): entry is [string, string] => entry[1] !== undefined)) };
  }

  private labels(labels: Labels, unknownLabels: Unknown | undefined): Labels {
    const listed = Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [key, this.value<string>(value, this.words.valuesOf(key))]),
    );
    return unknownLabels === undefined ? listed : this.moreLabels(listed);
  }

  namespace({ unknownLabels, ...namespace }: Namespace): Namespace {
    return { ...namespace, labels: this.labels(namespace.labels, unknownLabels) };
  }

  /** The namespace that no input mentions: only its name is sure. */
  stray(): Namespace {
    return { name: elsewhere, labels: { ...this.moreLabels({}), "kubernetes.io/metadata.name": elsewhere } };
  }

  private inNamespace(namespace: Value<string>): string {
    return this.value(namespace, [...this.words.namespaces, elsewhere]);
  }

  workload({ unknownLabels, unknownPorts, ...workload }: Workload): Workload {
    return {
      ...workload,
      namespace: this.inNamespace(workload.namespace),
      labels: this.labels(workload.labels, unknownLabels),
      ports: [...workload.ports, ...(unknownPorts === undefined ? [] : this.morePorts())].map((port) => this.containerPort(port)),
      hostNetwork: this.value(workload.hostNetwork, [false, true]),
      ...(workload.replicas === undefined ? {} : { replicas: this.value(workload.replicas, [1, 2]) }),
    };
  }

  private containerPort(port: ContainerPort): ContainerPort {
    return { ...port, port: this.value(port.port, this.words.ports) };
  }

  private morePorts(): readonly ContainerPort[] {
    const name = this.choose([undefined, ...this.words.portNames]);
    return name === undefined ? [] : [{ name, port: this.choose(this.words.ports), protocol: this.choose(protocols) }];
  }

  private selector({ unknown: more, ...selector }: LabelSelector): LabelSelector {
    const { matchLabels, matchExpressions } = selector;
    const listed = (matchExpressions ?? []).map((requirement) => this.requirement(requirement));
    return {
      ...(matchLabels === undefined ? {} : { matchLabels: this.labels(matchLabels, undefined) }),
      matchExpressions: more === undefined ? listed : [...listed, ...this.choose(this.demands())],
    };
  }

  private requirement(requirement: Requirement): Requirement {
    if (!("values" in requirement)) return requirement;
    return { ...requirement, values: requirement.values.map((value) => this.value(value, this.words.valuesOf(requirement.key))) };
  }

  /** What a selector may demand beyond what is listed: nothing, one label, or what no object has. */
  private demands(): readonly (readonly Requirement[])[] {
    const byKey = [...this.words.labels].flatMap(([key, values]): readonly (readonly Requirement[])[] => [
      [{ key, operator: "Exists" }],
      [{ key, operator: "DoesNotExist" }],
      ...values.map((value): readonly Requirement[] => [{ key, operator: "In", values: [value] }]),
    ]);
    return [[], [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["no-such-name"] }], ...byKey];
  }

  policy({ unknownDirections, ingress, egress, ...policy }: NetworkPolicy): NetworkPolicy {
    const kept = unknownDirections === undefined ? "both" : this.choose(["both", "ingress", "egress"] as const);
    return {
      ...policy,
      namespace: this.inNamespace(policy.namespace),
      subject: this.selector(policy.subject),
      ...(ingress === undefined || kept === "egress" ? {} : { ingress: ingress.flatMap((rule) => this.rules(rule)) }),
      ...(egress === undefined || kept === "ingress" ? {} : { egress: egress.flatMap((rule) => this.rules(rule)) }),
    };
  }

  /** An unknown rule may be there once, not at all, or twice with its own unknowns filled differently. */
  private rules({ unknown: maybe, ...rule }: Rule): readonly Rule[] {
    const count = maybe === undefined ? 1 : this.choose([1, 0, 2]);
    return Array.from({ length: count }, () => ({
      peers: rule.peers === "any" ? "any" : rule.peers.map((peer) => this.peer(peer)),
      ports: this.ports(rule.ports),
    }));
  }

  private ports(ports: readonly PortMatch[] | "any"): readonly PortMatch[] | "any" {
    return ports === "any" ? "any" : ports.map((port) => this.port(port));
  }

  private port(port: PortMatch): PortMatch {
    if (port.kind !== "unknown") return port;
    const protocol = port.protocol ?? this.choose(protocols);
    const single = this.words.ports.map((number): PortMatch => ({ kind: "range", protocol, from: number, to: number }));
    const names = this.words.portNames.map((name): PortMatch => ({ kind: "named", name, protocol }));
    return this.choose([{ kind: "range", protocol, from: 1, to: 65535 }, ...single, ...names]);
  }

  private peer(peer: Peer): Peer {
    if (peer.kind === "unknown") return this.choose(this.somePeers());
    if (peer.kind === "ipBlock") return this.block(peer.cidr, peer.except);
    return { ...peer, pods: this.selector(peer.pods), namespaces: peer.namespaces === "own" ? "own" : this.selector(peer.namespaces) };
  }

  private somePeers(): readonly Peer[] {
    const blocks = this.words.cidrs.map((cidr): Peer => ({ kind: "ipBlock", cidr, except: [] }));
    return [{ kind: "pods", namespaces: {}, pods: {} }, { kind: "pods", namespaces: "own", pods: {} }, ...blocks];
  }

  /** The API server keeps exceptions inside their block and smaller than it, and so does a completion. */
  private block(cidr: Value<string>, except: readonly Value<string>[]): Peer {
    const listed = except.filter((hole) => typeof hole === "string");
    const around = this.words.cidrs.filter((candidate) => listed.every((hole) => isInside(hole, candidate)));
    const whole = this.value(cidr, around);
    const holes = except.map((hole) => (isUnknown(hole) ? this.hole(whole) : hole)).filter((hole) => hole !== undefined);
    return { kind: "ipBlock", cidr: whole, except: holes };
  }

  private hole(whole: string): string | undefined {
    const inside = this.words.cidrs.filter((candidate) => isInside(candidate, whole));
    return inside.length === 0 ? undefined : this.choose(inside);
  }

  clusterPolicy(policy: ClusterPolicy): ClusterPolicy {
    return {
      ...policy,
      priority: this.value(policy.priority, this.words.priorities),
      subject: { namespaces: this.selector(policy.subject.namespaces), pods: this.selector(policy.subject.pods) },
      ingress: policy.ingress.map((rule) => this.clusterRule(rule, "ingress")),
      egress: policy.egress.map((rule) => this.clusterRule(rule, "egress")),
    };
  }

  private clusterRule(rule: ClusterRule, direction: "ingress" | "egress"): ClusterRule {
    const action = this.value(rule.action, ["Accept", "Deny", "Pass"]);
    return { ...rule, action, peers: rule.peers.map((peer) => this.clusterPeer(peer, direction)), ports: this.ports(rule.ports) };
  }

  private clusterPeer(peer: ClusterPeer, direction: "ingress" | "egress"): ClusterPeer {
    if (peer.kind === "unknown") return this.choose(this.someClusterPeers(direction));
    if (peer.kind === "networks") return { ...peer, cidrs: peer.cidrs.map((cidr) => this.value(cidr, this.words.cidrs)) };
    if (peer.kind === "nodes") return { ...peer, nodes: this.selector(peer.nodes) };
    return peer.kind === "pods" ? { ...peer, pods: this.selector(peer.pods), namespaces: this.selector(peer.namespaces) } : peer;
  }

  private someClusterPeers(direction: "ingress" | "egress"): readonly ClusterPeer[] {
    const nobody: LabelSelector = { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["no-such-name"] }] };
    const pods = [{}, nobody].map((namespaces): ClusterPeer => ({ kind: "pods", namespaces, pods: {} }));
    const networks = this.words.cidrs.map((cidr): ClusterPeer => ({ kind: "networks", cidrs: [cidr] }));
    return [...pods, ...(direction === "egress" ? networks : [])];
  }
}
