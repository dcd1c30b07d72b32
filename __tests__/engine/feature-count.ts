/** Counts what random clusters and flows had to offer, so that a test can tell whether every feature was really asked about. */
import type { Cluster, Endpoint, Flow, Outcome, PortMatch } from "../../engine/model";
import { flowText } from "../arbitraries/flow";

const rulesOf = ({ policies, clusterPolicies }: Cluster) =>
  [...policies, ...clusterPolicies].flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);

const hasPort =
  (is: (port: PortMatch) => boolean) =>
  (cluster: Cluster): boolean =>
    rulesOf(cluster).some(({ ports }) => ports !== "any" && ports.some(is));

const hasTier =
  (kind: Cluster["clusterPolicies"][number]["kind"], tier: "Admin" | "Baseline") =>
  ({ clusterPolicies }: Cluster): boolean =>
    clusterPolicies.some((policy) => policy.kind === kind && policy.tier === tier);

/** What a cluster can have that policy looks at. */
const clusterFeatures = {
  "named ports": hasPort((port) => port.kind === "named"),
  endPort: hasPort((port) => port.kind === "range" && port.from < port.to),
  except: ({ policies }) =>
    policies.some(({ ingress = [], egress = [] }) =>
      [...ingress, ...egress].some(
        ({ peers }) => peers !== "any" && peers.some((peer) => peer.kind === "ipBlock" && peer.except.length > 0),
      ),
    ),
  "ClusterNetworkPolicy, Admin": hasTier("ClusterNetworkPolicy", "Admin"),
  "ClusterNetworkPolicy, Baseline": hasTier("ClusterNetworkPolicy", "Baseline"),
  AdminNetworkPolicy: hasTier("AdminNetworkPolicy", "Admin"),
  BaselineAdminNetworkPolicy: hasTier("BaselineAdminNetworkPolicy", "Baseline"),
  // Nodes that are not listed are an ordinary thing in these clusters, and no hidden value.
  unknowns: ({ unknownNodes: _, ...cluster }) => JSON.stringify(cluster).includes(`"unknown":true`),
} as const satisfies Readonly<Record<string, (cluster: Cluster) => boolean>>;

const ends = ({ from, to }: Flow): readonly Endpoint[] => [from, to];
const addressesOf = (end: Endpoint): readonly string[] => (end.kind === "address" ? [end.address] : (end.pod?.ips ?? []));

/** What a flow can be. */
const flowFeatures = {
  TCP: ({ protocol }) => protocol === "TCP",
  UDP: ({ protocol }) => protocol === "UDP",
  SCTP: ({ protocol }) => protocol === "SCTP",
  IPv6: (flow) => ends(flow).some((end) => addressesOf(end).some((address) => address.includes(":"))),
  "host network": (flow) => ends(flow).some((end) => end.kind === "workload" && end.workload.hostNetwork === true),
  "from outside": ({ from }) => from.kind === "address",
  "to outside": ({ to }) => to.kind === "address",
} as const satisfies Readonly<Record<string, (flow: Flow) => boolean>>;

/** What can be counted. Features of a cluster count once for each of its flows. */
export type Feature = keyof typeof clusterFeatures | keyof typeof flowFeatures | Outcome;

const entriesOf = <K extends string, V>(table: Readonly<Record<K, V>>) => Object.entries(table) as [K, V][];

/** Counts different flows, and those with each feature. */
export class FeatureCount {
  private readonly counts = new Map<Feature, number>();
  /** How many flows: of one cluster, no two with the same ends, protocol and port. */
  flows = 0;

  /** Counts the flows asked about in one cluster, with their answers. */
  add(cluster: Cluster, flows: readonly Flow[], answers: readonly Outcome[]): void {
    const different = [...new Map(flows.map((flow, index) => [flowText(flow), { flow, answer: answers[index] }])).values()];
    this.flows += different.length;
    for (const [feature, occursIn] of entriesOf(clusterFeatures)) if (occursIn(cluster)) this.count(feature, different.length);
    for (const { flow, answer } of different) {
      for (const [feature, holdsFor] of entriesOf(flowFeatures)) if (holdsFor(flow)) this.count(feature, 1);
      if (answer !== undefined) this.count(answer, 1);
    }
  }

  /** Those of some features that occurred less often than they should. */
  rarerThan(least: number, features: readonly Feature[]): readonly string[] {
    return features.filter((feature) => this.of(feature) < least).map((feature) => `${feature}: ${String(this.of(feature))}`);
  }

  /** Says on the standard output what was met. */
  print(title: string): void {
    const each = [...this.counts].map(([feature, count]) => `${feature} ${count.toLocaleString("en")}`);
    process.stdout.write(`${title}: ${this.flows.toLocaleString("en")} different flows agree (${each.join(", ")})\n`);
  }

  private of(feature: Feature): number {
    return this.counts.get(feature) ?? 0;
  }

  private count(feature: Feature, more: number): void {
    this.counts.set(feature, this.of(feature) + more);
  }
}
