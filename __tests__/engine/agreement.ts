/**
 * How many flows the engine is asked about beside the reference evaluator, and the comparison itself. The tests are spread over several files, so
 * that they run side by side; `agreementPlan` is their sum.
 */
import fc from "fast-check";
import { evaluate, verdict } from "../../engine";
import type { Cluster, Flow } from "../../engine/model";
import type { Features } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { type FlowPick, anyFlowPick, flowsOf, flowText } from "../arbitraries/flow";
import { check } from "../property-runs";
import { referenceOutcome } from "../reference/evaluator";
import { type Feature, FeatureCount } from "./feature-count";

/** One property: random clusters of some kind, and the flows asked about in each. */
export interface Share {
  readonly title: string;
  readonly features: Features;
  readonly clusters: number;
  readonly flowsPerCluster: number;
  /** Different flows that are compared on each change; a few picks stand for the same flow. */
  readonly flows: number;
}

/** Flows on each change. A test requires the sum, and the test of each share requires that it met so many different flows. */
export const agreementPlan = {
  networkPolicy: { title: "NetworkPolicy", features: {}, clusters: 500, flowsPerCluster: 80, flows: 38_000 },
  hostNetwork: { title: "host-networked pods", features: { hostNetwork: true }, clusters: 200, flowsPerCluster: 80, flows: 15_000 },
  tiers: { title: "cluster-wide tiers", features: { tiers: true }, clusters: 350, flowsPerCluster: 80, flows: 26_000 },
  together: {
    title: "everything together",
    features: { tiers: true, hostNetwork: true },
    clusters: 200,
    flowsPerCluster: 80,
    flows: 15_000,
  },
  unknowns: {
    title: "values that are not known",
    features: { tiers: true, hostNetwork: true },
    clusters: 200,
    flowsPerCluster: 45,
    flows: 8_000,
  },
} as const satisfies Readonly<Record<string, Share>>;

/** Flows that are compared with the reference on each change, over all files. */
export const flowsOnEachChange = 100_000;

/** What every share must meet, besides its own. */
export const ordinaryFeatures: readonly Feature[] = [
  ...(["allowed", "denied", "TCP", "UDP", "SCTP", "IPv6", "from outside", "to outside"] as const),
  ...(["named ports", "endPort", "except"] as const),
];

/** What shares with cluster-wide policies must meet as well. */
export const tierFeatures: readonly Feature[] = [
  "ClusterNetworkPolicy, Admin",
  "ClusterNetworkPolicy, Baseline",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
];

/** Random clusters, each with the flows to ask about. */
export const clustersWithFlows = (
  { features, flowsPerCluster }: Share,
  clusters: (features: Features) => fc.Arbitrary<Cluster> = anyCluster,
): fc.Arbitrary<[Cluster, FlowPick[]]> =>
  fc.tuple(clusters(features), fc.array(anyFlowPick, { minLength: flowsPerCluster, maxLength: flowsPerCluster }));

/** Compares the verdict of every flow of a share with the reference, and counts what was met on the way. */
export function compareVerdicts(share: Share): FeatureCount {
  const met = new FeatureCount();
  const property = fc.property(clustersWithFlows(share), ([cluster, picks]) => {
    const flows = flowsOf(cluster, picks);
    const evaluation = evaluate(cluster);
    const answers = flows.map((flow) => verdict(evaluation, flow).outcome);
    const expected = flows.map((flow) => referenceOutcome(cluster, flow));
    expect(inWords(flows, answers)).toEqual(inWords(flows, expected));
    met.add(cluster, flows, answers);
  });
  check(`verdicts, ${share.title}`, share.clusters, property);
  met.print(share.title);
  return met;
}

/** Each flow in words with its answer, so that a failure shows the flows that differ and no whole workloads. */
export const inWords = (flows: readonly Flow[], answers: readonly string[]): readonly string[] =>
  flows.map((flow, index) => `${flowText(flow)}: ${answers[index] ?? ""}`);
