/** Random cases are only worth their time when they hit: these tests fail when a change makes most of them trivial. */
import fc from "fast-check";
import type { Cluster, Outcome } from "../../engine/model";
import { referenceOutcome } from "../reference/evaluator";
import type { Features } from "./alphabet";
import { anyCluster } from "./cluster";
import { anyFlowPick, boundaryAddresses, boundaryPorts, flowOf } from "./flow";
import { sitesByKind } from "./unknowns";

const seed = 7;
const sampleOf = (features: Features, numRuns: number): readonly Cluster[] => fc.sample(anyCluster(features), { seed, numRuns });

test.each([
  ["NetworkPolicy", {}, { allowed: 0.4, denied: 0.25, undecided: 0 }],
  ["cluster-wide tiers", { tiers: true }, { allowed: 0.4, denied: 0.25, undecided: 0.003 }],
  ["host-networked pods", { hostNetwork: true }, { allowed: 0.4, denied: 0.15, undecided: 0.05 }],
] as const)("with %s, every outcome is common enough", (_name, features, atLeast) => {
  const cases = fc.sample(fc.tuple(anyCluster(features), fc.array(anyFlowPick, { minLength: 10, maxLength: 10 })), { seed, numRuns: 150 });
  const outcomes = cases.flatMap(([cluster, picks]) => picks.map((pick) => referenceOutcome(cluster, flowOf(cluster, pick))));
  const share = (outcome: Outcome): number => outcomes.filter((each) => each === outcome).length / outcomes.length;
  for (const outcome of ["allowed", "denied", "undecided"] as const) expect(share(outcome)).toBeGreaterThanOrEqual(atLeast[outcome]);
});

test("every feature occurs", () => {
  const text = JSON.stringify(sampleOf({ tiers: true, hostNetwork: true }, 100));
  const features = [
    "NotIn",
    "DoesNotExist",
    "SCTP",
    "named",
    "ipBlock",
    "networks",
    "nodes",
    "domainNames",
    "unsupported",
    "Pass",
    "sidecar",
  ];
  const kinds = [
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
    `"own"`,
    `"hostNetwork":true`,
    `"except":["`,
    "fd00::",
  ];
  expect([...features, ...kinds].filter((word) => !text.includes(word))).toEqual([]);
});

test("every kind of unknown can be placed", () => {
  const clusters = sampleOf({ tiers: true }, 100).map(sitesByKind);
  const never = (clusters[0] ?? []).map((_, kind) => kind).filter((kind) => clusters.every((sites) => (sites[kind] ?? []).length === 0));
  expect(never).toEqual([]);
});

test("no probed address is a pod's, and no probed port is out of range", () => {
  for (const cluster of sampleOf({ tiers: true, hostNetwork: true }, 50)) {
    const pods = cluster.workloads.flatMap(({ pods: known = [] }) => known.flatMap(({ ips }) => ips));
    expect(boundaryAddresses(cluster).filter((address) => pods.includes(address))).toEqual([]);
    expect(boundaryPorts(cluster).filter((port) => port < 1 || port > 65535)).toEqual([]);
  }
});
