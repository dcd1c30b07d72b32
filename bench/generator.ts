import {
  type Cluster,
  type ContainerPort,
  emptyCluster,
  type LabelSelector,
  type Namespace,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  type Rule,
  type Service,
  type Workload,
} from "../engine/model";
import { Random } from "./random";

/** How large a generated cluster is. */
export interface Size {
  readonly workloads: number;
  readonly namespaces: number;
  readonly policies: number;
  /** Pods with an address each, spread over the workloads. @default no pod is known, only templates */
  readonly pods?: number;
  /** Services, each in front of one workload. @default none */
  readonly services?: number;
}

const teams = ["red", "blue", "green", "yellow", "black"];
const tiers = ["web", "api", "db", "cache", "batch"];

/**
 * A cluster of the kind analyzers are measured with: workloads with three labels and named ports, policies with a mixture of peers by pod,
 * by namespace and by address, plain, named and ranged ports, two in five with egress rules. Repeatable: one seed, one cluster.
 */
export function generateCluster(size: Size, seed = 42): Cluster {
  const random = new Random(seed);
  const namespaces = Array.from({ length: size.namespaces }, (_, i) => newNamespace(i, random));
  const workloads = Array.from({ length: size.workloads }, (_, i) => newWorkload(i, size, random));
  const policies = Array.from({ length: size.policies }, (_, i) => newPolicy(i, size, random));
  const services = workloads.slice(0, size.services ?? 0).map(newService);
  return { ...emptyCluster, namespaces, workloads, policies, services };
}

const namespaceName = (index: number): string => `ns-${String(index)}`;

function newNamespace(index: number, random: Random): Namespace {
  const name = namespaceName(index);
  return { name, labels: { "kubernetes.io/metadata.name": name, team: random.pick(teams) } };
}

function newWorkload(index: number, { namespaces, workloads, pods = 0 }: Size, random: Random): Workload {
  const ports: ContainerPort[] = [
    { name: "http", port: random.pick([80, 8080]), protocol: "TCP" },
    { name: "metrics", port: random.pick([9090, 9100]), protocol: "TCP" },
  ];
  const mine = Math.floor(((index + 1) * pods) / workloads) - Math.floor((index * pods) / workloads);
  const first = Math.floor((index * pods) / workloads);
  return {
    kind: "Deployment",
    namespace: namespaceName(index % namespaces),
    name: `app-${String(index)}`,
    labels: { app: `app-${String(index)}`, tier: random.pick(tiers), version: random.pick(["v1", "v2"]) },
    ports,
    hostNetwork: false,
    replicas: Math.max(1, mine),
    ...(pods === 0
      ? {}
      : { pods: Array.from({ length: mine }, (_, i) => ({ name: `app-${String(index)}-${String(i)}`, ips: [address(first + i)] })) }),
  };
}

/** A third of the Services name the port on their pods, a third translate it, and a third leave it as it is. */
function newService({ namespace, labels }: Workload, index: number): Service {
  const targetPort = (["http", 8080, 80] as const)[index % 3] ?? 80;
  return {
    namespace,
    name: `service-${String(index)}`,
    type: "ClusterIP",
    selector: { matchLabels: { app: labels.app ?? "" } },
    ports: [{ port: 80, protocol: "TCP", targetPort }],
    headless: false,
    clusterIps: [],
    externalTrafficPolicy: "Cluster",
    sourceRanges: [],
  };
}

/** Pod addresses are drawn from 10.128.0.0/9, one after the other. */
const address = (n: number): string => `10.${String(128 + (n >> 16))}.${String((n >> 8) & 255)}.${String(n & 255)}`;

function newPolicy(index: number, size: Size, random: Random): NetworkPolicy {
  const rules = (): Rule[] => Array.from({ length: 1 + random.below(2) }, () => newRule(size, random));
  return {
    namespace: namespaceName(index % size.namespaces),
    name: `policy-${String(index)}`,
    subject: random.chance(0.3) ? {} : { matchLabels: { tier: random.pick(tiers) } },
    ingress: rules(),
    ...(random.chance(0.4) ? { egress: rules() } : {}),
  };
}

function newRule(size: Size, random: Random): Rule {
  return {
    peers: Array.from({ length: 1 + random.below(2) }, () => newPeer(size, random)),
    ports: random.chance(0.2) ? "any" : Array.from({ length: 1 + random.below(2) }, () => newPort(random)),
  };
}

function newPeer({ workloads, namespaces }: Size, random: Random): Peer {
  const kind = random.next();
  if (kind < 0.25) {
    const octet = String(random.below(128));
    return { kind: "ipBlock", cidr: `10.${octet}.0.0/16`, except: random.chance(0.3) ? [`10.${octet}.1.0/24`] : [] };
  }
  if (kind < 0.5) return { kind: "pods", namespaces: "own", pods: { matchLabels: { tier: random.pick(tiers) } } };
  const inNamespaces: LabelSelector =
    kind < 0.6
      ? { matchLabels: { team: random.pick(teams) } }
      : { matchLabels: { "kubernetes.io/metadata.name": namespaceName(random.below(namespaces)) } };
  const pods: LabelSelector = random.chance(0.5)
    ? {}
    : random.chance(0.5)
      ? { matchLabels: { app: `app-${String(random.below(workloads))}` } }
      : { matchExpressions: [{ key: "tier", operator: "In", values: [random.pick(tiers), random.pick(tiers)] }] };
  return { kind: "pods", namespaces: inNamespaces, pods };
}

function newPort(random: Random): PortMatch {
  const kind = random.next();
  if (kind < 0.3) return { kind: "named", name: random.pick(["http", "metrics"]), protocol: "TCP" };
  const port = random.pick([53, 80, 443, 5432, 6379, 8080, 9090, 9100]);
  const to = kind < 0.5 ? port + random.below(100) : port;
  return { kind: "range", protocol: random.chance(0.85) ? "TCP" : "UDP", from: port, to };
}
