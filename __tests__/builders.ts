/**
 * Clusters for tests, written as one sentence: `cluster().namespace("shop").pod("web").policy("deny", { ingress: [] }).build()`.
 * A builder is immutable: every step returns a new one.
 */
import { emptyCluster, everything } from "../engine/model";
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
  NetworkPolicy,
  Node,
  Peer,
  PortMatch,
  Protocol,
  Rule,
  Service,
  Value,
  Workload,
} from "../engine/model";

/** What a test says about a workload; the rest is an ordinary pod without labels, ports or a known address. */
export type WorkloadOptions = Partial<Omit<Workload, "namespace" | "name" | "kind">> & {
  /** Short for one known pod named like the workload, with these addresses. */
  readonly ips?: readonly string[];
  /** The node that pod runs on. */
  readonly node?: string;
};

/** What a test says about a NetworkPolicy. @default subject: every pod of the namespace */
export type PolicyOptions = Partial<Omit<NetworkPolicy, "namespace" | "name">>;

/** What a test says about a cluster-wide policy. @default kind ClusterNetworkPolicy, tier Admin, priority 0, every pod, no rules */
export type ClusterPolicyOptions = Partial<Omit<ClusterPolicy, "name">>;

/** What a test says about a Service. @default ClusterIP without addresses */
export type ServiceOptions = Partial<Omit<Service, "namespace" | "name">>;

/** An empty cluster to write upon. */
export const cluster = (): ClusterBuilder => new ClusterBuilder(emptyCluster);

/** A cluster under construction. Workloads, policies and Services go into the namespace named last. */
export class ClusterBuilder {
  constructor(
    private readonly content: Cluster,
    private readonly current = "",
  ) {}

  /** Adds a namespace with the label every namespace has, or returns to one that is there. */
  namespace(name: string, labels: Labels = {}): ClusterBuilder {
    if (this.content.namespaces.some((namespace) => namespace.name === name)) return new ClusterBuilder(this.content, name);
    const namespace = { name, labels: { "kubernetes.io/metadata.name": name, ...labels } };
    return new ClusterBuilder({ ...this.content, namespaces: [...this.content.namespaces, namespace] }, name);
  }

  /** Adds a bare pod. */
  pod(name: string, options: WorkloadOptions = {}): ClusterBuilder {
    return this.workload("Pod", name, options);
  }

  deployment(name: string, options: WorkloadOptions = {}): ClusterBuilder {
    return this.workload("Deployment", name, options);
  }

  workload(kind: Workload["kind"], name: string, { ips, node, ...options }: WorkloadOptions = {}): ClusterBuilder {
    const pods =
      ips === undefined && node === undefined ? {} : { pods: [{ name, ips: ips ?? [], ...(node === undefined ? {} : { node }) }] };
    const workload: Workload = { kind, namespace: this.current, name, labels: {}, ports: [], hostNetwork: false, ...pods, ...options };
    return this.with({ workloads: [...this.content.workloads, workload] });
  }

  /** Adds a NetworkPolicy to the namespace. */
  policy(name: string, options: PolicyOptions = {}): ClusterBuilder {
    const policy: NetworkPolicy = { namespace: this.current, name, subject: everything, ...options };
    return this.with({ policies: [...this.content.policies, policy] });
  }

  clusterPolicy(name: string, options: ClusterPolicyOptions = {}): ClusterBuilder {
    const subject = { namespaces: everything, pods: everything };
    const policy = {
      kind: "ClusterNetworkPolicy",
      name,
      tier: "Admin",
      priority: 0,
      subject,
      ingress: [],
      egress: [],
      ...options,
    } as const;
    return this.with({ clusterPolicies: [...this.content.clusterPolicies, policy] });
  }

  service(name: string, options: ServiceOptions = {}): ClusterBuilder {
    const open = {
      type: "ClusterIP",
      ports: [],
      headless: false,
      clusterIps: [],
      externalTrafficPolicy: "Cluster",
      sourceRanges: [],
    } as const;
    return this.with({ services: [...this.content.services, { namespace: this.current, name, ...open, ...options }] });
  }

  node(name: string, addresses: readonly string[], labels: Labels = {}): ClusterBuilder {
    const node: Node = { name, labels, addresses };
    return this.with({ nodes: [...this.content.nodes, node] });
  }

  podCidrs(...podCidrs: readonly string[]): ClusterBuilder {
    return this.with({ podCidrs });
  }

  build(): Cluster {
    return this.content;
  }

  private with(part: Partial<Cluster>): ClusterBuilder {
    return new ClusterBuilder({ ...this.content, ...part }, this.current);
  }
}

/** A selector by equality: `labelled({ app: "web" })` reads as the labels it asks for. */
export const labelled = (matchLabels: Labels): LabelSelector => ({ matchLabels });

/** A rule of a NetworkPolicy; what is left out is not restricted. */
export const rule = (options: Partial<Rule> = {}): Rule => ({ peers: "any", ports: "any", ...options });

/** A rule of a cluster-wide policy; without ports it speaks about all of them. */
export const clusterRule = (
  action: ClusterRule["action"],
  peers: readonly ClusterPeer[],
  ports: ClusterRule["ports"] = "any",
): ClusterRule => ({
  action,
  peers,
  ports,
});

/** Pods of the policy's own namespace. */
export const ownPods = (pods: LabelSelector = everything): Peer => ({ kind: "pods", namespaces: "own", pods });

/** Pods of the selected namespaces: a peer of both kinds of policies. */
export const podsIn = (namespaces: LabelSelector = everything, pods: LabelSelector = everything) =>
  ({ kind: "pods", namespaces, pods }) as const;

export const ipBlock = (cidr: Value<string>, ...except: readonly Value<string>[]): Peer => ({ kind: "ipBlock", cidr, except });

/** A port or an inclusive range of one protocol. */
export const ports = (protocol: Protocol, from: number, to: number = from): PortMatch => ({ kind: "range", protocol, from, to });

export const tcp = (from: number, to: number = from): PortMatch => ports("TCP", from, to);

/** A named port. @default protocol TCP; null is any protocol, as cluster-wide policies write it */
export const named = (name: string, protocol: Protocol | null = "TCP"): PortMatch =>
  protocol === null ? { kind: "named", name } : { kind: "named", name, protocol };

/** A container port. @default protocol TCP */
export const containerPort = (name: string, port: Value<number>, protocol: Protocol = "TCP"): ContainerPort => ({ name, port, protocol });

/**
 * A flow between ends written as text: `namespace/workload`, `namespace/workload/pod` or `ip:address`.
 * Throws when the cluster has no such workload or pod.
 */
export function flow(within: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP"): Flow {
  return { from: endpoint(within, from), to: endpoint(within, to), protocol, port };
}

/** One end of a flow, written as for `flow`. */
export function endpoint(within: Cluster, text: string): Endpoint {
  if (text.startsWith("ip:")) return { kind: "address", address: text.slice("ip:".length) };
  const [namespace, name, podName] = text.split("/");
  const workload = within.workloads.find((candidate) => candidate.namespace === namespace && candidate.name === name);
  if (workload === undefined) throw new Error(`no workload \`${text}\` in this cluster, add it before the flow`);
  if (podName === undefined) return { kind: "workload", workload };
  const pod = workload.pods?.find((candidate) => candidate.name === podName);
  if (pod === undefined) throw new Error(`workload \`${text}\` has no such pod, add it to its pods`);
  return { kind: "workload", workload, pod };
}
