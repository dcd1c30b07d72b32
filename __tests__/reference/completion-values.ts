/** The values that make a difference in a cluster: those its policies and objects mention, their neighbours, and one that none mentions. */
import type { Cluster, ClusterPeer, Labels, LabelSelector, Peer, Value } from "../../engine/model";
import { cidrContains, parseCidr } from "./addresses";

export interface Vocabulary {
  /** Values worth giving to each label key that occurs, except the one Kubernetes sets itself. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** The same for one key, also one that occurs nowhere else. */
  valuesOf(key: string): readonly string[];
  readonly namespaces: readonly string[];
  readonly portNames: readonly string[];
  readonly ports: readonly number[];
  readonly cidrs: readonly string[];
  readonly priorities: readonly number[];
}

const fresh = "fresh";

export function vocabularyOf(cluster: Cluster): Vocabulary {
  const pairs = [...labelSetsOf(cluster).flatMap(pairsOfLabels), ...selectorsOf(cluster).flatMap(pairsOfSelector)];
  const valuesOf = (key: string): readonly string[] => [
    ...new Set([...pairs.filter(([other]) => other === key).map(([, value]) => value), fresh].filter((value) => typeof value === "string")),
  ];
  const keys = [...new Set(pairs.map(([key]) => key))].filter((key) => key !== "kubernetes.io/metadata.name");
  return {
    labels: new Map(keys.map((key) => [key, valuesOf(key)])),
    valuesOf,
    namespaces: cluster.namespaces.map(({ name }) => name).filter((name) => typeof name === "string"),
    ...portsOf(cluster),
    cidrs: cidrsOf(cluster),
    priorities: prioritiesOf(cluster),
  };
}

type Pair = readonly [string, Value<string>];

const labelSetsOf = ({ namespaces, workloads, nodes }: Cluster): readonly Labels[] =>
  [...namespaces, ...workloads, ...nodes].map(({ labels }) => labels);

const pairsOfLabels = (labels: Labels): readonly Pair[] => Object.entries(labels);

const pairsOfSelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly Pair[] => [
  ...Object.entries(matchLabels),
  ...matchExpressions.flatMap((requirement) =>
    "values" in requirement ? requirement.values.map((value): Pair => [requirement.key, value]) : [[requirement.key, fresh] as const],
  ),
];

function selectorsOf({ policies, clusterPolicies }: Cluster): readonly LabelSelector[] {
  const peers = [...policies, ...clusterPolicies].flatMap(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].flatMap((rule): readonly (Peer | ClusterPeer)[] => (rule.peers === "any" ? [] : rule.peers)),
  );
  return [
    ...policies.map(({ subject }) => subject),
    ...clusterPolicies.flatMap(({ subject }) => [subject.namespaces, subject.pods]),
    ...peers.flatMap((peer) => {
      if (peer.kind === "nodes") return [peer.nodes];
      if (peer.kind !== "pods") return [];
      return peer.namespaces === "own" ? [peer.pods] : [peer.namespaces, peer.pods];
    }),
  ];
}

function portsOf({ policies, clusterPolicies, workloads }: Cluster): {
  readonly ports: readonly number[];
  readonly portNames: readonly string[];
} {
  const matches = [...policies, ...clusterPolicies].flatMap(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].flatMap(({ ports }) => (ports === "any" ? [] : ports)),
  );
  const declared = workloads.flatMap((workload) => workload.ports);
  const numbers = [
    ...matches.flatMap((match) => (match.kind === "range" ? [match.from, match.to] : [])),
    ...declared.map(({ port }) => port),
    80,
    9999,
  ];
  const names = [
    ...matches.flatMap((match) => (match.kind === "named" ? [match.name] : [])),
    ...declared.flatMap(({ name }) => name ?? []),
  ];
  return { ports: [...new Set(numbers.filter((port) => typeof port === "number"))], portNames: [...new Set(names)] };
}

/** Whole families, a documentation range nobody uses, every block that occurs and every single pod and node. */
function cidrsOf({ policies, clusterPolicies, workloads, nodes }: Cluster): readonly string[] {
  const blocks = [...policies, ...clusterPolicies].flatMap(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].flatMap((rule) =>
      (rule.peers === "any" ? [] : rule.peers).flatMap((peer) => {
        if (peer.kind === "ipBlock") return [peer.cidr, ...peer.except];
        return peer.kind === "networks" ? peer.cidrs : [];
      }),
    ),
  );
  const addresses = [...workloads.flatMap(({ pods = [] }) => pods.flatMap(({ ips }) => ips)), ...nodes.flatMap((node) => node.addresses)];
  const single = addresses.map((address) => `${address}/${address.includes(":") ? 128 : 32}`);
  const all = ["0.0.0.0/0", "::/0", "203.0.113.0/24", "2001:db8:ffff::/48", ...blocks, ...single];
  return [...new Set(all.filter((cidr) => typeof cidr === "string"))];
}

function prioritiesOf({ clusterPolicies }: Cluster): readonly number[] {
  const given = clusterPolicies.map(({ priority }) => priority).filter((priority) => typeof priority === "number");
  const near = given.flatMap((priority) => [priority - 1, priority, priority + 1]);
  return [...new Set([0, 1000, ...near])].filter((priority) => priority >= 0 && priority <= 1000);
}

/** Whether a CIDR lies inside another and is smaller. */
export function isInside(part: string, whole: string): boolean {
  const [address = ""] = part.split("/");
  return cidrContains(whole, address) && parseCidr(part).prefix > parseCidr(whole).prefix;
}
